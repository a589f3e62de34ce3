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
  readonly weight: number;
}

/** What {@link InvocationSlots} must know of an invocation. */
export interface Entry {
  /** False for streams: they keep their place in the order of starting, but hold up nobody. */
  readonly needsSlot: boolean;
  /** About how many bytes it takes while it waits. @defaultValue 0 */
  readonly weight?: number;
}

const noSlot: Slot = { release() {} };

/**
 * How many invocations of one connection run at once, first come, first served.
 * With one slot (the default) a method starts when the one before has ended, or has given its slot back because it
 * waits for a client result. @see SignalR: MaximumParallelInvocationsPerClient
 */
export class InvocationSlots implements Slot {
  #free: number;
  readonly #capacity: number;
  readonly #waiting: Waiting[] = [];
  #weight = 0;
  readonly #onRoom: () => void;
  #isStarting = false;

  /** @param onRoom called when fewer wait than before, because a slot was given back */
  constructor(capacity: number, onRoom: () => void = () => {}) {
    this.#free = capacity;
    this.#capacity = capacity;
    this.#onRoom = onRoom;
  }

  /** Invocations that have not begun. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** About how many bytes those take. */
  get waitingWeight(): number {
    return this.#weight;
  }

  /** Whether an invocation runs or waits; streams that run do not count. */
  get isBusy(): boolean {
    return this.#free < this.#capacity || this.#waiting.length > 0;
  }

  /**
   * Takes a slot for an invocation that starts at once: one is free, and nobody waits for it. It is given back once,
   * by {@link InvocationSlots.release}: most invocations need no slot of their own to be handed.
   */
  takeAtOnce(): boolean {
    if (this.#free === 0 || this.#waiting.length > 0) return false;
    this.#free--;
    return true;
  }

  /** Gives a slot back that was taken at once. */
  release(): void {
    this.#free++;
    if (this.#startNext()) this.#onRoom();
  }

  /** Starts it now, or when it is its turn. */
  enter(start: Start, { needsSlot, weight = 0 }: Entry): void {
    this.#waiting.push({ start, needsSlot, weight });
    this.#weight += weight;
    this.#startNext();
  }

  /** Forgets those that wait. */
  clear(): void {
    this.#waiting.length = 0;
    this.#weight = 0;
  }

  /** Starts those whose turn it is; says whether there was one. */
  #startNext(): boolean {
    // A method that ends at once gives its slot back inside of `start`. This loop then goes on with the next one:
    // nested calls would make the stack as deep as the client has sent invocations.
    if (this.#isStarting) return false;
    this.#isStarting = true;
    let hasStarted = false;
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      if (head.needsSlot && this.#free === 0) break;
      this.#waiting.shift();
      this.#weight -= head.weight;
      hasStarted = true;
      head.start(head.needsSlot ? this.#take() : noSlot);
    }
    this.#isStarting = false;
    return hasStarted;
  }

  #take(): Slot {
    this.#free--;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.release();
      },
    };
  }
}
