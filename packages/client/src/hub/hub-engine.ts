import { type CloseMessage, MessageType, type MinihubError } from '@minihub/protocol';
import { type ClientError, clientError, exceeded } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { Callbacks } from './callbacks.ts';
import { type CallHost, Calls } from './calls.ts';
import type { ClientSession, ResumeTicket } from './client-session.ts';
import type { HubConnectionState, StateChange, StateReason, WaitingFor } from './connection-state.ts';
import type { EngineSettings } from './engine-needs.ts';
import { createSession, type SessionHost } from './engine-session.ts';
import { engineTable, type Happening, type Phase } from './engine-table.ts';
import { type Link, openLink } from './link.ts';
import { Outgoing, type OutgoingHost } from './outgoing.ts';
import { type Phone, watchPhone } from './phone-watch.ts';
import { RetryRules } from './retry-rules.ts';
import { type Route, withQuery } from './route.ts';
import { StartAndStop } from './start-and-stop.ts';
import { StateNotifier } from './state-notifier.ts';
import { Turns } from './turns.ts';

/** After this long in the background sockets are mostly dead, in milliseconds. */
const suspendAfterMs = 5_000;

/** An attempt is made this often even when the phone says that it has no network, because it is not always right. */
const offlineRetryMs = 10_000;

/** The same while the old connection may still be resumed. */
const offlineResumeMs = 4_000;

const never = Number.POSITIVE_INFINITY;

/**
 * A hub connection for as long as somebody wants it: opens one link after the other, runs sessions on them, and decides what
 * to do when one ends. What is done about what stands in {@link engineTable}.
 *
 * One thing happens at a time: a step is never begun within a step, and whoever is to be told something (listeners, callers,
 * `onError`) is told after it, in order. All that is waited for hangs on one timer.
 */
export class HubEngine implements OutgoingHost, CallHost, SessionHost {
  state: HubConnectionState = 'disconnected';
  connectionId: string | undefined;
  waitingFor: WaitingFor | undefined;
  /** Why the last attempt, or the last connection, failed. */
  lastError: MinihubError | undefined;
  readonly calls: Calls;
  readonly callbacks: Callbacks;

  private readonly settings: EngineSettings;
  readonly outgoing: Outgoing;
  private readonly states: StateNotifier;
  private readonly alarm: Alarm;
  private phase: Phase = 'off';
  private dueAt = never;
  private readonly turns: Turns;
  private readonly waiters = new StartAndStop();
  private phone: Phone | undefined;
  session: ClientSession | undefined;
  private route: Route | undefined;
  private link: Link | undefined;
  private rules: RetryRules;
  private transportTurn = 0;

  constructor(settings: EngineSettings) {
    const { timers, report } = settings;
    this.settings = settings;
    this.outgoing = new Outgoing(settings, this);
    this.turns = new Turns((error) => report(error, { stage: 'deliver' }));
    this.rules = new RetryRules(settings, 0);
    this.states = new StateNotifier(report);
    this.alarm = new Alarm(timers, (now) => {
      this.session?.tick(now);
      this.outgoing.queue.expire(now);
      if (now >= this.dueAt) this.on('due');
      this.arm();
    });
    this.callbacks = new Callbacks(report);
    this.calls = new Calls(this.outgoing, this);
  }

  /** @returns stops listening */
  onStateChange(listener: (change: StateChange) => void): () => void {
    return this.states.listen(listener);
  }

  /** Whether nothing may be sent any more, or not yet. */
  get isOver(): boolean {
    return this.phase === 'off' || this.phase === 'closing';
  }

  /** Bytes that were sent and have not left. */
  get bufferedBytes(): number {
    return this.link?.transport?.bufferedBytes() || 0;
  }

  write(data: string | Uint8Array): void {
    this.link?.transport?.send(data);
  }

  delay(ms: number, act: () => void): () => void {
    const { timers } = this.settings;
    const timer = timers.setTimeout(act, ms);
    return () => timers.clearTimeout(timer);
  }

