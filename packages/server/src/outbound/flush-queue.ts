import { type Clock, systemClock } from '../clock.ts';

/** A connection that has something to write. */
export interface Flushable {
  /** Writes what is pending. Must not throw. */
  flush(): void;
}

/** What a {@link FlushQueue} can be told. */
export interface FlushQueueOptions {
  /** How long what is patient may wait, in milliseconds. @defaultValue 0: to the end of the turn, like everything else */
  readonly intervalMs?: number;
  readonly clock?: Pick<Clock, 'now' | 'after'>;
  /** Called after a flush that had to be done in pieces. */
  readonly onPieces?: (pieces: FlushPieces) => void;
}

/** A flush that would have held up the event loop, and was done in pieces. */
export interface FlushPieces {
  readonly connections: number;
  readonly pieces: number;
  /** From the first write to the last. */
  readonly durationMs: number;
}

/** How long one piece may hold up the event loop; it is looked at after each of so many writes. */
const pieceMs = 8;
const lookEvery = 32;

/**
 * Collects the connections that were written to in this turn of the event loop, and flushes each once at its end.
 * The end is `setImmediate`: after all reads of the turn and the promises behind them, so the answers to everything
 * that one read brought leave in one write.
 *
 * Writing to thousands takes long, so a flush stops now and then and lets others have their turn. A connection that
 * has not been flushed yet just gets more to write meanwhile, behind what it has: the order is kept.
 */
export class FlushQueue {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #onPieces: ((pieces: FlushPieces) => void) | undefined;
  #dirty: Flushable[] = [];
  #patient: Flushable[] = [];
  #isDue = false;
  // Of a flush in pieces: its beginning, what it has done.
  #startedMs = 0;
  #pieces = 0;
  #flushed = 0;
  readonly #run = (): void => this.#flushPiece();

  constructor({ intervalMs = 0, clock = systemClock, onPieces }: FlushQueueOptions = {}) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#onPieces = onPieces;
  }

  /** Whether there is an interval to wait for. */
  get isPatient(): boolean {
    return this.#intervalMs > 0;
  }

  /** Flushes `connection` at the end of the turn. Call it once per connection and turn. */
  add(connection: Flushable): void {
    this.#dirty.push(connection);
    this.#schedule();
  }

  /** Flushes `connection` when the interval is over. One timer serves all of them. */
  addPatient(connection: Flushable): void {
    if (this.#patient.push(connection) > 1) return;
    this.#clock.after(this.#intervalMs, () => {
      const patient = this.#patient;
      this.#patient = [];
      for (const waiting of patient) this.#dirty.push(waiting);
      this.#schedule();
    });
  }

  /** Flushes everything now, in one piece. */
  flushAll(): void {
    const dirty = [...this.#dirty, ...this.#patient];
    this.#dirty = [];
    this.#patient = [];
    for (const connection of dirty) connection.flush();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(this.#run);
  }

  #flushPiece(): void {
    const startedMs = this.#clock.now();
    const dirty = this.#dirty;
    this.#dirty = [];
    this.#isDue = false;
    if (this.#pieces === 0) this.#startedMs = startedMs;
    let done = 0;
    while (done < dirty.length) {
      (dirty[done++] as Flushable).flush();
      if (done % lookEvery === 0 && this.#clock.now() - startedMs >= pieceMs) break;
    }
    this.#flushed += done;
    this.#pieces++;
    if (done < dirty.length) this.#putBack(dirty, done);
    else this.#report();
  }

  /** What is left goes before what was added while flushing. */
  #putBack(dirty: Flushable[], done: number): void {
    const rest = dirty.slice(done);
    for (const added of this.#dirty) rest.push(added);
    this.#dirty = rest;
    this.#schedule();
  }

  #report(): void {
    if (this.#pieces > 1) {
      const durationMs = this.#clock.now() - this.#startedMs;
      this.#onPieces?.({ connections: this.#flushed, pieces: this.#pieces, durationMs });
    }
    this.#pieces = 0;
    this.#flushed = 0;
  }
}
