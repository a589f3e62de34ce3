import { type CloseMessage, type HubMessage, MessageType, type MinihubError } from '@minihub/protocol';
import { type ClientError, clientError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { Callbacks } from './callbacks.ts';
import { type CallHost, Calls } from './calls.ts';
import { ClientSession } from './client-session.ts';
import type { HubConnectionState, StateChange, StateReason, WaitingFor } from './connection-state.ts';
import type { EngineSettings } from './engine-needs.ts';
import { Outgoing } from './outgoing.ts';
import { type Phone, watchPhone } from './phone-watch.ts';
import { isFinal, mayReattach, reattachDelay, stableMs } from './retry-rules.ts';
import { findRoute, type Route, type RouteSettings, toTarget } from './route.ts';
import { StateNotifier } from './state-notifier.ts';
import type { Transport } from './transports/transport.ts';

interface Starter {
  resolve(): void;
  reject(error: MinihubError): void;
}

/** After this long in the background sockets are mostly dead, in milliseconds. */
const suspendAfterMs = 5_000;

/** An attempt is made this often even when the phone says that it has no network: it is not always right. */
const offlineRetryMs = 30_000;

/**
 * A hub connection for as long as somebody wants it: finds the way, opens transports, runs one session after the other on
 * them, and decides what to do when one ends. All that is known of phones comes together here.
 */
export class HubEngine {
  connectionId: string | undefined;
  waitingFor: WaitingFor | undefined;
  readonly calls: Calls;
  readonly callbacks: Callbacks;

  private readonly settings: EngineSettings;
  private readonly outgoing: Outgoing;
  private readonly states: StateNotifier;
  private readonly alarm: Alarm;
  private starters: Starter[] = [];
  private stopping: Promise<void> | undefined;
  private stopped: (() => void) | undefined;
  private phone: Phone | undefined;
  private session: ClientSession | undefined;
  private route: Route | undefined;
  private transport: Transport | undefined;
  /** Raised by everything that ends an attempt or a transport: what belongs to an earlier one is ignored. */
  private generation = 0;
  /** Attempts that failed in a row. */
  private attempts = 0;
  private reattaches = 0;
  private transportIndex = 0;
  private lostAt = 0;
  private openedAt = 0;
  /** For the next attempt, the deadline of this one, or that of a close. */
  private timer: unknown;

  constructor(settings: EngineSettings) {
    this.settings = settings;
    this.outgoing = new Outgoing(settings, {
      session: () => this.session,
      isOver: () => this.isIn('disconnected') || this.isIn('disconnecting'),
      now: () => this.now(),
      rearm: () => this.arm(),
    });
    this.states = new StateNotifier(settings.report);
    this.alarm = new Alarm(settings.timers, (now) => {
      this.session?.tick(now);
      this.outgoing.queue.expire(now);
      this.arm();
    });
    this.callbacks = new Callbacks(settings.report);
    const host: CallHost = {
      submit: (message, done) => this.outgoing.submit(message, done),
      bufferedBytes: () => this.transport?.bufferedBytes() ?? 0,
      delay: (ms, act) => {
        const timer = settings.timers.setTimeout(act, ms);
        return () => settings.timers.clearTimeout(timer);
      },
    };
    this.calls = new Calls(host);
  }

  get state(): HubConnectionState {
    return this.states.current;
  }

  /** @returns stops listening */
  onStateChange(listener: (change: StateChange) => void): () => void {
    return this.states.listen(listener);
  }

  /** Resolves when connected; rejects when it is given up. */
  start(): Promise<void> {
    if (this.state === 'connected') return Promise.resolve();
    if (this.state === 'disconnecting') {
      return Promise.reject(clientError('MH_CLIENT_NOT_CONNECTED', 'The connection is being closed.'));
    }
    const started = new Promise<void>((resolve, reject) => this.starters.push({ resolve, reject }));
    if (this.state === 'disconnected') {
      const { platform } = this.settings;
      this.phone = watchPhone(platform, () => this.now(), {
        shown: (hiddenMs) => this.handleShown(hiddenMs),
        networkChanged: () => this.handleNetworkChange(),
        socketClosed: () => this.transport?.verify?.(),
      });
      this.attempts = 0;
      this.lostAt = this.now();
      this.change('connecting', 'start');
      if (this.isIn('connecting')) this.attempt();
    }
    return started;
  }

  /** Says Close and closes. Idempotent. */
  stop(): Promise<void> {
    if (this.state === 'disconnected') return Promise.resolve();
    if (this.stopping !== undefined) return this.stopping;
    const stopping = new Promise<void>((resolve) => {
      this.stopped = resolve;
    });
    this.stopping = stopping;
    const { transport, session, settings } = this;
    if (transport === undefined || session?.phase !== 'open') this.finish('closed');
    else {
      session.send(settings.codec.encode({ type: MessageType.Close }), { type: MessageType.Close }, this.now());
      session.end();
      this.change('disconnecting', 'closed');
      transport.close();
      this.wait(settings.closeTimeoutMs, () => this.finish('closed'));
    }
    return stopping;
  }

  /** What a listener may have changed meanwhile, behind the compiler's back. */
  private isIn(state: HubConnectionState): boolean {
    return this.state === state;
  }

  private now(): number {
    return this.settings.timers.now();
  }

  private change(to: HubConnectionState, reason: StateReason, error?: MinihubError, resumed?: boolean): void {
    this.states.change(to, reason, error, resumed);
  }

  private wait(delayMs: number, act: () => void): void {
    const { timers } = this.settings;
    timers.clearTimeout(this.timer);
    this.timer = timers.setTimeout(act, delayMs);
  }

  // ---- attempts

  private attempt(): void {
    const { settings } = this;
    const generation = ++this.generation;
    const isCurrent = (): boolean => generation === this.generation;
    this.waitingFor = undefined;
    if (settings.connectTimeoutMs > 0) {
      this.wait(settings.connectTimeoutMs, () => {
        this.lost(clientError('MH_CLIENT_CONNECT_TIMEOUT', `No connection within ${settings.connectTimeoutMs} ms`));
      });
    }
    // A transport that failed is not tried with the same token: signalr.md 1.1.
    const known = this.session === undefined ? undefined : this.route;
    Promise.resolve(known ?? findRoute(settings))
      .then((route) => {
        const name = route.transports[this.transportIndex % route.transports.length] as string;
        return toTarget(settings, route, name).then((target) => {
          if (!isCurrent()) return;
          this.route = route;
          this.open(name, target, isCurrent);
        });
      })
      .then(undefined, (error) => {
        if (isCurrent()) this.lost(error as MinihubError);
      });
  }

  private open(
    name: string,
    target: { url: string; headers: RouteSettings['headers'] },
    isCurrent: () => boolean,
  ): void {
    const { settings } = this;
    const { connectTimeoutMs, transports } = settings;
    this.transport = transports[name]?.(
      { ...target, timeoutMs: connectTimeoutMs },
      {
        opened: () => {
          if (isCurrent()) this.handleOpened();
        },
        received: (data) => {
          if (!isCurrent()) return;
          this.session?.receive(data, this.now());
          this.arm();
        },
        closed: (error, code) => {
          if (isCurrent()) this.lost(error, code);
        },
      },
    );
  }

  private handleOpened(): void {
    const { settings } = this;
    settings.timers.clearTimeout(this.timer);
    this.session ??= new ClientSession(
      { ...settings, resumeBufferBytes: this.route?.stateful ? settings.resumeBufferBytes : undefined },
      {
        write: (data) => this.transport?.send(data),
        opened: (resumed) => this.handleReady(resumed),
        deliver: (message) => this.deliver(message),
        drained: () => this.outgoing.drain(),
        failed: (error) => this.lost(error),
      },
    );
    this.session.begin(this.now());
    this.arm();
  }

  private handleReady(resumed: boolean): void {
    this.openedAt = this.now();
    this.transportIndex = 0;
    this.connectionId = this.route?.connectionId;
    // What listeners send now (joining groups again, for instance) goes before what has been waiting.
    this.outgoing.settling = true;
    this.change('connected', resumed ? 'resumed' : 'opened', undefined, resumed);
    this.outgoing.settling = false;
    this.outgoing.drain();
    const { starters } = this;
    this.starters = [];
    starters.forEach((starter) => {
      starter.resolve();
    });
  }

  private deliver(message: HubMessage): void {
    try {
      if (message.type === MessageType.Close) this.handleClose(message);
      else if (message.type === MessageType.Invocation) {
        this.callbacks.run(message, (completion) => this.outgoing.submit(completion, () => {}));
      } else this.calls.deliver(message);
    } catch (error) {
      this.settings.report(error, { stage: 'deliver' });
    }
  }

  // ---- the end of a transport, of a session, of it all

  private handleClose({ error, allowReconnect }: CloseMessage): void {
    const text =
      error === undefined ? 'The server closed the connection.' : `Server returned an error on close: ${error}`;
    const failure = clientError('MH_CLIENT_SERVER_CLOSED', text);
    if (allowReconnect) this.lost(failure);
    else this.finish('server-closed', error === undefined ? undefined : failure);
  }

  /** An attempt has failed, or the transport or the session has ended. */
  private lost(error?: MinihubError, code?: number): void {
    const { settings, transport, state } = this;
    const now = this.now();
    this.generation++;
    this.transport = undefined;
    transport?.close();
    if (state === 'disconnecting') {
      this.finish('closed');
      return;
    }
    const { session } = this;
    session?.detach();
    if (state === 'connected') {
      this.lostAt = now;
      this.reattaches = 0;
      if (now - this.openedAt >= stableMs) this.attempts = 0;
    } else if (session === undefined && transport !== undefined) this.transportIndex++;
    const awayMs = now - this.lostAt;
    const canReattach =
      session?.canResume === true && mayReattach(error, this.reattaches, awayMs, settings.resumeWindowMs);
    if (!canReattach) this.endSession();
    if (isFinal(error, code, this.attempts)) this.finish('refused', error);
    else if (canReattach) this.retry(reattachDelay(this.reattaches++, settings.random), error);
    else if (state === 'connecting' && !settings.retryFirstStart) this.finish('lost', error);
    else if (settings.reconnect === undefined) this.finish('lost', error);
    else this.retry(settings.reconnect({ attempt: this.attempts++, elapsedMs: awayMs, error }), error);
  }

  private retry(delayMs: number | undefined, error: MinihubError | undefined): void {
    if (delayMs === undefined) {
      this.finish('gave-up', error);
      return;
    }
    this.settings.report(error, { stage: 'connect' });
    if (this.state === 'connected') this.change('reconnecting', 'lost', error);
    // A listener may have stopped it.
    if (!this.isIn('disconnected')) this.schedule(delayMs);
  }

  private endSession(): void {
    this.session?.end();
    this.session = undefined;
    this.route = undefined;
    const text = 'Invocation canceled due to the underlying connection being closed.';
    this.calls.fail(clientError('MH_CLIENT_CONNECTION_LOST', text), false);
  }

  private schedule(delayMs: number): void {
    const { phone } = this;
    if (phone?.hidden) {
      // Whatever is begun in the background fails, and timers that run away are no use to anybody.
      this.waitingFor = 'foreground';
      this.settings.timers.clearTimeout(this.timer);
      return;
    }
    this.waitingFor = phone?.offline ? 'network' : 'delay';
    this.wait(phone?.offline ? Math.max(delayMs, offlineRetryMs) : delayMs, () => {
      if (this.phone?.hidden) this.waitingFor = 'foreground';
      else this.attempt();
    });
  }

  private finish(reason: StateReason, error?: MinihubError): void {
    const { timers } = this.settings;
    const { transport, starters, stopped } = this;
    this.generation++;
    timers.clearTimeout(this.timer);
    this.alarm.clear();
    this.transport = undefined;
    transport?.close();
    this.endSession();
    this.phone?.release();
    this.waitingFor = undefined;
    this.connectionId = undefined;
    this.starters = [];
    this.stopping = undefined;
    this.stopped = undefined;
    this.change('disconnected', reason, error);
    const failure = (error ?? clientError('MH_CLIENT_CLOSED', 'The connection was closed.')) as ClientError;
    this.outgoing.queue.clear(failure);
    this.calls.fail(failure, true);
    starters.forEach((starter) => {
      starter.reject(failure);
    });
    stopped?.();
  }

  // ---- the phone

  private handleShown(hiddenMs: number): void {
    const { session, transport } = this;
    if (this.waitingFor !== undefined) this.retryNow();
    else if (hiddenMs >= suspendAfterMs) {
      if (session?.phase === 'open') this.probe();
      // An attempt that was under way when the phone froze it.
      else if (this.state !== 'disconnecting') {
        this.generation++;
        this.transport = undefined;
        transport?.close();
        session?.detach();
        this.retryNow();
      }
    }
  }

  private handleNetworkChange(): void {
    if (this.waitingFor === 'delay' || this.waitingFor === 'network') this.retryNow();
    else this.probe();
  }

  private probe(): void {
    this.transport?.verify?.();
    this.session?.probe(this.now());
    this.arm();
  }

  /** From a fresh timer tick: some phones refuse to connect inside a callback of theirs. */
  private retryNow(): void {
    this.attempts = 0;
    this.schedule(0);
    if (this.waitingFor === 'network') this.wait(0, () => this.attempt());
  }

  private arm(): void {
    this.alarm.set(Math.min(this.session?.nextTickAt ?? Number.POSITIVE_INFINITY, this.outgoing.queue.expiresAt));
  }
}
