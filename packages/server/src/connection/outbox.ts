import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { Batch, type Framing } from '../outbound/batch.ts';
import type { Flushable, FlushQueue } from '../outbound/flush-queue.ts';
import type { Transport } from '../transport/transport.ts';

/** Limits of an {@link Outbox}, in bytes. */
export interface OutboxLimits {
  /** What one write may join. More is written at once, in several frames. */
  readonly maxJoinedBytes: number;
  /** Above this, streams to the client wait. */
  readonly highWaterBytes: number;
  /** Above this, the client is too slow; 0 turns the limit off. */
  readonly maxBufferedBytes: number;
}

/** What an {@link Outbox} is made of, besides its transport. */
export interface OutboxOptions {
  readonly queue: FlushQueue;
  readonly limits: OutboxLimits;
  /** Called when the client lets more wait than the limits allow. */
  readonly onOverflow: () => void;
  /** Counts what is written. @defaultValue nobody counts */
  readonly metrics?: EndpointMetrics | undefined;
}

/** What a frame may add to a message. */
export const frameOverheadBytes = 16;

/**
 * What a connection has to write. The messages of one turn of the event loop leave in one frame with one write;
 * connections with the same pending messages share the frame.
 */
export class Outbox implements Flushable {
  readonly #transport: Transport;
  readonly #framing: Framing;
  readonly #queue: FlushQueue;
  readonly #limits: OutboxLimits;
  readonly #onOverflow: () => void;
  readonly #metrics: EndpointMetrics | undefined;
  #pending: Batch | undefined;
  // Whether the queue holds this outbox, for the end of the turn, and for the end of the interval.
  #isQueued = false;
  #isWaiting = false;
  #waiters: (() => void)[] | undefined;

  constructor(transport: Transport, framing: Framing, options: OutboxOptions) {
    this.#transport = transport;
    this.#framing = framing;
    this.#queue = options.queue;
    this.#limits = options.limits;
    this.#onOverflow = options.onOverflow;
    this.#metrics = options.metrics;
  }

  /** Bytes that have not left the process. */
  get bufferedBytes(): number {
    return (this.#pending?.byteLength ?? 0) + this.#transport.bufferedBytes;
  }

  /**
   * Whether a message of that size can go out without waiting for the client. What is pending is written first, so a
   * burst alone does not make a client slow.
   */
  hasRoomFor(byteLength: number): boolean {
    if (this.#fits(byteLength)) return true;
    if (this.#pending === undefined) return false;
    this.flushPending();
    return this.#fits(byteLength);
  }

  #fits(byteLength: number): boolean {
    const { highWaterBytes, maxBufferedBytes } = this.#limits;
    const { bufferedBytes } = this;
    if (bufferedBytes === 0 || maxBufferedBytes === 0) return bufferedBytes <= highWaterBytes;
    const sum = bufferedBytes + byteLength + frameOverheadBytes;
    return bufferedBytes <= Math.min(highWaterBytes, maxBufferedBytes / 2) && sum <= maxBufferedBytes;
  }

  /**
   * Queues a batch of one message behind what is pending.
   * @param isPatient whether it may wait for the end of the interval, where the queue has one. What comes behind it and
   * may not takes it along.
   */
  add(message: Batch, isPatient = false): void {
    const pending = this.#pending;
    if (pending === undefined) {
      this.#pending = message;
    } else if (pending.byteLength + message.byteLength > this.#limits.maxJoinedBytes) {
      this.flush();
      this.#pending = message;
    } else {
      this.#pending = pending.extend(message);
    }
    if (this.#isQueued) return;
    if (isPatient && this.#queue.isPatient) {
      if (this.#isWaiting) return;
      this.#isWaiting = true;
      this.#queue.addPatient(this);
      return;
    }
    this.#isQueued = true;
    this.#queue.add(this);
  }

  /** The same for bytes that were encoded before. They may hold a secret, so they are not compressed. */
  addBytes(bytes: Buffer): void {
    this.add(new Batch(undefined, bytes, false));
  }

  /** Writes what is pending, now. */
  flushPending(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#transport.write(pending.framed(this.#framing));
    this.#metrics?.count('messagesSent', pending.length);
    this.#metrics?.count('bytesSent', pending.byteLength);
    const { maxBufferedBytes } = this.#limits;
    if (maxBufferedBytes > 0 && this.#transport.bufferedBytes > maxBufferedBytes) this.#onOverflow();
  }

  flush(): void {
    this.#isQueued = false;
    this.#isWaiting = false;
    this.flushPending();
    if (this.#waiters !== undefined && this.isWritable) this.#wake();
  }

  /** Writes past everything that waits: for pings, which may overtake data. */
  writeAhead(message: Batch): void {
    this.#transport.write(message.framed(this.#framing));
  }

  /** Resolved when there is room again; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined {
    if (this.isWritable) return undefined;
    return new Promise((resolve) => {
      this.#waiters ??= [];
      this.#waiters.push(resolve);
    });
  }

  /** The transport has emptied its buffer, or is over. */
  wake(): void {
    if (this.#waiters !== undefined) this.#wake();
  }

  /** Whether there is room for more. */
  get isWritable(): boolean {
    return this.bufferedBytes <= this.#limits.highWaterBytes;
  }

  #wake(): void {
    const waiters = this.#waiters ?? [];
    this.#waiters = undefined;
    for (const resolve of waiters) resolve();
  }
}
