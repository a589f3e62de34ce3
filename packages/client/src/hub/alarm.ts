import type { HostTimers } from '../web-socket/host.ts';

/** One timer for whatever is due next. One that fires too early looks again; only a later one has to be replaced. */
export class Alarm {
  private at = Number.POSITIVE_INFINITY;
  private timer: unknown;
  private readonly timers: HostTimers;
  private readonly ring: (nowMs: number) => void;

  constructor(timers: HostTimers, ring: (nowMs: number) => void) {
    this.timers = timers;
    this.ring = ring;
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
        this.ring(timers.now());
      },
      Math.max(0, at - timers.now()),
    );
  }
}
