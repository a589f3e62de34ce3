import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { Batch, type Framing, type Pending } from '../outbound/batch.ts';
import type { EncodedMessage } from '../outbound/encoded-message.ts';
import type { Flushable, FlushQueue } from '../outbound/flush-queue.ts';
import { OwnMessages } from '../outbound/own-messages.ts';
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

/** What the outboxes of an endpoint share. */
export interface OutboxSetup {
  readonly queue: FlushQueue;
  readonly limits: OutboxLimits;
  /** Counts what is written. @defaultValue nobody counts */
  readonly metrics?: EndpointMetrics | undefined;
}

/** Whose outbox it is. */
export interface OutboxOwner {
  /** The client lets more wait than the limits allow. */
  overflow(): void;
}

/** What a frame may add to a message. */
export const frameOverheadBytes = 16;

/**
 * What a connection has to write. The messages of one turn of the event loop leave in one frame with one write;
 * connections with the same pending messages share the frame.
 */
export class Outbox<Owner extends OutboxOwner = OutboxOwner> implements Flushable {
  protected readonly owner: Owner;
  readonly #setup: OutboxSetup;
  #transport: Transport | undefined;
  #framing: Framing | undefined;
  #pending: Pending | undefined;
  // Whether the queue holds this outbox, for the end of the turn, and for the end of the interval.
  #isQueued = false;
  #isWaiting = false;
  #waiters: (() => void)[] | undefined;

  constructor(owner: Owner, setup: OutboxSetup) {
    this.owner = owner;
    this.#setup = setup;
  }

  /** Writes to `transport` from now on. What was pending for the one before is forgotten, and nobody waits for it. */
  attach(transport: Transport, framing: Framing): void {
    this.detach();
    this.#transport = transport;
    this.#framing = framing;
  }

  /** There is no transport to write to. */
  detach(): void {
    this.#transport = undefined;
    this.#pending = undefined;
    this.#wake();
  }

  /** Whether there is a transport. */
  protected get isAttached(): boolean {
    return this.#transport !== undefined;
  }

  /** Bytes that have not left the process. */
  get bufferedBytes(): number {
    return this.unsentBytes;
  }

  /** The same; those who hold back more before an outbox have a larger {@link Outbox.bufferedBytes}. */
  protected get unsentBytes(): number {
    return (this.#pending?.byteLength ?? 0) + (this.#transport?.bufferedBytes ?? 0);
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
    const { highWaterBytes, maxBufferedBytes } = this.#setup.limits;
    const { unsentBytes } = this;
    if (unsentBytes === 0 || maxBufferedBytes === 0) return unsentBytes <= highWaterBytes;
    const sum = unsentBytes + byteLength + frameOverheadBytes;
    return unsentBytes <= Math.min(highWaterBytes, maxBufferedBytes / 2) && sum <= maxBufferedBytes;
  }

  /**
   * Queues a batch of one message behind what is pending.
   * @param isPatient whether it may wait for the end of the interval, where the queue has one. What comes behind it and
   * may not takes it along.
   */
  add(message: Batch, isPatient = false): void {
    const pending = this.#roomBehindPending(message.byteLength);
    this.#pending = pending === undefined ? message : pending.extend(message);
    this.#schedule(isPatient);
  }

  /** Queues a message that is for this connection alone. @param byteLength that of `text` in UTF-8 */
  addText(text: string, byteLength: number): void {
    const pending = this.#roomBehindPending(byteLength);
    if (pending instanceof OwnMessages) pending.append(text, byteLength);
    // What is pending is either of the two.
    else this.#pending = new OwnMessages(pending as Batch | undefined, text, byteLength);
    this.#schedule(false);
  }

  /** The same as {@link Outbox.add} for bytes that were encoded before. They may hold a secret, so they are not compressed. */
  addBytes(bytes: Buffer): void {
    this.add(new Batch(undefined, bytes, false));
  }

  /**
   * Queues a message that others get as well, where what is pending is what the receiver before this one had pending:
   * then that one has found out what comes of it. False, and nothing is done, where it is not.
   */
  protected addAsBefore(message: EncodedMessage, isPatient: boolean): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending !== message.pendingBefore) return false;
    // What is pending will be flushed, but perhaps not soon enough.
    if (!isPatient && !this.#isQueued) return false;
    this.#pending = message.pendingAfter;
    return true;
  }

  /** The long way, which shows the next receiver the short one. */
  protected addForAll(message: EncodedMessage, batch: Batch, isPatient: boolean): void {
    const before = this.#pending;
    this.add(batch, isPatient);
    const after = this.#pending;
    // Where `before` had to be written first, it has to be for everybody.
    if (before !== undefined && after !== undefined && after !== batch) message.showWay(before, after);
  }

  /** What is pending, if a message of that size may be joined with it; else it is written. */
  #roomBehindPending(byteLength: number): Pending | undefined {
    const pending = this.#pending;
    if (pending === undefined || pending.byteLength + byteLength <= this.#setup.limits.maxJoinedBytes) return pending;
    this.flush();
    return undefined;
  }

  #schedule(isPatient: boolean): void {
    if (this.#isQueued) return;
    const { queue } = this.#setup;
    if (isPatient && queue.isPatient) {
      if (this.#isWaiting) return;
      this.#isWaiting = true;
      queue.addPatient(this);
      return;
    }
    this.#isQueued = true;
    queue.add(this);
  }

  /** Writes what is pending, now. */
  flushPending(): void {
    const pending = this.#pending;
    const transport = this.#transport;
    if (pending === undefined || transport === undefined) return;
    this.#pending = undefined;
    transport.write(pending.framed(this.#framing as Framing));
    const { metrics, limits } = this.#setup;
    metrics?.count('messagesSent', pending.length);
    metrics?.count('bytesSent', pending.byteLength);
    if (limits.maxBufferedBytes > 0 && transport.bufferedBytes > limits.maxBufferedBytes) this.owner.overflow();
  }

  flush(): void {
    this.#isQueued = false;
    this.#isWaiting = false;
    this.flushPending();
    if (this.#waiters !== undefined && this.isWritable) this.#wake();
  }

  /** Writes past everything that waits: for pings, which may overtake data. */
  writeAhead(message: Batch): void {
    this.#transport?.write(message.framed(this.#framing as Framing));
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
    this.#wake();
  }

  /** Whether there is room for more. */
  get isWritable(): boolean {
    return this.unsentBytes <= this.#setup.limits.highWaterBytes;
  }

  #wake(): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    this.#waiters = undefined;
    for (const resolve of waiters) resolve();
  }
}
