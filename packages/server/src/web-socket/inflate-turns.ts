/** Who waits for a turn in which there is room to inflate. */
export interface TurnTaker {
  /** There is room now. */
  takeTurn(): void;
}

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
    return this.#left > 0;
  }

  /** A message has been inflated to so many bytes. */
  spend(bytes: number): void {
    this.#left -= Math.max(bytes, leastBytes);
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
      if (!this.hasRoom) break;
      this.#waiting.delete(taker);
      taker.takeTurn();
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
