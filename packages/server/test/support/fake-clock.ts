import type { Clock } from '@minihub/server';

interface Timer {
  dueMs: number;
  readonly intervalMs: number | undefined;
  readonly action: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  /** Timers that have not fired or been cancelled: none may be left behind. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  /** The clock began at 2026-01-01. */
  epochNow(): number {
    return Date.UTC(2026, 0, 1) + this.#nowMs;
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#set({ dueMs: this.#nowMs + delayMs, intervalMs: undefined, action });
  }

  every(intervalMs: number, action: () => void): () => void {
    return this.#set({ dueMs: this.#nowMs + intervalMs, intervalMs, action });
  }

  /** Lets time pass; what is due meanwhile runs in order, each at its own time. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#nextUntil(endMs); next !== undefined; next = this.#nextUntil(endMs)) {
      this.#nowMs = next.dueMs;
      if (next.intervalMs === undefined) this.#timers.delete(next);
      else next.dueMs += next.intervalMs;
      next.action();
    }
    this.#nowMs = endMs;
  }

  #set(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  #nextUntil(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
