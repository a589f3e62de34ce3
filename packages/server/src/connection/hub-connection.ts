import { type CloseMessage, clientResultErrors, closeErrors, type HubCodec, MessageType } from '@minihub/protocol';
import type { CloseCode } from '../close-codes.ts';
import { Calls } from '../dispatch/calls.ts';
import { ClientResults } from '../dispatch/client-results.ts';
import { describeError } from '../dispatch/describe-error.ts';
import { serverError } from '../errors.ts';
import type { Identity } from '../http/connect-request.ts';
import type { AskOptions } from '../hub/hub-clients.ts';
import type { DisconnectCause } from '../hub/hub-context.ts';
import type { Log } from '../log.ts';
import { ConnectionMeter } from '../metrics/connection-meter.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import { type CallMessage, type Handshaken, HubSession, type SessionEnded } from '../session/hub-session.ts';
import type { Transport, TransportEnd, TransportSink } from '../transport/transport.ts';
import { ConnectionInfo } from './connection-info.ts';
import { tokenMessage } from './connection-token.ts';
import { Delivery } from './delivery.ts';
import { type DisconnectOptions, toCloseMessage } from './disconnect-options.ts';
import { HubCaller } from './hub-caller.ts';
import { HubHooks } from './hub-hooks.ts';
import type { HubHost } from './hub-host.ts';
import type { AcceptedConnection, Opening } from './opening.ts';
import { PacedReader } from './paced-reader.ts';
import { TransportSeat } from './transport-seat.ts';

const normalClosure: CloseCode = 1000;
const messageTooBig: CloseCode = 1009;
const resumeVersion = 2;

/**
 * One client of a hub: ties the session (what the bytes mean), the calls (what they start) and the outbox (what goes
 * back) to a transport, and holds no rules of its own but the order of things at the beginning and the end.
 */
