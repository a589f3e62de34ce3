import { clientResultErrors, closeErrors, MessageType } from '@minihub/protocol';
import type { CloseCode } from '../close-codes.ts';
import { describeError } from '../dispatch/describe-error.ts';
import { serverError } from '../errors.ts';
import type { Identity } from '../http/connect-request.ts';
import type { AskOptions } from '../hub/hub-clients.ts';
import type { DisconnectCause } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import { ConnectionMeter } from '../metrics/connection-meter.ts';
import type { CallMessage, SessionEnded } from '../session/hub-session.ts';
import type { Transport, TransportEnd } from '../transport/transport.ts';
import { ConnectionEnd, type EndingConnection } from './connection-end.ts';
import { ConnectionInfo } from './connection-info.ts';
import { type DisconnectOptions, toCloseMessage } from './disconnect-options.ts';
import { HubExchange } from './hub-exchange.ts';
import { type EndOfConnection, HubHooks } from './hub-hooks.ts';
import type { HubHost } from './hub-host.ts';
import { HubWire } from './hub-wire.ts';
import type { AcceptedConnection, Opening } from './opening.ts';

const normalClosure: CloseCode = 1000;
const messageTooBig: CloseCode = 1009;

/**
 * One client of a hub. Its side that looks to the client is {@link HubWire}; this one ties the hooks, the calls and the
 * router to it, and holds no rules of its own but the order of things at the beginning; {@link ConnectionEnd} has those
 * of the end.
 *
 * There are as many of these as clients: what not every one needs is made when it is needed, and what every one needs
 * is the connection itself rather than an object beside it.
 */
export class HubConnection extends HubWire implements AcceptedConnection, EndingConnection {
  readonly #hooks: HubHooks | undefined;
  readonly #meter: ConnectionMeter | undefined;
  #exchange: HubExchange | undefined;
  #info: ConnectionInfo | undefined;
  #abort: AbortController | undefined;
  #end: ConnectionEnd | undefined;
  #resumes = 0;

  constructor(host: HubHost, transport: Transport, opening: Opening) {
    super(host, transport, opening);
    this.#hooks = HubHooks.of(this);
    this.#meter = ConnectionMeter.of(host.metrics, transport);
  }

  renewIdentity(identity: Identity | undefined): void {
    this.identity = identity ?? this.identity;
  }

  /** Takes a new identity, and tells the hub; the user is the same. */
  refreshIdentity(identity: Identity): void {
    this.identity = identity;
    this.#hooks?.authenticationRefreshed();
  }

  get log(): Log {
    return this.host.log;
  }

