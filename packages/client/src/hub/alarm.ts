import type { HostTimers } from '../web-socket/host.ts';

/**
 * One timer for whatever is due next, and the clock that goes with it. A timer that is set earlier than needed looks again;
 * only a later one has to be replaced.
 *
 * The clock is the host's, because timers stand still in the background; but it never goes back: phones correct their time
 * when they find a network, and what is due would then be due an hour later.
 */
export class Alarm {
  private correctionMs = 0;
  private at = Number.POSITIVE_INFINITY;
  private timer: unknown;
  private readonly timers: HostTimers;
  private readonly ring: (nowMs: number) => void;

  constructor(timers: HostTimers, ring: (nowMs: number) => void) {
    this.timers = timers;
    this.ring = ring;
  }

  /** The time, in milliseconds. */
  now(): number {
    return this.timers.now() + this.correctionMs;
  }

  /** Rings at `at` at the latest; `Infinity` stops it. */
  set(at: number): void {
    const { timers } = this;
    const isOff = at === Number.POSITIVE_INFINITY;
    if (at >= this.at && !isOff) return;
    timers.clearTimeout(this.timer);
    this.at = at;
    if (isOff) return;
    this.timer = timers.setTimeout(
      () => {
        this.at = Number.POSITIVE_INFINITY;
        // The timer has waited for as long as it was told to.
        this.correctionMs += Math.max(0, at - this.now());
        this.ring(this.now());
      },
      Math.max(0, at - this.now()),
    );
  }
}
