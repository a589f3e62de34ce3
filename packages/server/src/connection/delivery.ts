import { createResumeOutbox, type HubCodec, MessageType, type ResumeOutbox } from '@minihub/protocol';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import type { FlushQueue } from '../outbound/flush-queue.ts';
import type { Transport } from '../transport/transport.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';

const ping = new EncodedMessage({ type: MessageType.Ping });

/** What a {@link Delivery} is made of. */
export interface DeliveryParts {
  readonly codec: HubCodec;
  readonly queue: FlushQueue;
  readonly limits: OutboxLimits;
  readonly metrics: EndpointMetrics | undefined;
  /** Called when the client lets more wait than the limits allow. */
  readonly onOverflow: () => void;
  /** Bytes that stateful reconnect keeps before senders that can wait have to; `undefined` when it is off. */
  readonly resumeBufferBytes: number | undefined;
}

/**
 * The way out of a connection: messages are encoded, kept where stateful reconnect needs them again, and put into the
 * outbox of the transport that is attached. Without a transport they are only kept.
 * @see signalr.md 1.12
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #kept: ResumeOutbox<Buffer> | undefined;
  #outbox: Outbox | undefined;
  #waiters: (() => void)[] = [];
  #isOver = false;

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
    return this.#outbox?.bufferedBytes ?? 0;
  }

  /** Writes to `transport` from now on. */
  attach(transport: Transport): void {
    this.#outbox = new Outbox(transport, transport.framing(this.#parts.codec.transferFormat), this.#parts);
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
    this.#outbox = undefined;
  }

  /** Queues a message. @throws MH_PROTO_UNENCODABLE */
  send(message: EncodedMessage): void {
    const batch = message.batch(this.#parts.codec);
    if (this.#kept !== undefined && message.message.type <= MessageType.CancelInvocation) {
      this.#kept.add(batch.bytes);
      const { maxBufferedBytes } = this.#parts.limits;
      if (maxBufferedBytes > 0 && this.#kept.bufferedBytes > maxBufferedBytes) this.#parts.onOverflow();
    }
    this.#outbox?.add(batch);
  }

  /** Sends a ping past everything that waits; none when the client does not even take data. */
  ping(): void {
    if (this.#outbox?.isWritable) this.#outbox.writeAhead(ping.batch(this.#parts.codec));
  }

  /** Writes what is queued, now. */
  flush(): void {
    this.#outbox?.flushPending();
  }

  /** Resolved when there is room again; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    if (this.#kept?.isFull) return new Promise((resolve) => this.#waiters.push(resolve));
    return this.#outbox?.whenWritable();
  }

  /** There may be room again: the client has acknowledged something, or the transport has written. */
  wake(): void {
    this.#outbox?.wake();
    if (this.#waiters.length > 0 && !this.#kept?.isFull) this.#release();
  }

  /** The connection is over: nobody waits any more. */
  end(): void {
    this.#isOver = true;
    this.#outbox?.wake();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
