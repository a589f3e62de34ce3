import { performance } from 'node:perf_hooks';

/** Time, as the server sees it. Tests hand in one that they turn themselves. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Milliseconds since 1970, as credentials count them. */
  epochNow(): number;
  /** Calls `action` once, `delayMs` from now; the answer cancels it. Does not keep the process alive. */
  after(delayMs: number, action: () => void): () => void;
  /** Calls `action` every `intervalMs`; the answer ends it. Does not keep the process alive. */
  every(intervalMs: number, action: () => void): () => void;
}

/** The longest that Node's timers can wait: a longer delay, Infinity too, would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochNow: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, Math.min(delayMs, maxDelayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, action) {
    const timer = setInterval(action, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
