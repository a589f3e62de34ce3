/** How often something may happen. */
export interface Rate {
  /** How often in the long run, per second. 0.1 is once in ten seconds. 0 turns the limit off. */
  readonly perSecond: number;
  /** How often at once, after a pause. Range 1 and up. @defaultValue `perSecond`, but at least 1 */
  readonly burst?: number;
}

// What is due after exactly the time that was waited for may be a rounding error short of it.
const epsilon = 1e-6;

/**
 * A token bucket: it holds `burst` tokens, gains `perSecond` each second, and each thing that happens takes one.
 * It reads no clock: it is given the time, which must not run backwards.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(rate: Required<Rate>, nowMs: number) {
    this.#perMs = rate.perSecond / 1_000;
    this.#burst = rate.burst;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** How long until `count` tokens are there, in milliseconds: 0 when they are. More than `burst` are never asked for. */
  waitMs(nowMs: number, count = 1): number {
    this.#fill(nowMs);
    const missing = Math.min(count, this.#burst) - this.#tokens;
    return missing <= epsilon ? 0 : Math.ceil((missing - epsilon) / this.#perMs);
  }

  /** Takes tokens, also such as are not there: what has happened has happened. It owes `burst` at most. */
  take(nowMs: number, count = 1): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(this.#tokens - count, -this.#burst);
  }

  /** Whether it is as good as new. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= this.#burst;
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
