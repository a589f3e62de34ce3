import { type CloseMessage, MessageType, type MinihubError } from '@minihub/protocol';
import { type ClientError, clientError, exceeded } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { Callbacks } from './callbacks.ts';
import { type CallHost, Calls } from './calls.ts';
import { ClientSession, type ResumeTicket, type SessionHost } from './client-session.ts';
import type { HubConnectionState, StateChange, StateReason, WaitingFor } from './connection-state.ts';
import type { EngineSettings } from './engine-needs.ts';
import { type EngineTable, Happening, Phase } from './engine-table.ts';
import { type DropLink, openLink } from './link.ts';
import { Outgoing, type OutgoingHost } from './outgoing.ts';
import { type Phone, watchPhone } from './phone-watch.ts';
import { RetryRules } from './retry-rules.ts';
import { type Route, withQuery } from './route.ts';
import { StartAndStop } from './start-and-stop.ts';
import type { Transport } from './transports/transport.ts';
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
 * to do when one ends. What is done about what stands in `table`, in the constructor.
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
  session: ClientSession | undefined;
  readonly calls: Calls;
  readonly callbacks: Callbacks;
  readonly outgoing: Outgoing;

  private readonly settings: EngineSettings;
  private readonly table: EngineTable;
  private readonly alarm: Alarm;
  private readonly turns: Turns;
  private readonly later: (act: () => void) => void;
  private phase: Phase = Phase.Off;
  private dueAt = never;
  private listeners: ((change: StateChange) => void)[] = [];
  private readonly waiters: StartAndStop;
  private phone: Phone | undefined;
  private route: Route | undefined;
  private drop: DropLink | undefined;
  private transport: Transport | undefined;
  private rules: RetryRules;
  private transportTurn = 0;

  constructor(settings: EngineSettings) {
    const { timers, report } = settings;
    this.settings = settings;
    this.table = {
      [Phase.Off]: { [Happening.Start]: this.begin },
      [Phase.Closing]: { [Happening.Lost]: this.close, [Happening.Due]: this.close },
      [Phase.Waiting]: {
        [Happening.Due]: this.attempt,
        [Happening.Shown]: this.hurry,
        [Happening.Network]: this.hurry,
        [Happening.Hidden]: this.pause,
        [Happening.Offline]: this.pause,
        [Happening.Stop]: this.close,
      },
      [Phase.Opening]: {
        [Happening.Opened]: this.greet,
        [Happening.Ready]: this.welcome,
        [Happening.Lost]: this.lose,
        [Happening.Due]: this.overdue,
        [Happening.Shown]: this.renew,
        [Happening.Network]: this.renew,
        [Happening.Stop]: this.close,
      },
      [Phase.Open]: {
        [Happening.Lost]: this.lose,
        [Happening.Ended]: this.obey,
        [Happening.Shown]: this.doubt,
        [Happening.Network]: this.doubt,
        [Happening.Offline]: this.doubt,
        [Happening.Socket]: this.verify,
        [Happening.Stop]: this.leave,
      },
    };
    this.outgoing = new Outgoing(settings, this);
    const turns = new Turns((error) => report(error, { stage: 'deliver' }));
    this.turns = turns;
    this.later = (act) => turns.later(act);
    this.waiters = new StartAndStop(this.later);
    this.rules = new RetryRules(settings, 0);
    this.alarm = new Alarm(timers, (now) => {
      this.session?.tick(now);
      this.outgoing.expire(now);
      if (now >= this.dueAt) this.on(Happening.Due);
      this.arm();
    });
    this.callbacks = new Callbacks(report);
    this.calls = new Calls(this.outgoing, this);
  }

  /** @returns stops listening */
  onStateChange(listener: (change: StateChange) => void): () => void {
    // The list is replaced, never changed: who is being told is not disturbed.
    this.listeners = this.listeners.concat(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  /** Whether nothing may be sent any more, or not yet. */
  get isOver(): boolean {
    return this.phase < Phase.Waiting;
  }

  /** Bytes that were sent and have not left. */
  get bufferedBytes(): number {
    return this.transport ? this.transport.bufferedBytes() : 0;
  }

  write(data: string | Uint8Array): void {
    this.transport?.send(data);
  }

  delay(ms: number, act: () => void): () => void {
    const { timers } = this.settings;
    const timer = timers.setTimeout(act, ms);
    return () => timers.clearTimeout(timer);
  }

  /** Resolves when connected; rejects when it is given up. */
  start(): Promise<void> {
    if (this.phase === Phase.Open) return Promise.resolve();
    if (this.phase === Phase.Closing) return Promise.reject(clientError('MH_CLIENT_NOT_CONNECTED', 'Closing'));
    const started = this.waiters.start();
    this.on(Happening.Start);
    return started;
  }

  /** Says Close and closes. Idempotent. */
  stop(): Promise<void> {
    if (this.phase === Phase.Off) return Promise.resolve();
    const stopping = this.waiters.stop();
    this.on(Happening.Stop);
    return stopping;
  }

  // ---- one thing at a time

  on(what: Happening, first?: unknown, second?: unknown): void {
    this.turns.take(() => {
      this.table[this.phase][what]?.call(this, first as never, second as never);
    });
    this.arm();
  }

  arm(): void {
    const isAsleep = this.phase === Phase.Off || this.waitingFor === 'foreground';
    const tickAt = this.session ? this.session.nextTickAt : never;
    this.alarm.set(isAsleep ? never : Math.min(this.dueAt, tickAt, this.outgoing.expiresAt));
  }

  now(): number {
    return this.alarm.now();
  }

  /** Goes to a phase, in which `Due` happens after `delayMs`. */
  private go(phase: Phase, delayMs: number): void {
    this.phase = phase;
    this.waitingFor = undefined;
    this.dueAt = this.now() + delayMs;
  }

  private change(to: HubConnectionState, reason: StateReason, error?: MinihubError, resumed?: boolean): void {
    const { report } = this.settings;
    const change: { -readonly [K in keyof StateChange]: StateChange[K] } = { from: this.state, to, reason };
    if (error) change.error = error;
    if (resumed !== undefined) change.resumed = resumed;
    this.state = to;
    this.later(() => {
      this.listeners.forEach((listener) => {
        try {
          listener(change);
        } catch (thrown) {
          report(thrown, { stage: 'stateChanged' });
        }
      });
    });
  }

  /** Refuses what waits here: what cannot go on elsewhere, or `all`. */
  private refuse(error: ClientError, all: boolean): void {
    this.outgoing.refuse(error, all, this.later);
    this.calls.fail(error, all, this.later);
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
    this.go(Phase.Opening, settings.connectTimeoutMs || never);
    // A token that failed is not used again, but to resume: signalr.md 1.1
    this.drop = openLink(settings, session && this.route, this.transportTurn, {
      made: (transport) => {
        this.transport = transport;
      },
      opened: (route) => {
        this.route = route;
        this.on(Happening.Opened);
      },
      received: (data) => {
        this.session?.receive(data, this.now());
        this.arm();
      },
      lost: (error, code) => this.on(Happening.Lost, error, code),
    });
  }

  private greet(): void {
    this.dueAt = never;
    // Whatever it said.
    if (this.phone) this.phone.offline = false;
    this.session ||= new ClientSession(this.settings, this.route as Route, this);
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
    this.go(Phase.Open, never);
    this.rules.opened(this.now(), resumed);
    this.transportTurn = 0;
    this.lastError = undefined;
    this.connectionId = this.route?.connectionId;
    // What listeners send on a new connection goes first; on a resumed one the order is kept.
    this.later(() => {
      outgoing.settling = !resumed;
    });
    this.change('connected', resumed ? 'resumed' : 'opened', undefined, resumed);
    this.later(() => {
      outgoing.settling = false;
      outgoing.drain();
    });
    this.waiters.started();
  }

  private overdue(): void {
    const { connectTimeoutMs } = this.settings;
    this.lose(exceeded('MH_CLIENT_CONNECT_TIMEOUT', 'connectTimeoutMs', connectTimeoutMs));
  }

  /** What was under way when the phone froze, or changed its network, is not waited for. */
  private renew(hiddenMs: number): void {
    if (hiddenMs && hiddenMs < suspendAfterMs) return;
    this.letGo();
    if (!this.canResume()) this.endSession();
    this.go(Phase.Waiting, 0);
    this.hurry();
  }

  // ---- steps: while connected

  private doubt(hiddenMs: number): void {
    if (hiddenMs && hiddenMs < suspendAfterMs) return;
    this.verify();
    this.session?.probe(this.now());
  }

  private verify(): void {
    this.transport?.verify?.();
  }

  private obey({ error, allowReconnect }: CloseMessage): void {
    const failure = clientError(
      'MH_CLIENT_SERVER_CLOSED',
      error === undefined ? 'The server closed the connection.' : `Server returned an error on close: ${error}`,
    );
    if (allowReconnect) this.lose(failure);
    else this.finish('server-closed', error === undefined ? undefined : failure);
  }

  private leave(): void {
    const { settings, session } = this;
    const message = { type: MessageType.Close } as const;
    session?.send(settings.codec.encode(message), message, this.now());
    session?.end();
    this.go(Phase.Closing, settings.closeTimeoutMs);
    this.change('disconnecting', 'closed');
    this.transport?.close(false);
  }

  // ---- steps: the end of a link, of a session, of it all

  private lose(failure?: MinihubError, closeCode?: number): void {
    const { rules, settings, transport } = this;
    const wasOpen = this.phase === Phase.Open;
    const canResume = this.canResume();
    this.letGo();
    const error =
      canResume && failure?.code === 'MH_CLIENT_HANDSHAKE_REFUSED'
        ? clientError('MH_CLIENT_RESUME_REFUSED', failure.message)
        : failure;
    this.lastError = error;
    const verdict = rules.judge(error, closeCode, wasOpen, canResume, this.now());
    if (!this.session && transport) this.transportTurn++;
    if (!rules.willResume) this.endSession();
    if (typeof verdict === 'string') {
      this.finish(verdict, error);
      return;
    }
    this.later(() => settings.report(error, { stage: 'connect' }));
    if (wasOpen) {
      this.change('reconnecting', error?.code === 'MH_CLIENT_SERVER_CLOSED' ? 'server-closed' : 'lost', error);
    }
    this.go(Phase.Waiting, verdict);
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

  private canResume(): boolean {
    return Boolean(this.session?.canResume);
  }

  private letGo(): void {
    this.drop?.(this.canResume());
    this.drop = this.transport = undefined;
    this.session?.detach();
  }

  private endSession(): void {
    this.session?.end();
    this.session = this.route = undefined;
    this.refuse(clientError('MH_CLIENT_CONNECTION_LOST', 'The connection was lost'), false);
  }

  private close(): void {
    this.finish('closed');
  }

  private finish(reason: StateReason, error?: MinihubError): void {
    const failure = (error || clientError('MH_CLIENT_CLOSED', 'The connection was closed')) as ClientError;
    this.letGo();
    this.endSession();
    this.phone?.release();
    this.go(Phase.Off, never);
    this.connectionId = undefined;
    this.change('disconnected', reason, error);
    this.refuse(failure, true);
    this.waiters.ended(failure);
  }
}
