import {
  createResumeOutbox,
  type HubCodec,
  type HubMessage,
  MessageType,
  type MinihubError,
  type ResumeOutbox,
} from '@minihub/protocol';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { Batch } from '../outbound/batch.ts';
import { EncodedMessage, toBytes } from '../outbound/encoded-message.ts';
import { mayDrop, type SendRule } from '../outbound/send-options.ts';
import type { Transport } from '../transport/transport.ts';
import { type Dropped, Gate, type GateOwner } from './gate.ts';
import type { HubHost } from './hub-host.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';

const ping = new EncodedMessage({ type: MessageType.Ping });

/** The connection, as its way out sees it. */
export interface DeliveryOwner extends OutboxOwner {
  readonly id: string;
  /** What all connections of the hub share. */
  readonly host: Pick<HubHost, 'outboxSetup' | 'slowClients' | 'clock' | 'log'>;
}

/** How a {@link Delivery} writes. */
export interface DeliveryOptions {
  readonly codec: HubCodec;
  /** Bytes that stateful reconnect keeps before senders that can wait have to; `undefined` when it is off. */
  readonly resumeBufferBytes: number | undefined;
}

/**
 * The way out of a connection, an outbox for hub messages: they are encoded, kept where stateful reconnect needs them
 * again, and written to the transport that is attached. Without a transport they are only kept.
 *
 * A message that may be dropped is held back before any of that while the client does not keep up, or is away: what
 * is kept is numbered and must arrive.
 * @see signalr.md 1.12
 */
export class Delivery extends Outbox<DeliveryOwner> implements GateOwner {
  readonly codec: HubCodec;
  readonly #kept: ResumeOutbox<Buffer> | undefined;
  #waiters: (() => void)[] | undefined;
  #isOver = false;
  #gate: Gate | undefined;

  constructor(owner: DeliveryOwner, { codec, resumeBufferBytes }: DeliveryOptions) {
    super(owner, owner.host.outboxSetup);
    this.codec = codec;
    if (resumeBufferBytes !== undefined) this.#kept = createResumeOutbox({ maxBytes: resumeBufferBytes });
  }

  /** What is kept until the client acknowledges it; `undefined` without stateful reconnect. */
  get kept(): ResumeOutbox<Buffer> | undefined {
    return this.#kept;
  }

