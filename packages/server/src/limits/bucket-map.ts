import { type Rate, TokenBucket } from './token-bucket.ts';

const sweepIntervalMs = 10_000;

/**
 * Token buckets by key: one for each user, or for each address. Buckets that have filled up again are forgotten, since
 * a new one is no different. Who comes when `maxKeys` are known shares one bucket with all others that do: throwing
 * old ones out would let a flood of new keys wipe the slate clean, its own included.
 */
export class BucketMap {
  readonly #rate: Required<Rate>;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, TokenBucket>();
  #overflow: TokenBucket | undefined;
  #sweptMs = 0;

  /** @param maxKeys 0 for no limit */
  constructor(rate: Required<Rate>, maxKeys: number) {
    this.#rate = rate;
    this.#maxKeys = maxKeys;
  }

  /** Keys that have a bucket of their own. */
  get size(): number {
    return this.#buckets.size;
  }

  /** The bucket of a key. Not to be kept: it may be forgotten. */
  bucketOf(key: string, nowMs: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#maxKeys > 0 && this.#buckets.size >= this.#maxKeys) {
      this.#overflow ??= new TokenBucket(this.#rate, nowMs);
      return this.#overflow;
    }
    const bucket = new TokenBucket(this.#rate, nowMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** Forgets what is full, now and then. */
  sweep(nowMs: number): void {
    if (nowMs - this.#sweptMs < sweepIntervalMs) return;
    this.#sweptMs = nowMs;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull(nowMs)) this.#buckets.delete(key);
    }
  }
}
