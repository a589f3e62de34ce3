import { soon } from './soon.ts';

/** Time as the simulator knows it. The real one is the default; {@link createFakeClock} makes one that a test moves. */
export interface SimulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** A clock that stands still until it is told to move. */
export interface FakeClock extends SimulatorClock {
  /**
   * Moves time forward by `ms`, running each timer at its own time, and lets real sockets do their work in between.
   * Timers of zero delay need no call: they run in the next turn of the event loop.
   */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  readonly pending: number;
}

/** The host's own time. */
export const realClock: SimulatorClock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => {
    clearTimeout(handle as Parameters<typeof clearTimeout>[0]);
  },
};

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

function turn(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}

/** Makes a clock that starts at `startMs` and moves only by {@link FakeClock.advance}. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Timer>();
  let time = startMs;
  let order = 0;
  const run = (timer: Timer): void => {
    if (timers.delete(timer)) timer.callback();
  };
  const nextBefore = (end: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > end) continue;
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  };
  return {
    now: () => time,
    setTimeout(callback, delayMs) {
      const timer = { at: time + Math.max(0, delayMs || 0), order: order++, callback };
      timers.add(timer);
      if (timer.at <= time) soon(() => run(timer));
      return timer;
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer);
    },
    async advance(ms) {
      const end = time + ms;
      await turn();
      for (let timer = nextBefore(end); timer !== undefined; timer = nextBefore(end)) {
        time = Math.max(time, timer.at);
        run(timer);
        await turn();
      }
      time = end;
      await turn();
    },
    get pending() {
      return timers.size;
    },
  };
}
