import type { Clock } from '../clock.ts';

/** What waits for something, and not for ever. */
export abstract class Deadline {
  /** When it runs out, by the clock. */
  dueMs = 0;
  #queue: DeadlineQueue | undefined;

  /** It has run out: what was waited for has not come. Called once at most. */
  protected abstract overdue(): void;

  /** The time begins. To be called once. */
  startIn(deadlines: Deadlines, timeoutMs: number): void {
    this.#queue = deadlines.queueFor(timeoutMs);
    this.#queue.add(this);
  }

  /** What was waited for has come, or is not waited for any more. */
  stop(): void {
    this.#queue?.remove(this);
    this.#queue = undefined;
  }

  /** @internal for its queue, which has let go of it */
  expire(): void {
    this.#queue = undefined;
    this.overdue();
  }
}

/** Those that wait equally long: they run out in the order in which they have come, so one timer is enough for all. */
class DeadlineQueue {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #emptied: () => void;
  readonly #waiting = new Set<Deadline>();
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number, emptied: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#emptied = emptied;
  }

  add(deadline: Deadline): void {
    deadline.dueMs = this.#clock.now() + this.#timeoutMs;
    this.#waiting.add(deadline);
    if (this.#stopTimer === undefined) this.#setTimer(this.#timeoutMs);
  }

  /** The timer is that of one that is gone perhaps; it looks then who is the next, rather than being set anew for each. */
  remove(deadline: Deadline): void {
    if (!this.#waiting.delete(deadline) || this.#waiting.size > 0) return;
    this.#stopTimer?.();
    this.#emptied();
  }

  #setTimer(delayMs: number): void {
    this.#stopTimer = this.#clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    const nowMs = this.#clock.now();
    for (const deadline of this.#waiting) {
      if (deadline.dueMs > nowMs) {
        // Timers of the machine count whole milliseconds, from the beginning of the turn in which they are set.
        this.#setTimer(Math.ceil(deadline.dueMs - nowMs));
        return;
      }
      this.#waiting.delete(deadline);
      deadline.expire();
    }
    this.#emptied();
  }
}

/**
 * Deadlines that nearly never run out, such as those of questions to clients: one timer for all that wait equally long, and
 * none while nobody waits. None runs out early; it may be late by a millisecond or two, and by what holds up the event loop.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues = new Map<number, DeadlineQueue>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @internal for {@link Deadline.startIn} */
  queueFor(timeoutMs: number): DeadlineQueue {
    const known = this.#queues.get(timeoutMs);
    if (known !== undefined) return known;
    const queue = new DeadlineQueue(this.#clock, timeoutMs, () => this.#queues.delete(timeoutMs));
    this.#queues.set(timeoutMs, queue);
    return queue;
  }
}