  /** Resolves when connected; rejects when it is given up. */
  start(): Promise<void> {
    if (this.phase === 'open') return Promise.resolve();
    if (this.phase === 'closing') {
      return Promise.reject(clientError('MH_CLIENT_NOT_CONNECTED', 'Closing'));
    }
    const started = this.waiters.start();
    this.on('start');
    return started;
  }

  /** Says Close and closes. Idempotent. */
  stop(): Promise<void> {
    if (this.phase === 'off') return Promise.resolve();
    const stopping = this.waiters.stop();
    this.on('stop');
    return stopping;
  }

  // ---- one thing at a time

  on(what: Happening, first?: unknown, second?: unknown): void {
    this.turns.take(() => {
      const step = engineTable[this.phase][what];
      if (step) (this[step] as (first: unknown, second: unknown) => void)(first, second);
    });
    this.arm();
  }

  arm(): void {
    const { phase, waitingFor, session, outgoing } = this;
    const isAsleep = phase === 'off' || waitingFor === 'foreground';
    this.alarm.set(isAsleep ? never : Math.min(this.dueAt, session?.nextTickAt || never, outgoing.queue.expiresAt));
  }

  now(): number {
    return this.alarm.now();
  }

  /** Goes to a phase, in which `due` happens after `delayMs`. */
  private go(phase: Phase, delayMs: number): void {
    this.phase = phase;
    this.waitingFor = undefined;
    this.dueAt = this.now() + delayMs;
  }

  private change(to: HubConnectionState, reason: StateReason, error?: MinihubError, resumed?: boolean): void {
    const from = this.state;
    this.state = to;
    this.turns.later(() => this.states.tell(from, to, reason, error, resumed));
  }

  // ---- steps: attempts

  private begin(): void {
    const { settings } = this;
    this.phone = watchPhone(
      settings.platform,
      () => this.now(),
      (event, hiddenMs) => this.on(event, hiddenMs),
    );
    this.rules = new RetryRules(settings, this.now());
    this.change('connecting', 'start');
    this.attempt();
  }

  private attempt(): void {
    const { settings, session } = this;
    this.go('opening', settings.connectTimeoutMs || never);
    // A token that failed is not used again, but to resume: signalr.md 1.1
    this.link = openLink(settings, session && this.route, this.transportTurn, {
      opened: (route) => {
        this.route = route;
        this.on('opened');
      },
      received: (data) => {
        this.session?.receive(data, this.now());
        this.arm();
      },
      lost: (error, code) => this.on('lost', error, code),
    });
  }

  private greet(): void {
    const { settings, route } = this;
    this.dueAt = never;
    // Whatever it said.
    if (this.phone) this.phone.offline = false;
    this.session ??= createSession(settings, route as Route, this);
    this.session.begin(this.now());
  }

  /** With this the connection can be resumed although it was not negotiated. */
  keep({ connectionId, connectionToken, windowMs }: ResumeTicket): void {
    const route = this.route as Route;
    this.route = { ...route, url: withQuery(route.url, 'id', connectionToken), connectionId };
    this.connectionId = connectionId;
    this.rules.windowMs = windowMs;
  }

  private welcome(resumed: boolean): void {
    const { outgoing } = this;
    const tell = this.waiters.opened();
    this.go('open', never);
    this.rules.opened(this.now(), resumed);
    this.transportTurn = 0;
    this.lastError = undefined;
    this.connectionId = this.route?.connectionId;
    // What listeners send on a new connection goes first; on a resumed one the order is kept.
    this.turns.later(() => {
      outgoing.settling = !resumed;
    });
    this.change('connected', resumed ? 'resumed' : 'opened', undefined, resumed);
    this.turns.later(() => {
      outgoing.settling = false;
      outgoing.drain();
      tell();
    });
  }

  private overdue(): void {
    const { connectTimeoutMs } = this.settings;
    this.lose(exceeded('MH_CLIENT_CONNECT_TIMEOUT', 'connectTimeoutMs', connectTimeoutMs));
  }

  /** What was under way when the phone froze, or changed its network, is not waited for. */
  private renew(hiddenMs: number): void {
    if (hiddenMs > 0 && hiddenMs < suspendAfterMs) return;
    this.letGo();
    if (!this.session?.canResume) this.endSession();
    this.go('waiting', 0);
    this.hurry();
  }