export class HubConnection implements TransportSink, AcceptedConnection {
  readonly host: HubHost;
  readonly opening: Opening;
  identity: Identity | undefined;
  readonly #seat: TransportSeat;
  readonly #session: HubSession;
  readonly #reader: PacedReader;
  readonly #hooks: HubHooks;
  readonly #meter: ConnectionMeter | undefined;
  #codec: HubCodec | undefined;
  #delivery: Delivery | undefined;
  #calls: Calls | undefined;
  #results: ClientResults | undefined;
  #info: ConnectionInfo | undefined;
  #abort: AbortController | undefined;
  #stage: 'handshake' | 'open' | 'ended' = 'handshake';
  #isPumping = false;
  #resumes = 0;
  #groups: readonly string[] = [];
  #end: Pick<SessionEnded, 'cause' | 'error'> | undefined;
  #endedMs = Number.POSITIVE_INFINITY;
  #isFinished = false;
  readonly #proceed = (): void => {
    this.#pump();
    this.#finish();
  };
  #isDone = false;

  constructor(host: HubHost, transport: Transport, opening: Opening) {
    this.host = host;
    this.opening = opening;
    this.identity = opening.identity;
    this.#seat = new TransportSeat(this, transport);
    this.#hooks = new HubHooks(this, host.hub);
    this.#meter = ConnectionMeter.of(host.metrics, transport);
    const session = new HubSession(host.sessionOptions(transport), host.clock.now());
    this.#session = session;
    this.#reader = new PacedReader(this, session, this.#proceed);
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
    this.#hooks.authenticationRefreshed();
  }

  get protocol(): string {
    return this.#codec?.name ?? '';
  }

  get transportName(): string {
    return this.#seat.transport.name;
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
      if (this.#stage === 'ended') this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Whether it can be told to go without cutting anything off: the client is there, and no method of it runs. */
  get isIdle(): boolean {
    return !this.#seat.isOver && !this.#hooks.isConnecting && !this.#calls?.isBusy;
  }

  // ---- in: transport -> session -> calls ------------------------------------------------------------------------

  transportData(chunk: Buffer): void {
    this.host.metrics?.count('bytesReceived', chunk.length);
    this.#session.receive(chunk, this.host.clock.now());
    this.#pump();
  }

  transportDrain(): void {
    this.#delivery?.wake();
  }

  transportFault(code: number): void {
    if (code === messageTooBig) this.#ended(this.#session.tooLarge());
  }

  transportEnd(end: TransportEnd): void {
    this.#seat.leave();
    if (end.vanished && this.#session.isResumable) {
      this.#session.detach(this.host.clock.now(), end.error);
      this.#delivery?.detach();
      return;
    }
    this.#session.endOfInput(end.graceful, end.error);
    this.#unlist();
    this.#pump();
    this.#finish();
    this.#release();
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    const due = this.#session.tick(nowMs);
    this.#delivery?.tick();
    if (due === 'ping') this.#delivery?.ping();
    else if (due === 'silent') this.#seat.cut();
    else if (due !== undefined) this.#ended(due);
    if (this.host.isExpired(this.identity)) this.disconnect({ allowReconnect: true }, 'expired');
    const sequenceId = this.#session.takeAck();
    if (sequenceId !== undefined) this.send(new EncodedMessage({ type: MessageType.Ack, sequenceId }));
    const { maxBufferedBytes, disconnectGraceMs } = this.host.limits;
    // What is written past the outbox (answers to pings of WebSockets) counts as well.
    if (maxBufferedBytes > 0 && this.#seat.transport.bufferedBytes > maxBufferedBytes) this.#overflow();
    if (disconnectGraceMs > 0 && nowMs - this.#endedMs >= disconnectGraceMs) this.#dropLate();
  }

  callEnded(): void {
    this.#proceed();
  }

  uploadHasRoom(): void {
    this.#pump();
  }

  get #isBlocked(): boolean {
    return this.#hooks.isConnecting || this.#reader.isWaiting || (this.#calls?.isBlocked ?? false);
  }

  #pump(): void {
    // A method that ends at once calls back into this loop.
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (!this.#isBlocked) {
      const event = this.#reader.next();
      if (event === undefined) break;
      if (event.type === 'handshaken') this.#handshaken(event);
      else if (event.type === 'ended') this.#ended(event);
      else if (event.type === 'acknowledged') this.#acknowledged(event.sequenceId);
      else this.#dispatch(event);
    }
    this.#isPumping = false;
    this.#hold(this.#isBlocked);
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#seat.isHeld) return;
    this.#session.hold(isHeld, this.host.clock.now());
    this.#seat.hold(isHeld, this.#end === undefined);
  }

  #dispatch(message: CallMessage): void {
    this.host.metrics?.count('messagesReceived');
    this.#calls ??= new Calls(new HubCaller(this), this.host.methods);
    // Both sides choose ids, and may choose the same one: the client's stream goes first, as in ASP.NET.
    const isAnswer = message.type === MessageType.Completion && !this.#calls.hasUpload(message.invocationId);
    if (!isAnswer || !this.#results?.complete(message)) this.#calls.handle(message);
  }

  // ---- the beginning ----------------------------------------------------------------------------------------------

  #handshaken({ codec, response, version }: Handshaken): void {
    this.#codec = codec;
    // A client that negotiated it and then speaks version 1 turns it off. signalr.md 1.7
    const resume = this.opening.isStateful && version >= resumeVersion ? this.host.statefulReconnect : undefined;
    if (resume !== undefined) this.#session.enableResume(resume.windowMs);
    this.#delivery = new Delivery({
      codec,
      host: this.host,
      connectionId: this.id,
      onOverflow: () => this.#overflow(),
      resumeBufferBytes: resume?.bufferBytes,
    });
    this.#delivery.attach(this.#seat.transport);
    // In a frame of its own: not every client looks for more behind it.
    this.#seat.writeText(response, codec.transferFormat);
    if (this.#seat.isOver) return;
    this.#stage = 'open';
    this.host.opened(this);
    const token = tokenMessage(this.opening, resume?.windowMs);
    if (token !== undefined) this.send(token);
    this.#runConnected();
  }

  #runConnected(): void {
    this.#hooks.connected(this.#proceed, (error) => {
      const text = describeError(closeErrors.connectionClosedWithError, error, this.host.detailedErrors);
      this.#stop({ cause: 'server' }, { type: MessageType.Close, error: text });
      this.#finish();
    });
  }

  /** @throws MH_SERVER_ASK_NOT_ALLOWED: while `connected` runs nothing is read, so no answer could come */
  assertMayAsk(): void {
    if (this.#hooks.isConnecting) {
      throw serverError('MH_SERVER_ASK_NOT_ALLOWED', clientResultErrors.notWhileConnecting);
    }
  }

  // ---- out: router, calls -> outbox -> transport --------------------------------------------------------------------

  send(message: EncodedMessage): void {
    if (this.#stage !== 'ended') this.#delivery?.send(message);
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
    this.#results ??= new ClientResults(this.id, this.host.clock);
    if (this.#stage === 'ended') this.#results.end();
    return this.#results.ask((invocationId) => {
      this.send(new EncodedMessage({ type: MessageType.Invocation, invocationId, target: callback, arguments: args }));
    }, options);
  }

  // ---- stateful reconnect ---------------------------------------------------------------------------------------------

  /** How often the connection has come back on another transport. */
  get resumes(): number {
    return this.#resumes;
  }

  get isResumable(): boolean {
    return this.#end === undefined && this.#session.isResumable;
  }

  /** Another transport takes over; one that is still attached, half-dead perhaps, is cut. */
  reattach(transport: Transport, identity?: Identity): void {
    this.renewIdentity(identity);
    this.#seat.replace(transport);
    this.#resumes++;
    this.host.metrics?.count('resumes');
    this.#session.reattach(this.host.clock.now());
    this.#delivery?.reattach(transport);
    this.#seat.holdAgain();
    this.log('connectionResumed', { connectionId: this.id, resumes: this.#resumes });
    this.#hooks.resumed();
  }

  /** Bytes that are kept for the client while it is away. */
  get bytesAway(): number {
    return this.#seat.isOver && this.isResumable ? (this.#delivery?.bytesAway ?? 0) : 0;
  }

  /** The client costs too much while it is away. */
  giveUp(): void {
    this.#overflow();
  }

  #acknowledged(sequenceId: number): void {
    const fault = this.#delivery?.acknowledge(sequenceId);
    if (fault !== undefined) this.#ended(this.#session.fail(fault));
  }

  // ---- the end --------------------------------------------------------------------------------------------------------

  /** Ends the connection from the server's side. */
  disconnect(options: DisconnectOptions, cause: DisconnectCause = 'server'): void {
    this.#stop({ cause }, toCloseMessage(options));
  }

  /** Cuts the transport without a word. */
  terminate(): void {
    this.#seat.transport.terminate();
  }

  #overflow(): void {
    if (this.#stage === 'ended') return;
    this.host.metrics?.count('slowClients');
    this.log('slowClient', { connectionId: this.id, bufferedBytes: this.#seat.transport.bufferedBytes });
    const error = serverError('MH_SERVER_SLOW_CLIENT', 'The client does not take what is sent to it.');
    this.#stop({ cause: 'slow', error }, undefined);
    this.#seat.transport.terminate();
  }

  /** The session says that it is over. */
  #ended(event: SessionEnded): void {
    if (event.cause === 'protocol') this.log('protocolFault', { connectionId: this.id, error: event.error });
    if (event.refusal !== undefined) this.#seat.writeText(event.refusal, 'Text');
    this.#stop(event, event.farewell);
  }

  #stop(end: Pick<SessionEnded, 'cause' | 'error'>, farewell: CloseMessage | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#session.stop();
    if (farewell !== undefined) this.send(new EncodedMessage(farewell));
    this.#delivery?.flush();
    // What the client sent before it left is still carried out; what it sent before we threw it out is not.
    if (end.cause !== 'client' && end.cause !== 'transport') this.#dropUnread();
    this.#unlist();
    this.#seat.transport.close(normalClosure);
    this.#finish();
  }

  /** Nobody can reach the connection any more. Comes before the hooks, so that counts and lists are true at once. */
  #unlist(): void {
    if (this.#stage === 'ended') return;
    this.#stage = 'ended';
    this.#endedMs = this.host.clock.now();
    this.#meter?.ended();
    this.#groups = this.host.unlist(this);
    this.#abort?.abort();
    this.#results?.end();
    this.#calls?.lose();
    this.#delivery?.end();
  }

  #dropUnread(): void {
    this.#calls?.dropWaiting();
    this.#reader.drop();
    this.#session.dropInput();
  }

  /** The client has left long ago, and what it had sent still waits: behind a method that never ends, or its rate. */
  #dropLate(): void {
    this.#endedMs = Number.POSITIVE_INFINITY;
    if (this.#isFinished) return;
    this.log('callsDropped', { connectionId: this.id, waiting: this.#calls?.waiting ?? 0 });
    this.#dropUnread();
    this.#proceed();
  }

  /** Runs `disconnected` once everything that the client sent has begun, and lets go. */
  #finish(): void {
    if (this.#end === undefined || this.#isFinished || this.#hooks.isConnecting) return;
    if (this.#reader.isWaiting || (this.#calls?.waiting ?? 0) > 0) return;
    this.#isFinished = true;
    const { cause, error } = this.#end;
    this.log('connectionClosed', { connectionId: this.id, cause, error });
    this.#meter?.closed(cause);
    this.#hooks.disconnected({ cause, error, groups: this.#groups }, () => {
      this.#isDone = true;
      this.#release();
    });
  }

  /** Forgets the connection when neither the hooks nor the transport need it any more. */
  #release(): void {
    if (this.#isDone && this.#seat.isOver) this.host.closed(this);
  }
}
