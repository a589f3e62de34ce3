import { type CloseMessage, type HubMessage, MessageType } from '@minihub/protocol';
import type { Identity } from '../http/connect-request.ts';
import type { EncodedMessage } from '../outbound/encoded-message.ts';
import { type CallMessage, type Handshaken, HubSession, type SessionEnded } from '../session/hub-session.ts';
import type { Transport } from '../transport/transport.ts';
import { tokenMessage } from './connection-token.ts';
import { Delivery, type DeliveryOwner } from './delivery.ts';
import type { HubHost } from './hub-host.ts';
import type { Opening } from './opening.ts';
import { type PacedConnection, PacedReader } from './paced-reader.ts';
import { TransportSeat } from './transport-seat.ts';

const resumeVersion = 2;

/**
 * The side of a connection that looks to the client: ties the session (what the bytes mean) and the delivery (how
 * messages go out) to the transport. What is read it hands on one by one, for as long as nothing is in the way; what
 * that means for the hub its other side knows.
 */
export abstract class HubWire extends TransportSeat implements DeliveryOwner, PacedConnection {
  readonly host: HubHost;
  readonly opening: Opening;
  identity: Identity | undefined;
  protected readonly session: HubSession;
  readonly #reader: PacedReader | undefined;
  #delivery: Delivery | undefined;
  #isPumping = false;

  constructor(host: HubHost, transport: Transport, opening: Opening) {
    super(transport);
    this.host = host;
    this.opening = opening;
    this.identity = opening.identity;
    const session = new HubSession(host.sessionOptions(transport), host.clock.now());
    this.session = session;
    const { guard } = opening;
    this.#reader = guard === undefined ? undefined : new PacedReader(this, { session, guard });
  }

  get id(): string {
    return this.opening.id;
  }

  get user(): string | undefined {
    return this.identity?.user;
  }

  get protocol(): string {
    return this.#delivery?.codec.name ?? '';
  }

  get transportName(): string {
    return this.transport.name;
  }

  // ---- what the other side knows ----------------------------------------------------------------------------------

  /** Whether the hub takes nothing more for now. */
  protected abstract get isHubBlocked(): boolean;
  /** Whether it is known why the connection ends. */
  protected abstract get isDecided(): boolean;
  /** The handshake is done, and the client has been told what it must know: the hub's life with it begins. */
  protected abstract opened(): void;
  /** A message of the client's for the hub. */
  protected abstract take(message: CallMessage): void;
  /** The session says that it is over. */
  protected abstract ended(event: SessionEnded): void;
  abstract overflow(): void;
  abstract proceed(): void;

  // ---- in ---------------------------------------------------------------------------------------------------------

  transportData(chunk: Buffer): void {
    this.host.metrics?.count('bytesReceived', chunk.length);
    this.session.receive(chunk, this.host.clock.now());
    this.pump();
  }

  transportDrain(): void {
    this.#delivery?.wake();
  }

  /** Takes in what has come, until something is in the way. */
  pump(): void {
    // A method that ends at once calls back into this loop.
    if (this.#isPumping) return;
    this.#isPumping = true;
    const source = this.#reader ?? this.session;
    while (!this.#isBlocked) {
      const event = source.next();
      if (event === undefined) break;
      if (event.type === 'handshaken') this.#handshaken(event);
      else if (event.type === 'ended') this.ended(event);
      else if (event.type === 'acknowledged') this.#acknowledged(event.sequenceId);
      else this.#take(event);
    }
    this.#isPumping = false;
    this.#hold(this.#isBlocked);
  }

  get #isBlocked(): boolean {
    return this.isHubBlocked || this.isWaitingForRate;
  }

  /** Whether reading waits because the client sends more often than it may. */
  protected get isWaitingForRate(): boolean {
    return this.#reader?.isWaiting ?? false;
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.isReadingHeld) return;
    this.session.hold(isHeld, this.host.clock.now());
    this.holdReading(isHeld, !this.isDecided);
  }

  #take(message: CallMessage): void {
    this.host.metrics?.count('messagesReceived');
    this.take(message);
  }

  #handshaken({ codec, response, version }: Handshaken): void {
    // A client that negotiated it and then speaks version 1 turns it off. signalr.md 1.7
    const resume = this.opening.isStateful && version >= resumeVersion ? this.host.statefulReconnect : undefined;
    if (resume !== undefined) this.session.enableResume(resume.windowMs);
    this.#delivery = new Delivery(this, { codec, resumeBufferBytes: resume?.bufferBytes });
    this.#delivery.begin(this.transport);
    // In a frame of its own: not every client looks for more behind it.
    this.writeText(response, codec.transferFormat);
    if (this.isTransportOver) return;
    const token = tokenMessage(this.opening, resume?.windowMs);
    if (token !== undefined) this.sendOwn(token);
    this.opened();
  }

  /** What has come and was not handed on is forgotten. */
  protected dropInput(): void {
    this.#reader?.drop();
    this.session.dropInput();
  }

  // ---- out --------------------------------------------------------------------------------------------------------

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

  /** Says the last that may be said, and nothing is read any more. */
  sayFarewell(farewell: CloseMessage | undefined): void {
    this.session.stop();
    if (farewell !== undefined) this.sendOwn(farewell);
    this.#delivery?.flushPending();
  }

  /** Nothing is sent any more. */
  protected endDelivery(): void {
    this.#delivery?.end();
  }

  // ---- time, and what the time brings -------------------------------------------------------------------------------

  /** Looks at the time. */
  tick(nowMs: number): void {
    const due = this.session.tick(nowMs);
    this.#delivery?.tick();
    if (due === 'ping') this.#delivery?.ping();
    else if (due === 'silent') this.cutTransport();
    else if (due !== undefined) this.ended(due);
    const sequenceId = this.session.takeAck();
    if (sequenceId !== undefined) this.sendOwn({ type: MessageType.Ack, sequenceId });
    const { maxBufferedBytes } = this.host.limits;
    // What is written past the outbox (answers to pings of WebSockets) counts as well.
    if (maxBufferedBytes > 0 && this.transport.bufferedBytes > maxBufferedBytes) this.overflow();
  }

  // ---- stateful reconnect -------------------------------------------------------------------------------------------

  get isResumable(): boolean {
    return !this.isDecided && this.session.isResumable;
  }

  /** The transport is gone, and may be followed by another. */
  protected detach(error: Error | undefined): void {
    this.session.detach(this.host.clock.now(), error);
    this.#delivery?.detach();
  }

  /** Another transport takes over; one that is still attached, half-dead perhaps, is cut. */
  protected moveTo(transport: Transport): void {
    this.replaceTransport(transport);
    if (this.#delivery !== undefined) {
      this.session.reattach(this.#delivery.codec, this.host.clock.now());
      this.#delivery.beginAgain(transport);
    }
    this.holdReadingAgain();
  }

  /** Bytes that are kept for the client while it is away. */
  get bytesAway(): number {
    return this.isTransportOver && this.isResumable ? (this.#delivery?.bytesAway ?? 0) : 0;
  }

  #acknowledged(sequenceId: number): void {
    const fault = this.#delivery?.acknowledge(sequenceId);
    if (fault !== undefined) this.ended(this.session.fail(fault));
  }
}
