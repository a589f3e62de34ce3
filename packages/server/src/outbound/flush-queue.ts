/** A connection that has something to write. */
export interface Flushable {
  /** Writes what is pending. Must not throw. */
  flush(): void;
}

/**
 * Collects the connections that were written to in this turn of the event loop, and flushes each once at its end.
 * The end is `setImmediate`: after all reads of the turn and the promises behind them, so the answers to everything
 * that one read brought leave in one write.
 */
export class FlushQueue {
  #dirty: Flushable[] = [];
  readonly #run = (): void => this.flushAll();

  /** Flushes `connection` at the end of the turn. Call it once per connection and turn. */
  add(connection: Flushable): void {
    if (this.#dirty.push(connection) === 1) setImmediate(this.#run);
  }

  /** Flushes now. */
  flushAll(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }
}
