import { type HubMessage, type InvocationMessage, MessageType, type StreamInvocationMessage } from '@minihub/protocol';
import { type ClientError, clientError, exceeded } from '../errors.ts';
import type { AbortSignalLike } from './abort-signal.ts';
import { isStream, type Stream, type StreamObserver, upload } from './upload.ts';

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
  private readonly calls: { [id: string]: Call } = Object.create(null) as { [id: string]: Call };
  /** What stops the uploads that go on, by the ids of their streams. */
  private readonly uploads: { [id: string]: (() => void) | undefined } = {};
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
    const { outgoing, calls } = this;
    const { signal } = options;
    const canceled = (): void => observer.error(clientError('MH_CLIENT_CANCELED', `'${target}' was cancelled`));
    if (signal?.aborted) {
      canceled();
      return nothing;
    }
    const invocationId = this.newId();
    const streams: { [id: string]: Stream } = {};
    const message = this.prepare(type, target, args, options, streams, invocationId);
    const isGoingOn = (): boolean => calls[invocationId] === call;
    const cancel = (): void => {
      if (!isGoingOn()) return;
      call.release();
      if (!withdraw()) outgoing.submit({ type: MessageType.CancelInvocation, invocationId }, nothing);
    };
    const abort = (): void => {
      cancel();
      canceled();
    };
    const call: Call = {
      written: false,
      observer,
      release: () => {
        delete calls[invocationId];
        this.stopUploads(streams);
        signal?.removeEventListener('abort', abort);
      },
    };
    calls[invocationId] = call;
    const withdraw = outgoing.submit(message, (error) => {
      if (error) this.settle(invocationId, error);
      else if (isGoingOn()) {
        call.written = true;
        this.upload(streams);
      }
    });
    if (isGoingOn()) signal?.addEventListener('abort', abort);
    return cancel;
  }

  invoke(target: string, args: readonly unknown[], options: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { timeoutMs } = options;
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
      const streams: { [id: string]: Stream } = {};
      this.outgoing.submit(this.prepare(MessageType.Invocation, target, args, options, streams), (error) => {
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
      if (failure !== undefined) this.settle(invocationId, clientError('MH_CLIENT_INVOCATION_FAILED', failure));
      else {
        if (result !== undefined) this.calls[invocationId]?.observer.next(result);
        this.settle(invocationId);
      }
    }
  }

  /** The connection is over: takes out the calls that the server may have got, or `all`. */
  fail(error: ClientError, all: boolean, later: (tell: () => void) => void): void {
    const { calls, uploads } = this;
    for (const id in calls) {
      const call = calls[id] as Call;
      if (all || call.written) {
        call.release();
        later(() => call.observer.error(error));
      }
    }
    this.stopUploads(uploads);
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

  /** The message of a call; the streams among its arguments are put into `streams`. What it has not is `undefined`. */
  private prepare(
    type: StreamInvocationMessage['type'] | InvocationMessage['type'],
    target: string,
    args: readonly unknown[],
    { headers }: CallOptions,
    streams: { [id: string]: Stream },
    invocationId?: string,
  ): HubMessage {
    const streamIds: string[] = [];
    const values = args.filter((value) => {
      if (!isStream(value)) return true;
      const id = this.newId();
      streams[id] = value;
      streamIds.push(id);
      return false;
    });
    const message = { type, target, arguments: values, streamIds: streamIds[0] && streamIds, headers, invocationId };
    return message as unknown as HubMessage;
  }

  private stopUploads(streams: { readonly [id: string]: unknown }): void {
    for (const id in streams) this.uploads[id]?.();
  }

  private upload(streams: { readonly [id: string]: Stream }): void {
    for (const id in streams) this.uploadStream(id, streams[id] as Stream);
  }

  private uploadStream(invocationId: string, stream: Stream): void {
    const { outgoing, host, uploads } = this;
    let isOver = false;
    let stop = nothing;
    const over = (): void => {
      isOver = true;
      delete uploads[invocationId];
      stop();
    };
    uploads[invocationId] = over;
    const stopStream = upload(
      stream,
      (item, ready) => {
        if (isOver) return;
        outgoing.submit({ type: MessageType.StreamItem, invocationId, item }, (error) => {
          if (error) over();
          else if (host.bufferedBytes < uploadHighWater) ready();
          else host.delay(50, ready);
        });
      },
      (error) => {
        if (isOver) return;
        stop = nothing;
        over();
        outgoing.submit({ type: MessageType.Completion, invocationId, ...error }, nothing);
      },
    );
    // It may have ended at once.
    if (isOver) stopStream();
    else stop = stopStream;
  }
}
