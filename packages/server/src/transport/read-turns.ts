import type { TurnTaker } from '../web-socket/inflate-turns.ts';

/** As much as Node.js reads at once. */
const maxBytes = 65_536;

function takeTurn(taker: TurnTaker): void {
  taker.takeTurn();
}

/**
 * Lets each socket have one read in a turn of the event loop. A socket that has more is read 32 times in a row, 2 MB, before
 * anybody else is: that is more than a hundred milliseconds of small messages. Those reads come one right after the other, so it is
 * enough to know who was last, and a connection needs nothing to remember.
 */
export class ReadTurns {
  #last: TurnTaker | undefined;
  #bytes = 0;

  /** `taker` has read so many bytes. True when that is enough: then it gets its turn, and must not read before. */
  isEnough(taker: TurnTaker, bytes: number): boolean {
    if (taker !== this.#last) {
      this.#last = taker;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes < maxBytes) return false;
    this.#bytes = 0;
    setImmediate(takeTurn, taker);
    return true;
  }

  /** `taker` is over. */
  forget(taker: TurnTaker): void {
    if (taker === this.#last) this.#last = undefined;
  }
}
