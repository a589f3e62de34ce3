import { exceeded } from '../errors.ts';
import { asyncIteratorKey, type StreamObserver } from './upload.ts';

/**
 * A stream from the server. It begins when it is iterated over or subscribed to, which can be done once.
 * Leaving a `for await` loop, or calling what `subscribe` returned, tells the server to stop.
 */
export interface HubStream<Item> extends AsyncIterable<Item> {
  /** For code without `for await`. @returns a function that ends the stream */
  subscribe(observer: Partial<StreamObserver<Item>>): () => void;
}

/** Begins a stream; gives the function that cancels it. */
export type OpenStream = (observer: StreamObserver<unknown>) => () => void;

type Result = IteratorResult<unknown, undefined>;
type Waiter = { resolve(result: Result): void; reject(error: unknown): void };

const end: Result = { done: true, value: undefined };

/** The iterator of a stream, by hand: generators would need helpers in ES5. */
function iterate(open: OpenStream, maxBufferedItems: number): AsyncIterator<unknown, undefined> {
  let items: unknown[] = [];
  let waiters: Waiter[] = [];
  let over = false;
  let failure: { error: unknown } | undefined;
  const finish = (why?: { error: unknown }): void => {
    over = true;
    failure = why;
    waiters.forEach((waiter, i) => {
      if (i === 0 && why) {
        failure = undefined;
        waiter.reject(why.error);
      } else waiter.resolve(end);
    });
    waiters = [];
  };
  let cancel = (): void => {};
  cancel = open({
    next(item) {
      const waiter = waiters.shift();
      if (waiter) waiter.resolve({ done: false, value: item });
      else if (items.push(item) > maxBufferedItems && maxBufferedItems > 0) {
        cancel();
        finish({ error: exceeded('MH_CLIENT_LIMIT', 'maxStreamItems', maxBufferedItems) });
      }
    },
    error: (error) => finish({ error }),
    complete: () => finish(),
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (items.length > 0) resolve({ done: false, value: items.shift() });
        else if (failure) {
          const { error } = failure;
          failure = undefined;
          reject(error);
        } else if (over) resolve(end);
        else waiters.push({ resolve, reject });
      }),
    return: () => {
      items = [];
      if (!over) {
        cancel();
        finish();
      }
      return Promise.resolve(end);
    },
  };
}

/** Makes a stream. */
export function createHubStream(open: OpenStream, maxBufferedItems: number): HubStream<unknown> {
  return {
    subscribe: (observer) =>
      open({
        next: (item) => observer.next?.(item),
        error: (error) => observer.error?.(error),
        complete: () => observer.complete?.(),
      }),
    [asyncIteratorKey]: () => iterate(open, maxBufferedItems),
  };
}
