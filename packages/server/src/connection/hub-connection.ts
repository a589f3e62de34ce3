import { type CloseMessage, clientResultErrors, closeErrors, type HubMessage, MessageType } from '@minihub/protocol';
import type { CloseCode } from '../close-codes.ts';
import { describeError } from '../dispatch/describe-error.ts';
import { serverError } from '../errors.ts';
import type { Identity } from '../http/connect-request.ts';
import type { AskOptions } from '../hub/hub-clients.ts';
import type { DisconnectCause } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import { ConnectionMeter } from '../metrics/connection-meter.ts';
import type { EncodedMessage } from '../outbound/encoded-message.ts';
import { type CallMessage, type Handshaken, HubSession, type SessionEnded } from '../session/hub-session.ts';
import type { Transport, TransportEnd } from '../transport/transport.ts';
import { ConnectionEnd, type EndingConnection } from './connection-end.ts';
import { ConnectionInfo } from './connection-info.ts';
import { tokenMessage } from './connection-token.ts';
import { Delivery, type DeliveryOwner } from './delivery.ts';
import { type DisconnectOptions, toCloseMessage } from './disconnect-options.ts';
import { HubExchange } from './hub-exchange.ts';
import { type EndOfConnection, HubHooks } from './hub-hooks.ts';
import type { HubHost } from './hub-host.ts';
import type { AcceptedConnection, Opening } from './opening.ts';
import { PacedReader } from './paced-reader.ts';
import { TransportSeat } from './transport-seat.ts';

const normalClosure: CloseCode = 1000;
const messageTooBig: CloseCode = 1009;
const resumeVersion = 2;

/**
 * One client of a hub: ties the session (what the bytes mean), the calls (what they start) and the delivery (what goes
 * back) to a transport, and holds no rules of its own but the order of things at the beginning; {@link ConnectionEnd}
 * has those of the end.
 *
 * What not every connection needs is made when it is needed: there are as many of these as clients.
 */
export class HubConnection extends TransportSeat implements AcceptedConnection, DeliveryOwner, EndingConnection {
  readonly host: HubHost;
  readonly opening: Opening;
  identity: Identity | undefined;
  readonly #session: HubSession;
  readonly #reader: PacedReader | undefined;
  readonly #hooks: HubHooks | undefined;
  readonly #meter: ConnectionMeter | undefined;
  #delivery: Delivery | undefined;
  #exchange: HubExchange | undefined;
  #info: ConnectionInfo | undefined;
  #abort: AbortController | undefined;
  #end: ConnectionEnd | undefined;
  #isPumping = false;
  #resumes = 0;

  constructor(host: HubHost, transport: Transport, opening: Opening) {
    super(transport);
    this.host = host;
    this.opening = opening;
    this.identity = opening.identity;
    const session = new HubSession(host.sessionOptions(transport), host.clock.now());
    this.#session = session;
    const { guard } = opening;
    this.#reader = guard === undefined ? undefined : new PacedReader(this, { session, guard });
    this.#hooks = HubHooks.of(this);
    this.#meter = ConnectionMeter.of(host.metrics, transport);
  }

  get id(): string {
    return this.opening.id;
  }

  get user(): string | undefined {
    return this.identity?.user;
  }

  renewIdentity(identity: Identity | undefined): void {
    this.identity = identity ?? this.identity;
  }

  /** Takes a new identity, and tells the hub; the user is the same. */
  refreshIdentity(identity: Identity): void {
    this.identity = identity;
    this.#hooks?.authenticationRefreshed();
  }

  get protocol(): string {
    return this.#delivery?.codec.name ?? '';
  }

  get transportName(): string {
    return this.transport.name;
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

  // ---- in: transport -> session -> calls ------------------------------------------------------------------------

  transportData(chunk: Buffer): void {
    this.host.metrics?.count('bytesReceived', chunk.length);
    this.#session.receive(chunk, this.host.clock.now());
    this.pump();
  }

  transportDrain(): void {
    this.#delivery?.wake();
  }

  transportFault(code: number): void {
    if (code === messageTooBig) this.#ended(this.#session.tooLarge());
  }

  transportEnd(end: TransportEnd): void {
    this.leaveTransport();
    if (end.vanished && this.#session.isResumable) {
      this.#session.detach(this.host.clock.now(), end.error);
      this.#delivery?.detach();
      return;
    }
    this.#session.endOfInput(end.graceful, end.error);
    this.#ending.unlist();
    this.proceed();
    this.#ending.release();
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    const due = this.#session.tick(nowMs);
    this.#delivery?.tick();
    if (due === 'ping') this.#delivery?.ping();
    else if (due === 'silent') this.cutTransport();
    else if (due !== undefined) this.#ended(due);
    if (this.host.isExpired(this.identity)) this.disconnect({ allowReconnect: true }, 'expired');
    const sequenceId = this.#session.takeAck();
    if (sequenceId !== undefined) this.sendOwn({ type: MessageType.Ack, sequenceId });
    const { maxBufferedBytes } = this.host.limits;
    // What is written past the outbox (answers to pings of WebSockets) counts as well.
    if (maxBufferedBytes > 0 && this.transport.bufferedBytes > maxBufferedBytes) this.overflow();
    this.#end?.tick(nowMs);
  }

  get #isBlocked(): boolean {
    return this.isConnecting || (this.#reader?.isWaiting ?? false) || (this.#exchange?.isBlocked ?? false);
  }

  /** Takes in what has come, until something is in the way. */
  pump(): void {
    // A method that ends at once calls back into this loop.
    if (this.#isPumping) return;
    this.#isPumping = true;
    const source = this.#reader ?? this.#session;
    while (!this.#isBlocked) {
      const event = source.next();
      if (event === undefined) break;
      if (event.type === 'handshaken') this.#handshaken(event);
      else if (event.type === 'ended') this.#ended(event);
      else if (event.type === 'acknowledged') this.#acknowledged(event.sequenceId);
      else this.#dispatch(event);
    }
    this.#isPumping = false;
    this.#hold(this.#isBlocked);
  }

  proceed(): void {
    this.pump();
    this.#end?.finish();
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.isReadingHeld) return;
    this.#session.hold(isHeld, this.host.clock.now());
    this.holdReading(isHeld, !this.#isDecided);
  }

  #dispatch(message: CallMessage): void {
    this.host.metrics?.count('messagesReceived');
    this.#exchanging.take(message);
  }

  get #exchanging(): HubExchange {
    this.#exchange ??= new HubExchange(this);
    return this.#exchange;
  }