  get info(): ConnectionInfo {
    this.#info ??= new ConnectionInfo(this);
    return this.#info;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.isUnlisted) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Whether it can be told to go without cutting anything off: the client is there, and no method of it runs. */
  get isIdle(): boolean {
    return !this.isTransportOver && !this.isConnecting && !this.#exchange?.isBusy;
  }

  get isConnecting(): boolean {
    return this.#hooks?.isConnecting ?? false;
  }

  /** How often the connection has come back on another transport. */
  get resumes(): number {
    return this.#resumes;
  }

  // ---- the beginning ----------------------------------------------------------------------------------------------

  protected opened(): void {
    this.host.opened(this);
    this.#hooks?.connected();
  }

  /** The hook has thrown. */
  connectedFailed(error: unknown): void {
    const text = describeError(closeErrors.connectionClosedWithError, error, this.host.detailedErrors);
    this.#ending.decide({ cause: 'server' }, { type: MessageType.Close, error: text });
    this.#ending.finish();
  }

  /** @throws MH_SERVER_ASK_NOT_ALLOWED: while `connected` runs nothing is read, so no answer could come */
  assertMayAsk(): void {
    if (this.isConnecting) {
      throw serverError('MH_SERVER_ASK_NOT_ALLOWED', clientResultErrors.notWhileConnecting);
    }
  }

  // ---- calls, both ways ---------------------------------------------------------------------------------------------

  protected get isHubBlocked(): boolean {
    return this.isConnecting || (this.#exchange?.isBlocked ?? false);
  }

  protected take(message: CallMessage): void {
    this.#exchanging.take(message);
  }

  /** Calls a callback of the client and waits for its result. */
  ask(callback: string, args: readonly unknown[], options: AskOptions): Promise<unknown> {
    return this.#exchanging.ask(callback, args, options);
  }

  get #exchanging(): HubExchange {
    this.#exchange ??= new HubExchange(this);
    return this.#exchange;
  }

  // ---- what the transport and the time bring ------------------------------------------------------------------------

  transportFault(code: number): void {
    if (code === messageTooBig) this.ended(this.session.tooLarge());
  }

  transportEnd(end: TransportEnd): void {
    this.leaveTransport();
    if (end.vanished && this.session.isResumable) {
      this.detach(end.error);
      return;
    }
    this.session.endOfInput(end.graceful, end.error);
    this.#ending.unlist();
    this.proceed();
    this.#ending.release();
  }

  reattach(transport: Transport, identity?: Identity): void {
    this.renewIdentity(identity);
    this.#resumes++;
    this.host.metrics?.count('resumes');
    this.moveTo(transport);
    this.log('connectionResumed', { connectionId: this.id, resumes: this.#resumes });
    this.#hooks?.resumed();
  }

  override tick(nowMs: number): void {
    super.tick(nowMs);
    if (this.host.isExpired(this.identity)) this.disconnect({ allowReconnect: true }, 'expired');
    this.#end?.tick(nowMs);
  }

  // ---- the end: what happens when is in connection-end.ts -------------------------------------------------------------

  /** Ends the connection from the server's side. */
  disconnect(options: DisconnectOptions, cause: DisconnectCause = 'server'): void {
    this.#ending.decide({ cause }, toCloseMessage(options));
  }

  /** Cuts the transport without a word. */
  terminate(): void {
    this.transport.terminate();
  }

  /** The client costs too much: it does not take what is sent to it, or is away for too long. */
  overflow(): void {
    if (this.isUnlisted) return;
    this.host.metrics?.count('slowClients');
    this.log('slowClient', { connectionId: this.id, bufferedBytes: this.transport.bufferedBytes });
    const error = serverError('MH_SERVER_SLOW_CLIENT', 'The client does not take what is sent to it.');
    this.#ending.decide({ cause: 'slow', error }, undefined);
    this.transport.terminate();
  }

  protected ended(event: SessionEnded): void {
    if (event.cause === 'protocol') this.log('protocolFault', { connectionId: this.id, error: event.error });
    if (event.refusal !== undefined) this.writeText(event.refusal, 'Text');
    this.#ending.decide(event, event.farewell);
  }

  get #ending(): ConnectionEnd {
    this.#end ??= new ConnectionEnd(this);
    return this.#end;
  }

  protected get isDecided(): boolean {
    return this.#end?.isDecided ?? false;
  }

  /** Whether nobody can reach it any more. */
  get isUnlisted(): boolean {
    return this.#end?.isUnlisted ?? false;
  }

  get isGone(): boolean {
    return this.isTransportOver;
  }

  get hasUnbegun(): boolean {
    return this.isWaitingForRate || this.waitingCalls > 0;
  }

  get waitingCalls(): number {
    return this.#exchange?.waiting ?? 0;
  }

  proceed(): void {
    this.pump();
    this.#end?.finish();
  }

  lose(): readonly string[] {
    this.#meter?.ended();
    const groups = this.host.unlist(this);
    this.#abort?.abort();
    this.#exchange?.lose();
    this.endDelivery();
    return groups;
  }

  dropUnread(): void {
    this.#exchange?.dropWaiting();
    this.dropInput();
  }

  closeTransport(): void {
    this.transport.close(normalClosure);
  }

  closed(end: EndOfConnection, whenDone: () => void): void {
    this.#meter?.closed(end.cause);
    if (this.#hooks === undefined) whenDone();
    else this.#hooks.disconnected(end, whenDone);
  }

  forget(): void {
    this.host.closed(this);
  }
}