  /** Bytes that have not left the process, kept ones not counted. */
  override get bufferedBytes(): number {
    return this.unsentBytes + (this.#gate?.heldBytes ?? 0);
  }

  /** Bytes that are held for a client that is away. */
  get bytesAway(): number {
    return (this.#kept?.bufferedBytes ?? 0) + (this.#gate?.heldBytes ?? 0);
  }

  /** Writes to `transport` from now on. */
  begin(transport: Transport): void {
    this.attach(transport, transport.framing(this.codec.transferFormat));
  }

  /** Begins again on a new transport: a Sequence, then everything that was not acknowledged, unchanged. */
  beginAgain(transport: Transport): void {
    this.begin(transport);
    const start = this.#kept?.resume();
    if (start === undefined) return;
    const { Sequence } = MessageType;
    this.add(new EncodedMessage({ type: Sequence, sequenceId: start.sequenceId }).batch(this.codec));
    for (const frame of start.frames) this.addBytes(frame);
    // Before anything else can be written: the client throws away what comes before the Sequence.
    this.flushPending();
    this.wake();
  }

  /** Queues a message that others may get as well. @throws MH_PROTO_UNENCODABLE */
  send(message: EncodedMessage): void {
    const { rule } = message;
    // The usual case: one after another, receivers with the same past get the same messages.
    if (this.#isDirect && this.addAsBefore(message, rule !== undefined && !rule.urgent)) return;
    if (this.#isOver) return;
    const batch = message.batch(this.codec);
    if (rule === undefined) {
      this.#put(batch, message.message.type <= MessageType.CancelInvocation);
      this.#gate?.fit();
      return;
    }
    if (this.#gate !== undefined || (mayDrop(rule.policy) && !this.hasRoomFor(batch.byteLength))) {
      this.#holdBack(message, batch, rule);
    } else if (this.#isDirect && rule.policy === 'disconnect') {
      this.addForAll(message, batch, !rule.urgent);
    } else {
      this.#put(batch, true, !rule.urgent);
    }
    if (rule.policy === 'wait') this.#askToWait(message);
  }

  /** Queues a message that is for this client alone and is never held back: an answer, an item, a question, control. */
  sendOwn(message: HubMessage): void {
    if (this.#isOver) return;
    const encoded = this.codec.encode(message);
    if (typeof encoded === 'string' && this.#isDirect) {
      this.addText(encoded, Buffer.byteLength(encoded));
      return;
    }
    this.#put(new Batch(undefined, toBytes(encoded)), message.type <= MessageType.CancelInvocation);
    this.#gate?.fit();
  }

  /** Whether a message goes to the transport and nowhere else, unless its rule says so. */
  get #isDirect(): boolean {
    return this.#gate === undefined && this.#kept === undefined && this.isAttached && !this.#isOver;
  }

  #holdBack(message: EncodedMessage, batch: Batch, rule: SendRule): void {
    this.#gate ??= new Gate(this);
    const { message: content } = message;
    // Without a key of its own, a callback replaces itself.
    const ownKey = rule.policy === 'latest' && content.type === MessageType.Invocation ? content.target : undefined;
    this.#gate.hold(batch, rule, rule.key ?? ownKey);
  }

  #askToWait(message: EncodedMessage): void {
    const room = this.#gate === undefined ? this.whenWritable() : this.#gate.whenOpen();
    if (room !== undefined) message.waitFor(room);
  }

  #put(batch: Batch, isTrackable: boolean, isPatient = false): void {
    if (this.#kept !== undefined && isTrackable) {
      this.#kept.add(batch.bytes);
      const { maxBufferedBytes } = this;
      if (maxBufferedBytes > 0 && this.#kept.bufferedBytes > maxBufferedBytes) this.owner.overflow();
    }
    if (this.isAttached) this.add(batch, isPatient);
  }

  // ---- before a client that does not keep up ----------------------------------------------------------------------

  get maxBufferedBytes(): number {
    return this.owner.host.outboxSetup.limits.maxBufferedBytes;
  }

  get metrics(): EndpointMetrics | undefined {
    return this.owner.host.outboxSetup.metrics;
  }

  get bytesAhead(): number {
    return Math.max(this.unsentBytes, this.#kept?.bufferedBytes ?? 0);
  }

  override hasRoomFor(byteLength: number): boolean {
    const { maxBufferedBytes } = this;
    const keptBytes = this.#kept?.bufferedBytes ?? 0;
    // What is kept is not slow by itself: it is acknowledged once a second.
    if (maxBufferedBytes > 0 && keptBytes > 0 && keptBytes + byteLength > maxBufferedBytes / 2) return false;
    return this.isAttached && super.hasRoomFor(byteLength);
  }

  pass(batch: Batch): void {
    this.#put(batch, true);
  }

  overflow(): void {
    this.owner.overflow();
  }

  missed(dropped: Dropped): void {
    const { host, id } = this.owner;
    host.log('messagesDropped', { connectionId: id, ...dropped });
    if (!host.slowClients.tellClient || this.#isOver) return;
    const about = { ...dropped };
    this.sendOwn({ type: MessageType.Invocation, target: 'minihub:dropped', arguments: [about] });
  }

  gateOpened(): void {
    this.#gate = undefined;
  }

  epochNow(): number {
    return this.owner.host.clock.epochNow();
  }

  /** Looks after a gate whose transport has not said that it is empty. To be called now and then. */
  tick(): void {
    if (this.isAttached) this.#gate?.release();
  }

  /** Sends a ping past everything that waits; none when the client does not even take data. */
  ping(): void {
    if (this.isAttached && this.isWritable) this.writeAhead(ping.batch(this.codec));
  }

  /** The client has what was sent up to this id. The answer is what is wrong with that. */
  acknowledge(sequenceId: number): MinihubError | undefined {
    try {
      this.#kept?.acknowledge(sequenceId);
    } catch (fault) {
      return fault as MinihubError;
    }
    this.wake();
    return undefined;
  }

  override whenWritable(): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    if (this.#kept?.isFull) {
      return new Promise((resolve) => {
        this.#waiters ??= [];
        this.#waiters.push(resolve);
      });
    }
    return this.isAttached ? super.whenWritable() : undefined;
  }

  /** There may be room again: the client has acknowledged something, or the transport has written. */
  override wake(): void {
    super.wake();
    if (this.#waiters !== undefined && !this.#kept?.isFull) this.#release();
    if (this.isAttached) this.#gate?.release();
  }

  /** The connection is over: nobody waits any more. */
  end(): void {
    this.#isOver = true;
    super.wake();
    const dropped = this.#gate?.dropped;
    if (dropped !== undefined) this.missed(dropped);
    this.#gate?.end();
    this.#gate = undefined;
    this.#release();
  }

  #release(): void {
    const waiters = this.#waiters ?? [];
    this.#waiters = undefined;
    for (const resolve of waiters) resolve();
  }
}