  // ---- the beginning ----------------------------------------------------------------------------------------------

  #handshaken({ codec, response, version }: Handshaken): void {
    // A client that negotiated it and then speaks version 1 turns it off. signalr.md 1.7
    const resume = this.opening.isStateful && version >= resumeVersion ? this.host.statefulReconnect : undefined;
    if (resume !== undefined) this.#session.enableResume(resume.windowMs);
    this.#delivery = new Delivery(this, { codec, resumeBufferBytes: resume?.bufferBytes });
    this.#delivery.begin(this.transport);
    // In a frame of its own: not every client looks for more behind it.
    this.writeText(response, codec.transferFormat);
    if (this.isTransportOver) return;
    this.host.opened(this);
    const token = tokenMessage(this.opening, resume?.windowMs);
    if (token !== undefined) this.sendOwn(token);
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

  // ---- out: router, calls -> delivery -> transport ------------------------------------------------------------------

  send(message: EncodedMessage): void {
    this.#delivery?.send(message);
  }

  /** Sends what is for this client alone. @throws MH_PROTO_UNENCODABLE */
  sendOwn(message: HubMessage): void {
    this.#delivery?.sendOwn(message);
  }

  /** Bytes that wait for the client to take them, or to acknowledge them. */
  get bufferedBytes(): number {
    return this.#delivery === undefined ? 0 : this.#delivery.bufferedBytes + (this.#delivery.kept?.bufferedBytes ?? 0);
  }

  whenWritable(): Promise<void> | undefined {
    return this.#delivery?.whenWritable();
  }

  /** Calls a callback of the client and waits for its result. */
  ask(callback: string, args: readonly unknown[], options: AskOptions): Promise<unknown> {
    return this.#exchanging.ask(callback, args, options);
  }

  // ---- stateful reconnect ---------------------------------------------------------------------------------------------

  /** How often the connection has come back on another transport. */
  get resumes(): number {
    return this.#resumes;
  }

  get isResumable(): boolean {
    return !this.#isDecided && this.#session.isResumable;
  }

  /** Another transport takes over; one that is still attached, half-dead perhaps, is cut. */
  reattach(transport: Transport, identity?: Identity): void {
    this.renewIdentity(identity);
    this.replaceTransport(transport);
    this.#resumes++;
    this.host.metrics?.count('resumes');
    if (this.#delivery !== undefined) {
      this.#session.reattach(this.#delivery.codec, this.host.clock.now());
      this.#delivery.beginAgain(transport);
    }
    this.holdReadingAgain();
    this.log('connectionResumed', { connectionId: this.id, resumes: this.#resumes });
    this.#hooks?.resumed();
  }

  /** Bytes that are kept for the client while it is away. */
  get bytesAway(): number {
    return this.isTransportOver && this.isResumable ? (this.#delivery?.bytesAway ?? 0) : 0;
  }

  #acknowledged(sequenceId: number): void {
    const fault = this.#delivery?.acknowledge(sequenceId);
    if (fault !== undefined) this.#ended(this.#session.fail(fault));
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

  /** The session says that it is over. */
  #ended(event: SessionEnded): void {
    if (event.cause === 'protocol') this.log('protocolFault', { connectionId: this.id, error: event.error });
    if (event.refusal !== undefined) this.writeText(event.refusal, 'Text');
    this.#ending.decide(event, event.farewell);
  }

  get #ending(): ConnectionEnd {
    this.#end ??= new ConnectionEnd(this);
    return this.#end;
  }

  get #isDecided(): boolean {
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
    return (this.#reader?.isWaiting ?? false) || this.waitingCalls > 0;
  }

  get waitingCalls(): number {
    return this.#exchange?.waiting ?? 0;
  }

  sayFarewell(farewell: CloseMessage | undefined): void {
    this.#session.stop();
    if (farewell !== undefined) this.sendOwn(farewell);
    this.#delivery?.flushPending();
  }

  lose(): readonly string[] {
    this.#meter?.ended();
    const groups = this.host.unlist(this);
    this.#abort?.abort();
    this.#exchange?.lose();
    this.#delivery?.end();
    return groups;
  }

  dropUnread(): void {
    this.#exchange?.dropWaiting();
    this.#reader?.drop();
    this.#session.dropInput();
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
