import { MessageType } from '@minihub/protocol';
import { clientError } from '../errors.ts';
import type { StateChange } from '../hub/connection-state.ts';
import type { EngineSettings } from '../hub/engine-needs.ts';
import { HubEngine } from '../hub/hub-engine.ts';
import type { RetryContext } from './connection-options.ts';
import { type ILogger, LogLevel } from './logging.ts';
import { rejectCall, toCallError, toSignalRError } from './signalr-errors.ts';
import { type IStreamResult, Subject } from './subject.ts';

/** The states of a {@link HubConnection}. */
export const HubConnectionState = {
  Disconnected: 'Disconnected',
  Connecting: 'Connecting',
  Connected: 'Connected',
  Disconnecting: 'Disconnecting',
  Reconnecting: 'Reconnecting',
} as const;
/** One of the values of {@link HubConnectionState}. */
export type HubConnectionState = keyof typeof HubConnectionState;

// biome-ignore lint/suspicious/noExplicitAny: as Microsoft's client has it, so that code written against it compiles.
type Anything = any;
type Method = (...args: Anything[]) => Anything;

interface Registered {
  readonly method: Method;
  remove?: () => void;
}

/** What the builder hands over. */
export interface HubConnectionSetup {
  baseUrl: string;
  readonly logger: ILogger;
  readonly serverTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  /** The delay before an attempt to come back; null gives up. Undefined: a lost connection is not tried again. */
  readonly nextDelay: ((context: RetryContext) => number | null) | undefined;
  /** The settings for one run from start to end. */
  settings(url: () => string): EngineSettings;
}

/** A connection to a hub, as Microsoft's client has it. Made by `HubConnectionBuilder`. */
export class HubConnection {
  /** How long the server may be silent, in milliseconds; counts from the next `start()`. */
  serverTimeoutInMilliseconds: number;
  /** How long the client may send nothing before it pings, in milliseconds; counts from the next `start()`. */
  keepAliveIntervalInMilliseconds: number;

  private readonly setup: HubConnectionSetup;
  private engine: HubEngine | undefined;
  private readonly methods: { [name: string]: Registered[] | undefined } = {};
  private closeCallbacks: ((error?: Error) => void)[] = [];
  private reconnectingCallbacks: ((error?: Error) => void)[] = [];
  private reconnectedCallbacks: ((connectionId?: string) => void)[] = [];
  private started: boolean = false;
  private retries = 0;

  /** @internal */
  constructor(setup: HubConnectionSetup) {
    this.setup = setup;
    this.serverTimeoutInMilliseconds = setup.serverTimeoutMs;
    this.keepAliveIntervalInMilliseconds = setup.keepAliveIntervalMs;
  }

  get state(): HubConnectionState {
    const state = this.engine?.state ?? 'disconnected';
    return (state.charAt(0).toUpperCase() + state.slice(1)) as HubConnectionState;
  }

  /** The public id of the connection, or null while there is none or it was not negotiated. */
  get connectionId(): string | null {
    return this.engine?.connectionId ?? null;
  }

  /** Where it connects to. Setting it throws unless the connection is disconnected or reconnecting. */
  get baseUrl(): string {
    return this.setup.baseUrl;
  }

  set baseUrl(url: string) {
    const { state } = this;
    if (state !== 'Disconnected' && state !== 'Reconnecting') {
      throw new Error('The HubConnection must be in the Disconnected or Reconnecting state to change the url.');
    }
    if (!url) throw new Error('The HubConnection url must be a valid url.');
    this.setup.baseUrl = url;
  }

  /** Connects. A first start that fails is not tried again. */
  start(): Promise<void> {
    if (this.state !== 'Disconnected') {
      return Promise.reject(new Error("Cannot start a HubConnection that is not in the 'Disconnected' state."));
    }
    this.started = false;
    let engine: HubEngine;
    try {
      engine = new HubEngine(this.settings());
    } catch (error) {
      return Promise.reject(error);
    }
    this.engine = engine;
    for (const name in this.methods) {
      this.methods[name]?.forEach((entry) => {
        this.attach(engine, name, entry);
      });
    }
    engine.onStateChange((change) => this.follow(change, engine));
    return engine.start().then(undefined, (error) => Promise.reject(toSignalRError(error)));
  }

  /** Ends it. Fulfilled at once when there is nothing to end. */
  stop(): Promise<void> {
    return this.engine?.stop() ?? Promise.resolve();
  }

  /** Calls a method of the hub, and waits for the answer. */
  invoke<T = Anything>(methodName: string, ...args: Anything[]): Promise<T> {
    const engine = this.connected();
    return (
      engine === undefined ? this.refused() : engine.calls.invoke(methodName, args, {}).then(undefined, rejectCall)
    ) as Promise<T>;
  }

  /** Calls a method of the hub, and waits for nothing. */
  send(methodName: string, ...args: Anything[]): Promise<void> {
    return this.connected()?.calls.send(methodName, args, {}).then(undefined, rejectCall) ?? this.refused();
  }

