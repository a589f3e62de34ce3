/** A place among the running invocations. */
export interface Slot {
  /** Gives the place back; doing it twice is harmless. */
  release(): void;
}

/** Runs a waiting invocation, with its slot. */
type Start = (slot: Slot) => void;

interface Waiting {
  readonly start: Start;
  readonly needsSlot: boolean;
}

const noSlot: Slot = { release() {} };

/**
 * How many invocations of one connection run at once, first come, first served.
 * With one slot (the default) a method starts when the one before has ended, or has given its slot back because it
 * waits for a client result. @see SignalR: MaximumParallelInvocationsPerClient
 */
export class InvocationSlots {
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(capacity: number) {
    this.#free = capacity;
  }

  /** Invocations that have not begun. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Starts it now, or when it is its turn.
   * @param needsSlot false for streams: they keep their place in the order of starting, but hold up nobody
   */
  enter(start: Start, needsSlot: boolean): void {
    this.#waiting.push({ start, needsSlot });
    if (this.#waiting.length === 1) this.#startNext();
  }

  /** Forgets those that wait. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #startNext(): void {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      if (head.needsSlot && this.#free === 0) return;
      this.#waiting.shift();
      head.start(head.needsSlot ? this.#take() : noSlot);
    }
  }

  #take(): Slot {
    this.#free--;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#free++;
        this.#startNext();
      },
    };
  }
}
