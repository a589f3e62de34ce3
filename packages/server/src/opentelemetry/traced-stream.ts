import type { Traced } from './tracing.ts';

/** What a stream method returned, read within its span, which ends when the stream ends. */
export class TracedStream implements AsyncIterableIterator<unknown> {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #traced: Traced;
  #isOver = false;

  private constructor(iterator: AsyncIterator<unknown> | Iterator<unknown>, traced: Traced) {
    this.#iterator = iterator;
    this.#traced = traced;
  }

  /** The traced form of `value`. What is no stream stays as it is, for the server to complain about. */
  static around(value: unknown, traced: Traced): unknown {
    const stream = (value ?? {}) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    const isStream = typeof value === 'object' && (Symbol.asyncIterator in stream || Symbol.iterator in stream);
    if (!isStream) {
      traced.fail(new TypeError('The method did not return a stream.'));
      return value;
    }
    try {
      const iterator = traced.within(() => stream[Symbol.asyncIterator]?.() ?? stream[Symbol.iterator]?.());
      return new TracedStream(iterator as AsyncIterator<unknown>, traced);
    } catch (error) {
      // For instance a ReadableStream that somebody reads already.
      traced.fail(error);
      throw error;
    }
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      const result = await this.#traced.within(() => this.#iterator.next());
      if (result.done) this.#end();
      return result;
    } catch (error) {
      if (!this.#isOver) this.#traced.fail(error);
      this.#isOver = true;
      throw error;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    try {
      return (await this.#traced.within(() => this.#iterator.return?.(value))) ?? { done: true, value };
    } finally {
      this.#end();
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (!this.#isOver) this.#traced.end();
    this.#isOver = true;
  }
}
