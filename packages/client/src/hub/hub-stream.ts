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
/** Who waits for an item, and what is done with whom. */
type Waiter = { resolve(result: Result): void; reject(error: unknown): void };
type Settle = (waiter: Waiter) => void;

const end: Result = { done: true, value: undefined };

/** The iterator of a stream, by hand: generators would need helpers in ES5. */
function iterate(open: OpenStream, maxBufferedItems: number): AsyncIterator<unknown, undefined> {
  /** What has come and nobody has asked for; or who has asked, and nothing has come. */
  let results: Settle[] = [];
  let waiters: Waiter[] = [];
  let over = false;
  const give = (settle: Settle): void => {
    const waiter = waiters.shift();
    if (waiter) settle(waiter);
    else results.push(settle);
  };
  const finish = (): void => {
    over = true;
    waiters.forEach((waiter) => {
      waiter.resolve(end);
    });
    waiters = [];
  };
  const fail = (error: unknown): void => {
    give((waiter) => waiter.reject(error));
    finish();
  };
  let cancel = (): void => {};
  cancel = open({
    next(item) {
      if (waiters.length > 0 || maxBufferedItems === 0 || results.length < maxBufferedItems) {
        give((waiter) => waiter.resolve({ done: false, value: item }));
      } else {
        cancel();
        fail(exceeded('MH_CLIENT_LIMIT', 'maxStreamItems', maxBufferedItems));
      }
    },
    error: fail,
    complete: finish,
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const waiter = { resolve, reject };
        const settle = results.shift();
        if (settle) settle(waiter);
        else if (over) resolve(end);
        else waiters.push(waiter);
      }),
    return: () => {
      results = [];
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
