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

  /** Rings at `at` at the latest; `Infinity` asks for nothing. */
  set(at: number): void {
    if (at >= this.at) return;
    this.timers.clearTimeout(this.timer);
    this.at = at;
    const ring = (): void => {
      this.at = Number.POSITIVE_INFINITY;
      this.ring(this.timers.now());
    };
    this.timer = this.timers.setTimeout(ring, Math.max(0, at - this.timers.now()));
  }

  clear(): void {
    this.timers.clearTimeout(this.timer);
    this.at = Number.POSITIVE_INFINITY;
  }
}
