import type { Log } from '../log.ts';

/** Items that a stream may send in one turn of the event loop. */
const itemsPerTurn = 256;

type Items = AsyncIterator<unknown> | Iterator<unknown>;

/** Where items go. */
export interface ItemSink {
  /** Takes an item; a promise asks to wait for it before the next. May throw. */
  item(item: unknown): Promise<void> | undefined;
  /** No more items: the source is done, or the pump was cancelled. */
  done(): void;
  failed(error: unknown): void;
}

/**
 * Moves the items of a streaming method to the client, one after another, as fast as the client takes them.
 * Cancelling ends it at once, also while the source is busy with its next item.
 */
export class ItemPump {
  readonly #source: Items;
  readonly #log: Log;
  readonly #sink: ItemSink;
  #isOver = false;

  constructor(source: Items, log: Log, sink: ItemSink) {
    this.#source = source;
    this.#log = log;
    this.#sink = sink;
  }

  /** The iterator of something iterable; strings do not count. */
  static iteratorOf(value: unknown): Items | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    const iterable = value as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    return iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.();
  }

  /** Starts moving. */
  run(): void {
    // The loop handles its own errors; nothing can reach the caller.
    void this.#move();
  }

  /** Ends the stream: nothing is sent any more, and the source is told. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#returnSource();
    this.#sink.done();
  }

  async #move(): Promise<void> {
    try {
      for (let count = 1; !this.#isOver; count++) {
        // A source that never waits would otherwise hold up everybody else, and the message that cancels it.
        if (count % itemsPerTurn === 0) await nextTurn();
        const result = await this.#source.next();
        if (this.#isOver) return;
        if (result.done) {
          this.#isOver = true;
          this.#sink.done();
          return;
        }
        const room = this.#send(result.value);
        if (room !== undefined) await room;
      }
    } catch (error) {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#sink.failed(error);
    }
  }

  #send(item: unknown): Promise<void> | undefined {
    try {
      return this.#sink.item(item);
    } catch (error) {
      this.#returnSource();
      throw error;
    }
  }

  /** Not awaited: a generator that waits for something takes note of `return` only when that has come. */
  #returnSource(): void {
    const failed = (error: unknown): void => this.#log('streamCleanupThrew', { error });
    try {
      Promise.resolve(this.#source.return?.()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
