import type { SimulatorClock } from './clock.ts';
import { soon } from './soon.ts';

/** Real time that can be moved forward: for a person who does not want to wait ten minutes. */
export interface SkippingClock extends SimulatorClock {
  /** Moves time forward by `ms`; every timer that falls due runs at its own time, in order. */
  skip(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  handle: ReturnType<typeof setTimeout> | undefined;
}

function turn(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}

function isBefore(one: Timer, other: Timer | undefined): boolean {
  return other === undefined || one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Makes a clock that goes on as the host's does, and can be moved forward. */
export function createSkippingClock(): SkippingClock {
  const timers = new Set<Timer>();
  let skipped = 0;
  let order = 0;
  const now = (): number => Date.now() + skipped;
  const run = (timer: Timer): void => {
    clearTimeout(timer.handle);
    if (timers.delete(timer)) timer.callback();
  };
  const arm = (timer: Timer): void => {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(run, Math.max(0, timer.at - now()), timer);
  };
  const nextBefore = (end: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.at <= end && isBefore(timer, next)) next = timer;
    return next;
  };
  return {
    now,
    setTimeout(callback, delayMs) {
      const timer: Timer = { at: now() + Math.max(0, delayMs || 0), order: order++, callback, handle: undefined };
      timers.add(timer);
      arm(timer);
      return timer;
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined;
      clearTimeout(timer?.handle);
      if (timer !== undefined) timers.delete(timer);
    },
    async skip(ms) {
      const end = now() + ms;
      for (let timer = nextBefore(end); timer !== undefined; timer = nextBefore(end)) {
        skipped += Math.max(0, timer.at - now());
        run(timer);
        await turn();
      }
      skipped += Math.max(0, end - now());
      for (const timer of timers) arm(timer);
    },
  };
}
