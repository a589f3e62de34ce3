import type { HubCodec, HubMessage } from '@minihub/protocol';
import { Batch, type Pending } from './batch.ts';
import type { SendRule } from './send-options.ts';

/**
 * A hub message on its way out, encoded at most once per hub protocol, however many connections get it.
 * The bytes are shared by all receivers, so nobody may write into them.
 */
export class EncodedMessage {
  readonly message: HubMessage;
  /** How to treat slow receivers; `undefined` for what is no data and never waits behind it: answers, items, control. */
  readonly rule: SendRule | undefined;
  // Two slots, because two protocols exist: no map on the hot path.
  #firstCodec: HubCodec | undefined;
  #firstBatch: Batch | undefined;
  #secondCodec: HubCodec | undefined;
  #secondBatch: Batch | undefined;
  #rooms: Promise<void>[] | undefined;
  /** What the last receiver that took the long way had pending, and what became of it with this message. */
  pendingBefore: Pending | undefined;
  pendingAfter: Pending | undefined;

  constructor(message: HubMessage, rule?: SendRule) {
    this.message = message;
    this.rule = rule;
  }

  /** What the sender has to wait for: a promise for each receiver that has no room. */
  get rooms(): readonly Promise<void>[] | undefined {
    return this.#rooms;
  }

  /** A receiver has no room until `room` is settled. */
  waitFor(room: Promise<void>): void {
    this.#rooms ??= [];
    this.#rooms.push(room);
  }

  /** Whoever has `before` pending may go on with `after`. */
  showWay(before: Pending, after: Pending): void {
    this.pendingBefore = before;
    this.pendingAfter = after;
  }

  /**
   * The message as a batch of one, in the given protocol.
   * @throws MH_PROTO_UNENCODABLE
   */
  batch(codec: HubCodec): Batch {
    if (this.#firstCodec === codec) return this.#firstBatch as Batch;
    if (this.#secondCodec === codec) return this.#secondBatch as Batch;
    const batch = new Batch(undefined, toBytes(codec.encode(this.message)), this.rule?.compress);
    if (this.#firstCodec === undefined) {
      this.#firstCodec = codec;
      this.#firstBatch = batch;
    } else {
      this.#secondCodec = codec;
      this.#secondBatch = batch;
    }
    return batch;
  }
}

/** What a codec has written, as bytes. */
export function toBytes(encoded: string | Uint8Array): Buffer {
  if (typeof encoded === 'string') return Buffer.from(encoded, 'utf8');
  if (Buffer.isBuffer(encoded)) return encoded;
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}
