import type { HubCodec, HubMessage } from '@minihub/protocol';
import { Batch } from './batch.ts';

/**
 * A hub message on its way out, encoded at most once per hub protocol, however many connections get it.
 * The bytes are shared by all receivers, so nobody may write into them.
 */
export class EncodedMessage {
  readonly message: HubMessage;
  // Two slots, because two protocols exist: no map on the hot path.
  #firstCodec: HubCodec | undefined;
  #firstBatch: Batch | undefined;
  #secondCodec: HubCodec | undefined;
  #secondBatch: Batch | undefined;

  constructor(message: HubMessage) {
    this.message = message;
  }

  /**
   * The message as a batch of one, in the given protocol.
   * @throws MH_PROTO_UNENCODABLE
   */
  batch(codec: HubCodec): Batch {
    if (this.#firstCodec === codec) return this.#firstBatch as Batch;
    if (this.#secondCodec === codec) return this.#secondBatch as Batch;
    const batch = new Batch(undefined, encodeToBytes(codec, this.message));
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

function encodeToBytes(codec: HubCodec, message: HubMessage): Buffer {
  const encoded = codec.encode(message);
  if (typeof encoded === 'string') return Buffer.from(encoded, 'utf8');
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}
