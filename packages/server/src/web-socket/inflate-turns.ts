/** Who waits for a turn in which there is room to inflate. */
export interface TurnTaker {
  /** There is room now. */
  takeTurn(): void;
}

/** What one of those that wait has of a turn before it comes behind the others, as a part of it. */
const share = 1 / 8;

/** What a message counts for at least, in bytes: to inflate one costs that much, however small it is. */
const leastBytes = 1_024;

/**
 * What all connections together may inflate in one turn of the event loop. A message of 100 bytes may inflate to a thousand
 * times as many, and there are hundreds in one read: what is more than allowed waits for the next turn, in order, and others have
 * theirs in between. There is nothing to do, and no memory taken, while nobody sends what is compressed.
 */
export class InflateTurns {
  readonly #maxBytes: number;
  readonly #nextTurn: (action: () => void) => void;
  /** In order. One comes behind all others when it has had a turn. */
  readonly #waiting = new Set<TurnTaker>();
  #left: number;
  /** What is left for the one whose turn it is; who does not wait has all that others leave. */
  #share = Number.POSITIVE_INFINITY;
  #isDue = false;
  readonly #begin = (): void => this.#beginTurn();

  /**
   * @param maxBytes for one turn; the message that goes beyond is inflated to its end
   * @param nextTurn calls a function in the next turn
   */
  constructor(maxBytes: number, nextTurn: (action: () => void) => void = setImmediate) {
    this.#maxBytes = maxBytes;
    this.#nextTurn = nextTurn;
    this.#left = maxBytes;
  }

  /** @param maxBytes for one turn; 0 for no limit, which needs none of these */
  static of(maxBytes: number): InflateTurns | undefined {
    return maxBytes === 0 ? undefined : new InflateTurns(maxBytes);
  }

  /** Whether something may be inflated in this turn. */
  get hasRoom(): boolean {
    return this.#left > 0 && this.#share > 0;
  }

  /** A message has been inflated to so many bytes. */
  spend(bytes: number): void {
    const counted = Math.max(bytes, leastBytes);
    this.#left -= counted;
    this.#share -= counted;
    this.#schedule();
  }

  /** Calls `taker` when there is room, after those that wait already. */
  wait(taker: TurnTaker): void {
    this.#waiting.add(taker);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#nextTurn(this.#begin);
  }

  #beginTurn(): void {
    this.#isDue = false;
    this.#left = this.#maxBytes;
    for (const taker of this.#waiting) {
      if (this.#left <= 0) break;
      this.#waiting.delete(taker);
      this.#share = this.#maxBytes * share;
      taker.takeTurn();
    }
    this.#share = Number.POSITIVE_INFINITY;
    if (this.#waiting.size > 0) this.#schedule();
  }
}
