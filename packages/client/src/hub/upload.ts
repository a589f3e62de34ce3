/** What takes the items of a stream. */
export interface StreamObserver<Item> {
  next(item: Item): void;
  error(error: unknown): void;
  complete(): void;
}

/** A stream that can be subscribed to: the `Subject` of SignalR, an observable. */
export interface Subscribable {
  subscribe(observer: StreamObserver<unknown>): unknown;
}

/** The key of async iterators. Old engines have none, and then nothing is one. */
export const asyncIteratorKey: typeof Symbol.asyncIterator = ((typeof Symbol === 'function' && Symbol.asyncIterator) ||
  '@@asyncIterator') as typeof Symbol.asyncIterator;

/** What is sent item by item. */
export type Stream = AsyncIterable<unknown> | Subscribable;

/** Whether an argument is to be sent as a stream. */
export function isStream(value: unknown): value is Stream {
  if (typeof value !== 'object' || value === null) return false;
  const { subscribe, [asyncIteratorKey]: iterate } = value as { [member: string | symbol]: unknown };
  return typeof subscribe === 'function' || typeof iterate === 'function';
}

const nothing = (): void => {};

function stop(subscription: unknown): void {
  const { dispose, unsubscribe } = (subscription || {}) as { dispose?: unknown; unsubscribe?: unknown };
  const end = dispose ?? unsubscribe;
  if (typeof end === 'function') end.call(subscription);
}

/**
 * Sends a stream, an item at a time where it can be asked for items: `next` calls `ready` when the following item may come.
 * @returns stops it
 */
export function upload(
  stream: Stream,
  next: (item: unknown, ready: () => void) => void,
  end: (failure?: { readonly error: string }) => void,
): () => void {
  const fail = (error: unknown): void => end({ error: String(error ?? 'The stream failed.') });
  if ('subscribe' in stream) {
    const subscription = stream.subscribe({
      next: (item) => next(item, nothing),
      error: fail,
      complete: () => end(),
    });
    return () => stop(subscription);
  }
  const iterator = stream[asyncIteratorKey]();
  let isStopped = false;
  const pull = (): void => {
    if (isStopped) return;
    iterator.next().then(({ done, value }) => {
      if (isStopped) return;
      if (done) end();
      else next(value, pull);
    }, fail);
  };
  pull();
  return () => {
    isStopped = true;
    iterator.return?.().then(nothing, nothing);
  };
}
