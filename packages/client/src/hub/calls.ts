import { type HubMessage, type InvocationMessage, MessageType, type StreamInvocationMessage } from '@minihub/protocol';
import { type ClientError, clientError, exceeded } from '../errors.ts';
import type { AbortSignalLike } from './abort-signal.ts';
import { isStream, type StreamObserver, upload } from './upload.ts';

/** Options of one call; see `HubConnection.with`. */
export interface CallOptions {
  /** Cancels the call: the server is told, the promise rejects with MH_CLIENT_CANCELED. */
  readonly signal?: AbortSignalLike;
  /** How long `invoke` may take, waiting included, in milliseconds; 0 is no limit. @defaultValue 0 */
  readonly timeoutMs?: number;
  /** Headers of the message, for instance `traceparent`. */
  readonly headers?: { readonly [name: string]: string };
}

/** The way out. */
export interface CallOutgoing {
  /** Sends, now or later. `done` is called once. Gives a function that takes it back, if it is not sent: then true. */
  submit(message: HubMessage, done: (error?: ClientError) => void): () => boolean;
}

/** What calls need of the connection. */
export interface CallHost {
  /** Bytes that were sent and have not left. */
  readonly bufferedBytes: number;
  delay(ms: number, act: () => void): () => void;
}

interface Call {
  written: boolean;
  observer: StreamObserver<unknown>;
  /** Ends its uploads and its listeners. */
  release(): void;
}

/** An upload pauses while more bytes than this have not left. */
const uploadHighWater = 65_536;
const nothing = (): void => {};

/** The calls that wait for an answer, and the streams in both directions. Ids are never used twice. */
export class Calls {
  private readonly outgoing: CallOutgoing;
  private readonly host: CallHost;
  /** Without a prototype: the server chooses the ids that are looked up. */
  private calls: { [id: string]: Call } = Object.create(null) as { [id: string]: Call };
  /** What stops the uploads that go on, by the ids of their streams. */
  private uploads: { [id: string]: (() => void) | undefined } = {};
  private nextId = 0;

  constructor(outgoing: CallOutgoing, host: CallHost) {
    this.outgoing = outgoing;
    this.host = host;
  }

  /** Calls, and gives the answer to the observer: at most one item for an invocation. @returns cancels the call */
  open(
    type: StreamInvocationMessage['type'] | InvocationMessage['type'],
    target: string,
    args: readonly unknown[],
    options: CallOptions,
    observer: StreamObserver<unknown>,
  ): () => void {
    const { signal } = options;
    const canceled = (): void => observer.error(clientError('MH_CLIENT_CANCELED', `'${target}' was cancelled`));
    if (signal?.aborted) {
      canceled();
      return nothing;
    }
    const invocationId = this.newId();
    const { message, streams } = this.prepare(type, target, args, options);
    (message as { invocationId?: string }).invocationId = invocationId;
    let stopUploads = nothing;
    let stopListening = nothing;
    const call: Call = {
      written: false,
      observer,
      release: () => {
        delete this.calls[invocationId];
        stopUploads();
        stopListening();
      },
    };
    this.calls[invocationId] = call;
    const withdraw = this.outgoing.submit(message, (error) => {
      if (error) this.settle(invocationId, error);
      else if (this.calls[invocationId] === call) {
        call.written = true;
        stopUploads = this.upload(streams);
      }
    });
    const cancel = (): void => {
      if (this.calls[invocationId] !== call) return;
      call.release();
      if (!withdraw()) this.outgoing.submit({ type: MessageType.CancelInvocation, invocationId }, nothing);
    };
    const abort = (): void => {
      cancel();
      canceled();
    };
    if (signal && this.calls[invocationId] === call) {
      signal.addEventListener('abort', abort);
      stopListening = () => signal.removeEventListener('abort', abort);
    }
    return cancel;
  }