  /** Calls a method of the hub that answers with a stream. It begins at once. */
  stream<T = Anything>(methodName: string, ...args: Anything[]): IStreamResult<T> {
    const subject = new Subject<T>();
    const engine = this.connected();
    if (engine === undefined) {
      this.refused().then(undefined, (error) => subject.error(error));
      return subject;
    }
    subject.cancelCallback = engine.calls.open(
      MessageType.StreamInvocation,
      methodName,
      args,
      {},
      {
        next: (item) => subject.next(item as T),
        error: (error) => subject.error(toCallError(error as Error)),
        complete: () => subject.complete(),
      },
    );
    return subject;
  }

  /** Registers what the server calls. Names match case-insensitively; what it returns answers the server. */
  on(methodName: string, newMethod: Method): void {
    if (!methodName || !newMethod) return;
    const name = methodName.toLowerCase();
    const list = this.methods[name] ?? [];
    if (list.some((entry) => entry.method === newMethod)) return;
    const entry: Registered = { method: newMethod };
    this.methods[name] = list.concat(entry);
    if (this.engine !== undefined) this.attach(this.engine, name, entry);
  }

  /** Removes one handler of a name, or all. */
  off(methodName: string, method?: Method): void {
    if (!methodName) return;
    const name = methodName.toLowerCase();
    const list = this.methods[name] ?? [];
    const gone = list.filter((entry) => method === undefined || entry.method === method);
    gone.forEach((entry) => {
      entry.remove?.();
    });
    this.methods[name] = list.filter((entry) => gone.indexOf(entry) < 0);
  }

  /** Is told once when the connection has ended for good, with the error if there was one. */
  onclose(callback: (error?: Error) => void): void {
    if (callback) this.closeCallbacks.push(callback);
  }

  /** Is told when the connection was lost and is tried again. */
  onreconnecting(callback: (error?: Error) => void): void {
    if (callback) this.reconnectingCallbacks.push(callback);
  }

  /** Is told when it is back, with the new connection id. */
  onreconnected(callback: (connectionId?: string) => void): void {
    if (callback) this.reconnectedCallbacks.push(callback);
  }

  private settings(): EngineSettings {
    const { setup } = this;
    const { nextDelay, logger } = setup;
    return {
      ...setup.settings(() => this.baseUrl),
      serverTimeoutMs: this.serverTimeoutInMilliseconds,
      keepAliveIntervalMs: this.keepAliveIntervalInMilliseconds,
      retryFirstStart: false,
      queueing: false,
      reconnect:
        nextDelay &&
        (({ elapsedMs, error }) => {
          const reason = error === undefined ? new Error('The connection was closed.') : toSignalRError(error);
          const context = { previousRetryCount: this.retries++, elapsedMilliseconds: elapsedMs, retryReason: reason };
          return nextDelay(context) ?? undefined;
        }),
      report: (error, { stage }) => {
        logger.log(stage === 'connect' ? LogLevel.Information : LogLevel.Error, `${stage}: ${String(error)}`);
      },
    };
  }

  private attach(engine: HubEngine, name: string, entry: Registered): void {
    entry.remove = engine.callbacks.add(name, (...args) => entry.method.apply(this, args as Anything[]));
  }

  /** The engine, if something may be sent. */
  private connected(): HubEngine | undefined {
    return this.state === 'Connected' ? this.engine : undefined;
  }

  private refused(): Promise<never> {
    const text = "Cannot send data if the connection is not in the 'Connected' State.";
    return Promise.reject(clientError('MH_CLIENT_NOT_CONNECTED', text));
  }

  private follow({ from, to, reason, error, resumed }: StateChange, engine: HubEngine): void {
    const { logger } = this.setup;
    logger.log(LogLevel.Debug, `HubConnection: ${from} -> ${to} (${reason})`);
    if (to === 'connected') {
      this.retries = 0;
      this.started = true;
      // Microsoft's client resumes without a word.
      if (from === 'reconnecting' && resumed !== true) this.tell(this.reconnectedCallbacks, engine.connectionId);
    } else if (to === 'reconnecting') this.tell(this.reconnectingCallbacks, error && toSignalRError(error));
    else if (to === 'disconnected' && this.started) {
      this.started = false;
      // As Microsoft's: when the attempts are used up, the error has been told to `onreconnecting`.
      const untold = from === 'reconnecting' && reason === 'gave-up' ? undefined : error;
      this.tell(this.closeCallbacks, untold && toSignalRError(untold));
    }
  }

  private tell<T>(callbacks: readonly ((value: T) => void)[], value: T): void {
    callbacks.slice().forEach((callback) => {
      try {
        callback.call(this, value);
      } catch (error) {
        this.setup.logger.log(LogLevel.Error, `A callback threw: ${String(error)}`);
      }
    });
  }
}
