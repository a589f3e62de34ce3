import { MessageType, type MinihubError } from '@minihub/protocol';
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
  /** Why the last attempt to connect, or the last connection, failed; `undefined` while connected. */
  readonly lastError: MinihubError | undefined;
  /** The public id of this connection, where it was negotiated, or told with `statefulReconnect`. */
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
  /**
   * Says goodbye and closes; what still waits is refused. Idempotent. Where several share one connection (see `share`), it
   * goes on for the others; for this one it has ended.
   */
  close(): Promise<void>;
  /** The same calls with options. @example await chat.with({ timeoutMs: 5_000 }).invoke('say', 'hi') */
  with(options: CallOptions): HubCaller<Hub>;
}

function createCaller(engine: () => HubEngine, maxStreamItems: number, options: CallOptions): HubCaller {
  // In ES5 each list of rest parameters is a loop: one is enough.
  const call =
    <Result>(act: (method: string, args: readonly unknown[]) => Result) =>
    (method: string, ...args: readonly unknown[]): Result =>
      act(method, args);
  return {
    invoke: call((method, args) => engine().calls.invoke(method, args, options)) as never,
    send: call((method, args) => engine().calls.send(method, args, options)),
    stream: call((method, args) =>
      createHubStream(
        (observer) => engine().calls.open(MessageType.StreamInvocation, method, args, options, observer),
        maxStreamItems,
      ),
    ) as never,
  };
}

/** A hold on an engine that may have other holders. */
export interface Holding {
  readonly engine: HubEngine;
  /** Lets go. The last one stops the engine; for the others it goes on, and nothing is to be waited for. */
  release(): Promise<void> | undefined;
}

interface Registration {
  readonly register: (engine: HubEngine) => () => void;
  readonly listener: ((change: StateChange) => void) | undefined;
  undo: () => void;
}

/** One holder's face of an engine. `create` makes one that belongs to nobody else. */
export function createHandle(take: () => Holding, create: () => HubEngine, maxStreamItems: number): HubConnection {
  let holding: Holding | undefined = take();
  let { engine } = holding;
  let closing: Promise<void> = Promise.resolve();
  let registrations: Registration[] = [];
  const keep = (register: Registration['register'], listener?: Registration['listener']): (() => void) => {
    const entry: Registration = { register, listener, undo: register(engine) };
    registrations.push(entry);
    return () => {
      registrations = registrations.filter((other) => other !== entry);
      entry.undo();
    };
  };
  /** What is registered moves to another engine. */
  const move = (to: HubEngine): void => {
    if (to === engine) return;
    engine = to;
    registrations.forEach((entry) => {
      entry.undo();
      entry.undo = entry.register(to);
    });
  };
  const { invoke, send, stream } = createCaller(() => engine, maxStreamItems, {});
  return {
    invoke,
    send,
    stream,
    get state() {
      return engine.state;
    },
    get waitingFor() {
      return engine.waitingFor;
    },
    get lastError() {
      return engine.lastError;
    },
    get connectionId() {
      return engine.connectionId;
    },
    on: (name, handler) => keep((to) => to.callbacks.add(name, handler)),
    onStateChange: (listener) => keep((to) => to.onStateChange(listener), listener),
    start: () => {
      holding ||= take();
      move(holding.engine);
      return engine.start();
    },
    close: () => {
      const stopped = holding?.release();
      if (stopped !== undefined) closing = stopped;
      else if (holding) {
        const from = engine.state;
        move(create());
        registrations.forEach(({ listener }) => {
          listener?.({ from, to: 'disconnected', reason: 'closed' });
        });
      }
      holding = undefined;
      return closing;
    },
    with: (options) => createCaller(() => engine, maxStreamItems, options),
  };
}
