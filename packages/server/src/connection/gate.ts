import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import { Backlog, type DroppedMessage } from '../outbound/backlog.ts';
import type { Batch } from '../outbound/batch.ts';
import { mayDrop, type SendRule } from '../outbound/send-options.ts';
import { frameOverheadBytes } from './outbox.ts';

/** What a client has missed. */
export interface Dropped {
  readonly count: number;
  readonly bytes: number;
  /** When the first of them was dropped, in milliseconds since 1970. */
  readonly since: number;
}

/** What a {@link Gate} stands in front of. */
export interface GateOwner {
  /** Bytes that wait for one client at most; 0 turns the limit off. */
  readonly maxBufferedBytes: number;
  /** Bytes that have passed and that the client has not taken. */
  readonly bytesAhead: number;
  /** Whether a message of that size could go out now. */
  hasRoomFor(byteLength: number): boolean;
  /** Sends a message out. */
  pass(batch: Batch): void;
  /** More waits for the client than may, and nothing more can be dropped. */
  overflow(): void;
  /** The client takes messages again, and has missed some. */
  missed(dropped: Dropped): void;
  /** The gate is open again, and can be forgotten. */
  gateOpened(): void;
  epochNow(): number;
  readonly metrics: EndpointMetrics | undefined;
}

/**
 * Stands before a client that does not keep up, holds its messages back, and drops some where their senders allow it.
 * It is made when the first message has to be held back. Until it opens, all data of the connection waits behind it,
 * so that the order is kept; answers and control messages go past it.
 */
export class Gate {
  readonly #owner: GateOwner;
  readonly #backlog = new Backlog();
  #count = 0;
  #bytes = 0;
  #since = 0;
  #waiters: (() => void)[] = [];

  constructor(owner: GateOwner) {
    this.#owner = owner;
  }

  /** Bytes that are held back. */
  get heldBytes(): number {
    return this.#backlog.byteLength;
  }

  /** What was dropped and not reported yet. */
  get dropped(): Dropped | undefined {
    return this.#count === 0 ? undefined : { count: this.#count, bytes: this.#bytes, since: this.#since };
  }

  /** Holds a batch of one back. `key` is the one that holds for it. */
  hold(batch: Batch, { policy }: SendRule, key: string | undefined): void {
    const droppable = mayDrop(policy) ? { key, policy } : undefined;
    if (policy === 'latest') this.#dropUntil(() => false, key);
    const fits = (): boolean => !this.#isOver(batch.byteLength);
    if (droppable !== undefined && key !== undefined) this.#dropUntil(fits, key);
    this.#dropUntil(fits);
    if (fits()) this.#backlog.add(batch, droppable);
    else if (droppable !== undefined) this.#noteDropped({ byteLength: batch.byteLength, policy });
    else this.#owner.overflow();
  }

  /** Something has gone past: what is held may have become too much. */
  fit(): void {
    this.#dropUntil(() => !this.#isOver(0));
    if (this.#isOver(0) && this.#backlog.length > 0) this.#owner.overflow();
  }

  /** Lets out what the client has room for. */
  release(): void {
    const owner = this.#owner;
    if (!owner.hasRoomFor(this.#backlog.firstBytes)) return;
    const { dropped } = this;
    this.#count = 0;
    this.#bytes = 0;
    if (dropped !== undefined) owner.missed(dropped);
    while (this.#backlog.length > 0) {
      if (!owner.hasRoomFor(this.#backlog.firstBytes)) return;
      owner.pass(this.#backlog.shift() as Batch);
    }
    owner.gateOpened();
    this.end();
  }

  /** Settled when nothing is held back any more. */
  whenOpen(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Nobody waits any more. */
  end(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #isOver(byteLength: number): boolean {
    const { maxBufferedBytes, bytesAhead } = this.#owner;
    if (maxBufferedBytes === 0) return false;
    const more = byteLength === 0 ? 0 : byteLength + frameOverheadBytes;
    return bytesAhead + this.#backlog.byteLength + more > maxBufferedBytes;
  }

  /** Drops the oldest, of a key if one is given, until it is enough or none is left. */
  #dropUntil(isEnough: () => boolean, key?: string): void {
    while (!isEnough()) {
      const dropped = this.#backlog.dropOldest(key);
      if (dropped === undefined) return;
      this.#noteDropped(dropped);
    }
  }

  #noteDropped({ byteLength, policy }: DroppedMessage): void {
    if (this.#count === 0) this.#since = this.#owner.epochNow();
    this.#count++;
    this.#bytes += byteLength;
    this.#owner.metrics?.count('messagesDropped', 1, { 'minihub.policy': policy });
  }
}
