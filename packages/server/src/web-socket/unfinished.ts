import { compressedBit, finBit, opcodeBits, opcodes } from './frame-rules.ts';
import { rotateMask, unmask } from './unmask.ts';
import { checkUtf8 } from './utf-8.ts';

const nothing = Buffer.alloc(0);
/** What is made for a message of several fragments, at least. */
const minBytes = 64;

/** What the head of a frame says. */
export interface FrameHead {
  /** Its first byte. */
  readonly first: number;
  /** Bytes of the payload. */
  readonly length: number;
  /** Four bytes, the first of them the highest. */
  readonly mask: number;
}

/**
 * What a client has sent of something that is not whole yet. There is one only while there is something to keep, and what
 * it keeps is copied together as it comes: however small the pieces are, it is two buffers.
 */
export class Unfinished {
  /** What comes before the next chunk: the beginning of a frame, or all that came while reading was held back. */
  ahead: Buffer | undefined;
  /** The first byte of the message's first frame; 0 while there is no message. */
  first = 0;
  /** Frames of the message that have begun. */
  fragments = 0;
  /** Whether the frame that has begun last is the last of its message. */
  isFinal = false;
  /** Bytes of that frame's payload that have not come. */
  missing = 0;
  #mask = 0;
  #bytes = nothing;
  #length = 0;
  /** Bytes of a text that are known to be UTF-8. */
  #checked = 0;

  /** Whether a message has begun. */
  get isInMessage(): boolean {
    return this.first !== 0;
  }

  /** Whether all of the message has come. */
  get isWhole(): boolean {
    return this.isFinal && this.missing === 0;
  }

  /** Bytes of the message that have come. */
  get length(): number {
    return this.#length;
  }

  /** What has come of the message. */
  get message(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A frame of the message begins. */
  begin({ first, length, mask }: FrameHead): void {
    if (!this.isInMessage) this.first = first;
    this.fragments++;
    this.isFinal = first >= finBit;
    this.missing = length;
    this.#mask = mask;
  }

  /** Takes what a chunk has of the frame's payload; gives where that ends. */
  take(chunk: Buffer, start: number, maxBytes: number): number {
    const taken = Math.min(chunk.length - start, this.missing);
    const from = this.#length;
    const to = from + taken;
    if (to > this.#bytes.length) this.#grow(to, maxBytes);
    chunk.copy(this.#bytes, from, start, start + taken);
    unmask(this.#bytes, from, to, this.#mask);
    this.#mask = rotateMask(this.#mask, taken);
    this.#length = to;
    this.missing -= taken;
    return start + taken;
  }

  /** Whether something can still come that makes a text of it, if it is to be one. What is compressed is not known yet. */
  mayBecomeText(): boolean {
    if ((this.first & (compressedBit | opcodeBits)) !== opcodes.text) return true;
    this.#checked = checkUtf8(this.#bytes, this.#checked, this.#length);
    return this.#checked >= 0;
  }

  /** Makes room: twice as much each time, so that no byte is copied often, but never more than can still come. */
  #grow(needed: number, maxBytes: number): void {
    const most = this.isFinal ? this.#length + this.missing : maxBytes;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(most, Math.max(2 * this.#bytes.length, minBytes))));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
