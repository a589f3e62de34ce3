import { Batch, type Framing } from '../outbound/batch.ts';
import type { Transport } from '../transport/transport.ts';

/**
 * Joins messages that are frames already. A raw message keeps its frame, unlike hub messages, which need no frame
 * each; what can be joined is the write.
 */
export const joinedFrames: Framing = {
  wrap: (frames, byteLength) => (frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames, byteLength)),
};

/**
 * A message on its way out, framed at most once per way of framing, however many connections get it.
 * The frame is a copy: the sender may do what it likes with its bytes after the first {@link RawMessage.batch}.
 */
export class RawMessage {
  readonly #data: string | Uint8Array;
  readonly #mayCompress: boolean;
  #framing: Framing | undefined;
  #batch: Batch | undefined;
  #otherBatches: Map<Framing, Batch> | undefined;

  constructor(data: string | Uint8Array, mayCompress = true) {
    this.#data = data;
    this.#mayCompress = mayCompress;
  }

  /** The framed message, as a batch of one for {@link joinedFrames}. */
  batch(transport: Transport): Batch {
    const data = this.#data;
    const framing = transport.framing(typeof data === 'string' ? 'Text' : 'Binary');
    if (this.#framing === framing) return this.#batch as Batch;
    const known = this.#otherBatches?.get(framing);
    if (known !== undefined) return known;
    const payload =
      typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const batch = new Batch(undefined, framing.wrap([payload], payload.length, this.#mayCompress));
    if (this.#framing === undefined) {
      this.#framing = framing;
      this.#batch = batch;
    } else {
      this.#otherBatches ??= new Map();
      this.#otherBatches.set(framing, batch);
    }
    return batch;
  }
}
