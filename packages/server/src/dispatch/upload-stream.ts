import { serverError } from '../errors.ts';
import type { AnySchema } from '../hub/standard-schema.ts';
import type { UploadRoom } from './upload-room.ts';
import { validate } from './validate.ts';

/** An item that nobody has read yet. */
interface Held {
  readonly item: unknown;
  /** What it takes in memory, about. */
  readonly bytes: number;
}

interface Waiter {
  resolve(result: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

/**
 * A stream that the client fills. The hub method reads it as an `AsyncIterable`; each item is validated as it is read.
 * It buffers `capacity` items and one more; with that one it is full and its connection reads nothing else, so that a
 * fast client is held back by its socket and not by our memory. @see SignalR: StreamBufferCapacity
 */
export class UploadStream implements AsyncIterable<unknown>, AsyncIterator<unknown> {
  readonly #item: AnySchema;
  readonly #capacity: number;
  readonly #room: UploadRoom;
  #items: Held[] = [];
  #waiters: Waiter[] = [];
  #state: 'open' | 'complete' | 'failed' = 'open';
  #error: unknown;

  /** @param room for the items of all streams of the client; it is told when a full stream has room again */
  constructor(item: AnySchema, capacity: number, room: UploadRoom) {
    this.#item = item;
    this.#capacity = capacity;
    this.#room = room;
  }

  /** Whether the connection must wait before it delivers more. */
  get isFull(): boolean {
    return this.#state === 'open' && this.#items.length > this.#capacity;
  }

  /** An item from the client. */
  push(item: unknown): void {
    if (this.#state !== 'open') return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#items.push({ item, bytes: this.#room.enter(item) });
    else this.#give(waiter, item);
  }

  /** The client has ended the stream. */
  complete(): void {
    if (this.#state !== 'open') return;
    this.#state = 'complete';
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ done: true, value: undefined });
  }

  /** The stream has failed: readers get the error after the items that came before. */
  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** Nobody reads it any more: later items are dropped. */
  discard(): void {
    const wasFull = this.isFull;
    this.complete();
    this.#drop(wasFull);
  }

  /** Forgets the items that nobody has read. */
  #drop(madeRoom: boolean): void {
    let bytes = 0;
    for (const held of this.#items) bytes += held.bytes;
    this.#items = [];
    this.#room.leave(bytes, madeRoom);
  }

  next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      const wasFull = this.isFull;
      const held = this.#items.shift();
      if (held !== undefined) {
        this.#give(waiter, held.item);
        this.#room.leave(held.bytes, wasFull && !this.isFull);
      } else if (this.#state === 'open') {
        this.#waiters.push(waiter);
      } else if (this.#state === 'failed') {
        reject(this.#error);
      } else {
        resolve({ done: true, value: undefined });
      }
    });
  }

  return(): Promise<IteratorResult<unknown>> {
    this.discard();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this;
  }

  #give(waiter: Waiter, item: unknown): void {
    const settle = (result: Awaited<ReturnType<typeof validate>>): void => {
      if (result.issues === undefined) {
        waiter.resolve({ done: false, value: result.value });
        return;
      }
      const error = serverError('MH_SERVER_UPLOAD_FAILED', 'Failed to bind Stream message.');
      // With an asynchronous validator the buffer may have filled up again meanwhile.
      const wasFull = this.isFull;
      this.fail(error);
      waiter.reject(error);
      this.#drop(wasFull);
    };
    const result = validate(this.#item, item);
    if (result instanceof Promise) result.then(settle, waiter.reject);
    else settle(result);
  }
}
