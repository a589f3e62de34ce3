import {
  createResumeOutbox,
  type HubCodec,
  MessageType,
  type MinihubError,
  type ResumeOutbox,
} from '@minihub/protocol';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { Batch } from '../outbound/batch.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import { mayDrop, type SendRule } from '../outbound/send-options.ts';
import type { Transport } from '../transport/transport.ts';
import { type Dropped, Gate, type GateOwner } from './gate.ts';
import type { HubHost } from './hub-host.ts';
import { Outbox } from './outbox.ts';

const ping = new EncodedMessage({ type: MessageType.Ping });

/** What a {@link Delivery} is made of. */
export interface DeliveryParts {
  readonly codec: HubCodec;
  /** What all connections of the hub share. */
  readonly host: Pick<HubHost, 'flushQueue' | 'outboxLimits' | 'metrics' | 'slowClients' | 'clock' | 'log'>;
  readonly connectionId: string;
  /** Called when the client lets more wait than the limits allow. */
  readonly onOverflow: () => void;
  /** Bytes that stateful reconnect keeps before senders that can wait have to; `undefined` when it is off. */
  readonly resumeBufferBytes: number | undefined;
}

/**
 * The way out of a connection: messages are encoded, kept where stateful reconnect needs them again, and put into the
 * outbox of the transport that is attached. Without a transport they are only kept.
 *
 * A message that may be dropped is held back before any of that while the client does not keep up, or is away: what
 * is kept is numbered and must arrive.
 * @see signalr.md 1.12
 */
export class Delivery implements GateOwner {
  readonly #parts: DeliveryParts;
  readonly #kept: ResumeOutbox<Buffer> | undefined;
  #outbox: Outbox | undefined;
  #waiters: (() => void)[] | undefined;
  #isOver = false;
  #gate: Gate | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    if (parts.resumeBufferBytes !== undefined) this.#kept = createResumeOutbox({ maxBytes: parts.resumeBufferBytes });
  }

  /** What is kept until the client acknowledges it; `undefined` without stateful reconnect. */
  get kept(): ResumeOutbox<Buffer> | undefined {
    return this.#kept;
  }

  /** Bytes that have not left the process, kept ones not counted. */
  get bufferedBytes(): number {
    return (this.#outbox?.bufferedBytes ?? 0) + (this.#gate?.heldBytes ?? 0);
  }

  /** Bytes that are held for a client that is away. */
  get bytesAway(): number {
    return (this.#kept?.bufferedBytes ?? 0) + (this.#gate?.heldBytes ?? 0);
  }

  /** Writes to `transport` from now on. */
  attach(transport: Transport): void {
    // Who waits for the one before would wait for ever.
    this.#outbox?.wake();
    const { codec, host, onOverflow } = this.#parts;
    const { flushQueue: queue, outboxLimits: limits, metrics } = host;
    const framing = transport.framing(codec.transferFormat);
    this.#outbox = new Outbox(transport, framing, { queue, limits, metrics, onOverflow });
  }

  /** Begins again on a new transport: a Sequence, then everything that was not acknowledged, unchanged. */
  reattach(transport: Transport): void {
    this.attach(transport);
    const start = this.#kept?.resume();
    const outbox = this.#outbox;
    if (start === undefined || outbox === undefined) return;
    const { Sequence } = MessageType;
    outbox.add(new EncodedMessage({ type: Sequence, sequenceId: start.sequenceId }).batch(this.#parts.codec));
    for (const frame of start.frames) outbox.addBytes(frame);
    // Before anything else can be written: the client throws away what comes before the Sequence.
    outbox.flushPending();
    this.wake();
  }

  /** The transport is gone, and may be followed by another. */
  detach(): void {
    const outbox = this.#outbox;
    this.#outbox = undefined;
    outbox?.wake();
  }

  /** Queues a message. @throws MH_PROTO_UNENCODABLE */
  send(message: EncodedMessage): void {
    const batch = message.batch(this.#parts.codec);
    const { rule } = message;
    if (rule === undefined) {
      this.#put(batch, message.message.type <= MessageType.CancelInvocation);
      this.#gate?.fit();
      return;
    }
    if (this.#gate !== undefined || (mayDrop(rule.policy) && !this.hasRoomFor(batch.byteLength))) {
      this.#holdBack(message, batch, rule);
    } else {
      this.#put(batch, true, !rule.urgent);
    }
    if (rule.policy === 'wait') this.#askToWait(message);
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
      if (maxBufferedBytes > 0 && this.#kept.bufferedBytes > maxBufferedBytes) this.#parts.onOverflow();
    }
    this.#outbox?.add(batch, isPatient);
  }

  // ---- before a client that does not keep up ----------------------------------------------------------------------

  get maxBufferedBytes(): number {
    return this.#parts.host.outboxLimits.maxBufferedBytes;
  }

  get metrics(): EndpointMetrics | undefined {
    return this.#parts.host.metrics;
  }

  get bytesAhead(): number {
    return Math.max(this.#outbox?.bufferedBytes ?? 0, this.#kept?.bufferedBytes ?? 0);
  }

  hasRoomFor(byteLength: number): boolean {
    const { maxBufferedBytes } = this;
    const keptBytes = this.#kept?.bufferedBytes ?? 0;
    // What is kept is not slow by itself: it is acknowledged once a second.
    if (maxBufferedBytes > 0 && keptBytes > 0 && keptBytes + byteLength > maxBufferedBytes / 2) return false;
    return this.#outbox?.hasRoomFor(byteLength) ?? false;
  }

  pass(batch: Batch): void {
    this.#put(batch, true);
  }

  overflow(): void {
    this.#parts.onOverflow();
  }

  missed(dropped: Dropped): void {
    const { host, connectionId } = this.#parts;
    host.log('messagesDropped', { connectionId, ...dropped });
    if (!host.slowClients.tellClient || this.#isOver) return;
    const about = { ...dropped };
    this.send(new EncodedMessage({ type: MessageType.Invocation, target: 'minihub:dropped', arguments: [about] }));
  }

  gateOpened(): void {
    this.#gate = undefined;
  }

  epochNow(): number {
    return this.#parts.host.clock.epochNow();
  }

  /** Looks after a gate whose transport has not said that it is empty. To be called now and then. */
  tick(): void {
    if (this.#outbox !== undefined) this.#gate?.release();
  }

  /** Sends a ping past everything that waits; none when the client does not even take data. */
  ping(): void {
    if (this.#outbox?.isWritable) this.#outbox.writeAhead(ping.batch(this.#parts.codec));
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

  /** Writes what is queued, now. */
  flush(): void {
    this.#outbox?.flushPending();
  }

  /** Resolved when there is room again; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    if (this.#kept?.isFull) {
      return new Promise((resolve) => {
        this.#waiters ??= [];
        this.#waiters.push(resolve);
      });
    }
    return this.#outbox?.whenWritable();
  }

  /** There may be room again: the client has acknowledged something, or the transport has written. */
  wake(): void {
    this.#outbox?.wake();
    if (this.#waiters !== undefined && !this.#kept?.isFull) this.#release();
    if (this.#outbox !== undefined) this.#gate?.release();
  }

  /** The connection is over: nobody waits any more. */
  end(): void {
    this.#isOver = true;
    this.#outbox?.wake();
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
