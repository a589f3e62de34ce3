/** Nothing, for everybody: most connections never hold half a message. */
const empty = new Uint8Array(0);

const initialCapacity = 256;

/** A larger buffer than this is given back after use, so that one big message does not cost memory for ever. */
const keptCapacity = 4_096;

/**
 * Collects the pieces of a message that comes in several chunks. Grows by doubling, so that a message in one-byte
 * chunks is copied a constant number of times, and one byte costs one byte (not an object per chunk).
 */
export class ByteAccumulator {
  /** The storage; valid up to {@link ByteAccumulator.length}, until the next `append`. */
  bytes: Uint8Array = empty;
  /** Bytes collected. */
  length = 0;
  /** Bytes ever copied, growth included. For tests of linearity. */
  copied = 0;

  /** Copies `source` from `start` to `end`. */
  append(source: Uint8Array, start: number, end: number): void {
    const added = end - start;
    this.reserve(this.length + added);
    // A call of `set` costs more than a few assignments, and tiny chunks are where it would hurt.
    if (added < 16) {
      for (let i = 0; i < added; i++) this.bytes[this.length + i] = source[start + i] as number;
    } else this.bytes.set(source.subarray(start, end), this.length);
    this.length += added;
    this.copied += added;
  }

  /** Forgets what was collected. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > keptCapacity) this.bytes = empty;
  }

  private reserve(needed: number): void {
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(initialCapacity, needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.copied += this.length;
    this.bytes = grown;
  }
}