  invoke(target: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let result: unknown;
      let stopTimer = nothing;
      const cancel = this.open(MessageType.Invocation, target, args, options, {
        next: (value) => {
          result = value;
        },
        error: (error) => {
          stopTimer();
          reject(error);
        },
        complete: () => {
          stopTimer();
          resolve(result);
        },
      });
      const { timeoutMs } = options;
      if (timeoutMs) {
        stopTimer = this.host.delay(timeoutMs, () => {
          cancel();
          reject(exceeded('MH_CLIENT_INVOCATION_TIMEOUT', `timeoutMs of '${target}'`, timeoutMs));
        });
      }
    });
  }

  /** Resolves when the message has been handed to the transport; there is no answer. */
  send(target: string, args: readonly unknown[], options: CallOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const { message, streams } = this.prepare(MessageType.Invocation, target, args, options);
      this.outgoing.submit(message, (error) => {
        if (error) reject(error);
        else {
          this.upload(streams);
          resolve();
        }
      });
    });
  }

  /** Takes a StreamItem or a Completion. An unknown id is ignored: streams race with their end. */
  deliver(message: HubMessage): void {
    if (message.type === MessageType.StreamItem) this.calls[message.invocationId]?.observer.next(message.item);
    else if (message.type === MessageType.Completion) {
      const { invocationId, error, result, bindingError } = message;
      const failure = error ?? bindingError?.message;
      if (failure === undefined && result !== undefined) this.calls[invocationId]?.observer.next(result);
      this.settle(
        invocationId,
        failure === undefined ? undefined : clientError('MH_CLIENT_INVOCATION_FAILED', failure),
      );
    }
  }

  /**
   * The connection is over: takes out the calls that the server may have got, or `all`.
   * @returns tells those who wait for them
   */
  fail(error: ClientError, all: boolean): () => void {
    const gone: Call[] = [];
    for (const id in this.calls) {
      const call = this.calls[id] as Call;
      if (!all && !call.written) continue;
      call.release();
      gone.push(call);
    }
    for (const id in this.uploads) this.uploads[id]?.();
    return () => {
      gone.forEach(({ observer }) => {
        observer.error(error);
      });
    };
  }

  private settle(id: string, error?: ClientError): void {
    const call = this.calls[id];
    if (!call) return;
    call.release();
    if (error) call.observer.error(error);
    else call.observer.complete();
  }

  private newId(): string {
    return String(this.nextId++);
  }

  private prepare(
    type: StreamInvocationMessage['type'] | InvocationMessage['type'],
    target: string,
    args: readonly unknown[],
    { headers }: CallOptions,
  ): { message: HubMessage; streams: { [id: string]: Parameters<typeof upload>[0] } } {
    const values: unknown[] = [];
    const streamIds: string[] = [];
    const streams: { [id: string]: Parameters<typeof upload>[0] } = {};
    args.forEach((value) => {
      if (isStream(value)) {
        const id = this.newId();
        streams[id] = value;
        streamIds.push(id);
      } else values.push(value);
    });
    const message: { [member: string]: unknown } = { type, target, arguments: values };
    if (streamIds.length > 0) message.streamIds = streamIds;
    if (headers) message.headers = headers;
    return { message: message as unknown as HubMessage, streams };
  }

  private upload(streams: { [id: string]: Parameters<typeof upload>[0] }): () => void {
    const { outgoing, host, uploads } = this;
    const ids = Object.keys(streams);
    ids.forEach((invocationId) => {
      let isOver = false;
      let stop = nothing;
      const over = (): void => {
        isOver = true;
        delete uploads[invocationId];
        stop();
      };
      uploads[invocationId] = over;
      const stopStream = upload(streams[invocationId] as Parameters<typeof upload>[0], {
        next(item, ready) {
          if (isOver) return;
          outgoing.submit({ type: MessageType.StreamItem, invocationId, item }, (error) => {
            if (error) over();
            else if (host.bufferedBytes < uploadHighWater) ready();
            else host.delay(50, ready);
          });
        },
        end(error) {
          if (isOver) return;
          stop = nothing;
          over();
          const completion = { type: MessageType.Completion, invocationId };
          outgoing.submit(error === undefined ? completion : { ...completion, error: String(error) }, nothing);
        },
      });
      // It may have ended at once.
      if (isOver) stopStream();
      else stop = stopStream;
    });
    return () => {
      ids.forEach((id) => {
        uploads[id]?.();
      });
    };
  }
}
