import { MessageType } from '@minihub/protocol';
import type { CallOptions } from './calls.ts';
import type { HubConnectionState, StateChange, WaitingFor } from './connection-state.ts';
import type {
  AnyHub,
  CallbackHandler,
  CallbackName,
  InvokeName,
  MethodArguments,
  MethodName,
  MethodResult,
  StreamItem,
  StreamName,
} from './contract.ts';
import type { HubEngine } from './hub-engine.ts';
import { createHubStream, type HubStream } from './hub-stream.ts';

/** Calls to a hub; see {@link HubConnection}. */
export interface HubCaller<Hub = AnyHub> {
  /**
   * Calls a method and waits for its answer. An argument that is an `AsyncIterable` (or has `subscribe`) is an upload stream.
   * Rejects with a MinihubError: MH_CLIENT_INVOCATION_FAILED with the server's text; MH_CLIENT_CONNECTION_LOST when it is
   * unknown whether the call was carried out; MH_CLIENT_NOT_CONNECTED, MH_CLIENT_QUEUE_FULL, MH_CLIENT_QUEUE_EXPIRED and
   * MH_CLIENT_CLOSED when it was not.
   */
  invoke<Name extends InvokeName<Hub>>(
    method: Name,
    ...args: MethodArguments<Hub, Name>
  ): Promise<MethodResult<Hub, Name>>;
  /** Calls a method without waiting for an answer: resolves when the message is on its way. */
  send<Name extends MethodName<Hub>>(method: Name, ...args: MethodArguments<Hub, Name>): Promise<void>;
  /** Calls a method that answers with a stream. */
  stream<Name extends StreamName<Hub>>(
    method: Name,
    ...args: MethodArguments<Hub, Name>
  ): HubStream<StreamItem<Hub, Name>>;
}

/**
 * A connection to a hub, made by `connect`. It begins by itself, comes back by itself, and lives until {@link close}.
 *
 * Calls made while there is no connection wait for one, within `maxQueuedBytes` and `maxQueuedMs`. None is sent twice.
 */
export interface HubConnection<Hub = AnyHub> extends HubCaller<Hub> {
  readonly state: HubConnectionState;
  /** What is waited for before the next attempt; `undefined` while there is nothing to wait for. */
  readonly waitingFor: WaitingFor | undefined;
  /** The public id of this connection, where it was negotiated. */
  readonly connectionId: string | undefined;
  /**
   * Registers what the server calls; several handlers may have one name. Names match case-insensitively. What a handler
   * returns (or resolves to) answers the server when it asked.
   * @returns removes the handler
   */
  on<Name extends CallbackName<Hub>>(name: Name, handler: CallbackHandler<Hub, Name>): () => void;
  /** Is told about each change of {@link state}. @returns removes the listener */
  onStateChange(listener: (change: StateChange) => void): () => void;
  /** Resolves when connected, rejects when it was given up. After the end, begins anew. `connect` has called it already. */
  start(): Promise<void>;
  /** Says goodbye and closes; what still waits is refused. Idempotent. */
  close(): Promise<void>;
  /** The same calls with options. @example await chat.with({ timeoutMs: 5_000 }).invoke('say', 'hi') */
  with(options: CallOptions): HubCaller<Hub>;
}

function createCaller(engine: HubEngine, maxStreamItems: number, options: CallOptions): HubCaller {
  const { calls } = engine;
  return {
    invoke: (method, ...args) => calls.invoke(method, args, options) as never,
    send: (method, ...args) => calls.send(method, args, options),
    stream: (method, ...args) =>
      createHubStream(
        (observer) => calls.open(MessageType.StreamInvocation, method, args, options, observer),
        maxStreamItems,
      ) as never,
  };
}

/** One holder's face of an engine that may have several. `release` is called at the first `close`. */
export function createHandle(engine: HubEngine, maxStreamItems: number, release: () => Promise<void>): HubConnection {
  let closing: Promise<void> | undefined;
  let undo: (() => void)[] = [];
  const keep = (remove: () => void): (() => void) => {
    undo.push(remove);
    return () => {
      undo = undo.filter((other) => other !== remove);
      remove();
    };
  };
  return {
    ...createCaller(engine, maxStreamItems, {}),
    get state() {
      return engine.state;
    },
    get waitingFor() {
      return engine.waitingFor;
    },
    get connectionId() {
      return engine.connectionId;
    },
    on: (name, handler) => keep(engine.callbacks.add(name, handler)),
    onStateChange: (listener) => keep(engine.onStateChange(listener)),
    start: () => engine.start(),
    close: () => {
      closing ??= release().then(() =>
        undo.forEach((remove) => {
          remove();
        }),
      );
      return closing;
    },
    with: (options) => createCaller(engine, maxStreamItems, options),
  };
}