  // ---- steps: while connected

  private doubt(hiddenMs: number): void {
    if (hiddenMs > 0 && hiddenMs < suspendAfterMs) return;
    this.verify();
    this.session?.probe(this.now());
  }

  private verify(): void {
    this.link?.transport?.verify?.();
  }

  private obey({ error, allowReconnect }: CloseMessage): void {
    const text =
      error === undefined ? 'The server closed the connection.' : `Server returned an error on close: ${error}`;
    const failure = clientError('MH_CLIENT_SERVER_CLOSED', text);
    if (allowReconnect) this.lose(failure);
    else this.finish('server-closed', error === undefined ? undefined : failure);
  }

  private leave(): void {
    const { settings, session } = this;
    const message = { type: MessageType.Close } as const;
    session?.send(settings.codec.encode(message), message, this.now());
    session?.end();
    this.go('closing', settings.closeTimeoutMs);
    this.change('disconnecting', 'closed');
    this.link?.transport?.close(false);
  }

  // ---- steps: the end of a link, of a session, of it all

  private lose(failure?: MinihubError, closeCode?: number): void {
    const { session, phase, link, rules, state, settings } = this;
    this.letGo();
    const canResume = Boolean(session?.canResume);
    const error =
      canResume && failure?.code === 'MH_CLIENT_HANDSHAKE_REFUSED'
        ? clientError('MH_CLIENT_RESUME_REFUSED', failure.message)
        : failure;
    this.lastError = error;
    const verdict = rules.judge({ error, closeCode, wasOpen: phase === 'open', canResume }, this.now());
    if (!session && link?.transport) this.transportTurn++;
    if (!verdict.willResume) this.endSession();
    if (verdict.end !== undefined) {
      this.finish(verdict.end, error);
      return;
    }
    this.turns.later(() => settings.report(error, { stage: 'connect' }));
    if (state === 'connected') {
      this.change('reconnecting', error?.code === 'MH_CLIENT_SERVER_CLOSED' ? 'server-closed' : 'lost', error);
    }
    this.go('waiting', verdict.delayMs);
    this.waitingFor = 'delay';
    this.pause();
  }

  /** What is begun in the background fails, and timers that run away are no use; without a network there is less hurry. */
  private pause(): void {
    const { phone } = this;
    if (phone?.hidden) this.waitingFor = 'foreground';
    else if (phone?.offline && this.waitingFor !== 'network') {
      this.waitingFor = 'network';
      this.dueAt = Math.max(this.dueAt, this.now() + (this.session ? offlineResumeMs : offlineRetryMs));
    }
  }

  /** The next attempt comes at once, but from a fresh timer: some phones refuse to connect inside a callback of theirs. */
  private hurry(): void {
    if (this.phone?.hidden) {
      this.waitingFor = 'foreground';
      return;
    }
    this.rules.hurry();
    this.waitingFor = 'delay';
    this.dueAt = this.now();
  }

  private letGo(): void {
    this.link?.drop(Boolean(this.session?.canResume));
    this.link = undefined;
    this.session?.detach();
  }

  private endSession(): void {
    const error = clientError('MH_CLIENT_CONNECTION_LOST', 'The connection was lost');
    this.session?.end();
    this.session = undefined;
    this.route = undefined;
    this.turns.later(this.outgoing.queue.refuse(error, false));
    this.turns.later(this.calls.fail(error, false));
  }

  private close(): void {
    this.finish('closed');
  }

  private finish(reason: StateReason, error?: MinihubError): void {
    const failure = (error ?? clientError('MH_CLIENT_CLOSED', 'The connection was closed')) as ClientError;
    this.letGo();
    this.endSession();
    this.phone?.release();
    this.go('off', never);
    this.connectionId = undefined;
    this.change('disconnected', reason, error);
    this.turns.later(this.outgoing.queue.refuse(failure, true));
    this.turns.later(this.calls.fail(failure, true));
    this.turns.later(this.waiters.ended(failure));
  }
}
