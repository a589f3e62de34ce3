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

type Stream = AsyncIterable<unknown> | Subscribable;

/** Whether an argument is to be sent as a stream. */
export function isStream(value: unknown): value is Stream {
  if (typeof value !== 'object' || value === null) return false;
  const { subscribe, [asyncIteratorKey]: iterate } = value as { [member: string | symbol]: unknown };
  return typeof subscribe === 'function' || typeof iterate === 'function';
}

/** What an upload is written to. `next` calls `ready` when the following item may come. */
export interface UploadSink {
  next(item: unknown, ready: () => void): void;
  end(error?: unknown): void;
}

const nothing = (): void => {};

function stop(subscription: unknown): void {
  const { dispose, unsubscribe } = (subscription || {}) as { dispose?: unknown; unsubscribe?: unknown };
  const end = dispose ?? unsubscribe;
  if (typeof end === 'function') end.call(subscription);
}

/** Sends a stream, an item at a time where it can be asked for items. Gives the function that stops it. */
export function upload(stream: Stream, sink: UploadSink): () => void {
  if ('subscribe' in stream) {
    const subscription = stream.subscribe({
      next: (item) => sink.next(item, nothing),
      error: (error) => sink.end(error ?? 'The stream failed.'),
      complete: () => sink.end(),
    });
    return () => stop(subscription);
  }
  const iterator = stream[asyncIteratorKey]();
  let stopped = false;
  const pull = (): void => {
    if (stopped) return;
    iterator.next().then(
      ({ done, value }) => {
        if (stopped) return;
        if (done === true) sink.end();
        else sink.next(value, pull);
      },
      (error) => {
        if (!stopped) sink.end(error ?? 'The stream failed.');
      },
    );
  };
  pull();
  return () => {
    stopped = true;
    iterator.return?.().then(nothing, nothing);
  };
}
