/**
 * How a transport wraps bytes, for instance in a WebSocket frame. One object per way of wrapping, shared by all
 * connections, so that its identity can key a cache.
 */
export interface Framing {
  /**
   * The wrapped form of `parts`, joined; `byteLength` is their length in all.
   * @param mayCompress false for what holds a secret. @defaultValue true
   */
  wrap(parts: readonly Buffer[], byteLength: number, mayCompress?: boolean): Buffer;
}

/** What waits to be written to a connection. */
export interface Pending {
  /** Bytes in all. */
  readonly byteLength: number;
  /** Messages in all. */
  readonly length: number;
  /** The same with the messages of `message` (a batch of one) behind it. */
  extend(message: Batch): Batch;
  /** The joined messages as a transport writes them. */
  framed(framing: Framing): Buffer;
}

/**
 * Messages that many connections may have to be sent: a message behind the batch before it.
 *
 * Batches are an immutable linked list, and `extend` gives the same node again for the same next message. So all
 * connections that were sent the same messages in the same order hold the same node, and the joined frame is built
 * once for all of them, without anyone knowing who shares what.
 */
export class Batch implements Pending {
  readonly byteLength: number;
  readonly length: number;
  /** The last message, encoded. In a batch of one it is the message. */
  readonly bytes: Buffer;
  readonly #before: Batch | undefined;
  // One slot is enough: in a broadcast all receivers with the same past get the same next message, one after another.
  #next: Batch | undefined;
  #framing: Framing | undefined;
  #frame: Buffer | undefined;
  // For receivers on other transports, or that do not take compressed frames.
  #otherFrames: Map<Framing, Buffer> | undefined;
  /** Whether no message of it asks to be left uncompressed. */
  readonly mayCompress: boolean;

  /** @param length how many messages `bytes` are */
  constructor(before: Batch | undefined, bytes: Buffer, mayCompress = true, length = 1) {
    this.mayCompress = mayCompress && (before?.mayCompress ?? true);
    this.#before = before;
    this.bytes = bytes;
    this.byteLength = (before?.byteLength ?? 0) + bytes.length;
    this.length = (before?.length ?? 0) + length;
  }

  extend(message: Batch): Batch {
    const known = this.#next;
    if (known !== undefined && known.bytes === message.bytes) return known;
    const next = new Batch(this, message.bytes, message.mayCompress);
    this.#next = next;
    return next;
  }

  /** The encoded messages, first to last. */
  parts(): Buffer[] {
    const parts: Buffer[] = [];
    for (let batch: Batch | undefined = this; batch !== undefined; batch = batch.#before) parts.push(batch.bytes);
    return parts.reverse();
  }

  /** The joined messages as a transport writes them; built once per way of framing. */
  framed(framing: Framing): Buffer {
    if (this.#framing === framing) return this.#frame as Buffer;
    const known = this.#otherFrames?.get(framing);
    if (known !== undefined) return known;
    const frame = framing.wrap(this.parts(), this.byteLength, this.mayCompress);
    if (this.#framing === undefined) {
      this.#framing = framing;
      this.#frame = frame;
    } else {
      this.#otherFrames ??= new Map();
      this.#otherFrames.set(framing, frame);
    }
    return frame;
  }
}
