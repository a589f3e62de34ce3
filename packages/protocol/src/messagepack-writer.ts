import { toBytes } from './bytes.ts';
import type { Utf8 } from './codec.ts';
import { protocolError } from './errors.ts';
import { utf8Length, writeUtf8 } from './utf8.ts';

/** The longest length prefix; the body is written behind it, and the prefix then directly before the body. */
const maxPrefix = 5;

const initialCapacity = 512;

/** Levels of a value that is written; deeper ones are most likely circular. The official client has the same limit. */
const maxWriteDepth = 100;

/** A longer string goes through {@link Utf8.encode}, which may be native; a shorter one is faster by hand. */
const inlineTextUnits = 64;

const twoToThe32 = 0x1_0000_0000;

/** Writes MessagePack values to a buffer that grows and is used again. */
export class MessagePackWriter {
  private bytes: Uint8Array = new Uint8Array(initialCapacity);
  private view: DataView = new DataView(this.bytes.buffer);
  private position: number = maxPrefix;
  private readonly utf8: Utf8;

  constructor(utf8: Utf8) {
    this.utf8 = utf8;
  }

  /** Forgets what was written. */
  reset(): void {
    this.position = maxPrefix;
  }

  /** Bytes that the writer holds on to. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** What was written since {@link MessagePackWriter.reset}, with its length before it, as a copy in memory from `allocate`. */
  toFrame(allocate: (byteLength: number) => Uint8Array): Uint8Array {
    let length = this.position - maxPrefix;
    let prefix = 1;
    for (let rest = length >>> 7; rest > 0; rest >>>= 7) prefix++;
    const start = maxPrefix - prefix;
    for (let i = 0; i < prefix; i++) {
      this.bytes[start + i] = (length & 0x7f) | (i < prefix - 1 ? 0x80 : 0);
      length >>>= 7;
    }
    const frame = allocate(this.position - start);
    frame.set(this.bytes.subarray(start, this.position));
    return frame;
  }

  arrayHead(count: number): void {
    this.head(count, 0x90, 0xdc);
  }

  mapHead(count: number): void {
    this.head(count, 0x80, 0xde);
  }

  /** Any value; see `createMessagePackCodec` for how. @throws MH_PROTO_UNENCODABLE */
  value(value: unknown, depth = 1): void {
    if (depth > maxWriteDepth) throw unencodable(`It nests deeper than ${maxWriteDepth} levels, or is circular.`);
    if (value === null || value === undefined) this.uint(1, 0xc0);
    else if (typeof value === 'string') this.string(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'boolean') this.uint(1, value ? 0xc3 : 0xc2);
    else if (typeof value === 'object') this.object(value, depth);
    else if (typeof value === 'bigint') this.bigint(value);
    else throw unencodable(`MessagePack has no form for a ${typeof value}.`);
  }

  string(text: string): void {
    if (text.length > inlineTextUnits) {
      const encoded = this.utf8.encode(text);
      this.stringHead(encoded.length);
      this.raw(encoded);
      return;
    }
    const length = utf8Length(text);
    this.stringHead(length);
    this.reserve(length);
    this.position = writeUtf8(text, this.bytes, this.position);
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.uint(1, 0xcb);
      this.reserve(8);
      this.view.setFloat64(this.position, value);
      this.position += 8;
    } else if (value >= 0) this.positive(value);
    else this.negative(value);
  }

  private positive(value: number): void {
    if (value < 0x80) this.uint(1, value);
    else if (value < 0x100) this.sized(0xcc, 1, value);
    else if (value < 0x1_0000) this.sized(0xcd, 2, value);
    else if (value < twoToThe32) this.sized(0xce, 4, value);
    else {
      this.uint(1, 0xcf);
      this.sixtyFour(value);
    }
  }

  private negative(value: number): void {
    if (value >= -0x20) this.uint(1, value & 0xff);
    else if (value >= -0x80) this.sized(0xd0, 1, value & 0xff);
    else if (value >= -0x8000) this.sized(0xd1, 2, value & 0xffff);
    else if (value >= -0x8000_0000) this.sized(0xd2, 4, value >>> 0);
    else {
      this.uint(1, 0xd3);
      this.sixtyFour(value);
    }
  }

  private bigint(value: bigint): void {
    const fitsUnsigned = value >= 0 && BigInt.asUintN(64, value) === value;
    if (!fitsUnsigned && BigInt.asIntN(64, value) !== value) throw unencodable('A BigInt does not fit 64 bits.');
    this.uint(1, fitsUnsigned ? 0xcf : 0xd3);
    this.reserve(8);
    this.view.setBigUint64(this.position, BigInt.asUintN(64, value));
    this.position += 8;
  }

  private object(value: object, depth: number): void {
    if (Array.isArray(value)) {
      this.arrayHead(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i], depth + 1);
      return;
    }
    const bytes = toBytes(value);
    if (bytes !== undefined) this.binary(bytes);
    else if (value instanceof Date) this.date(value.getTime());
    else this.map(value as { [key: string]: unknown }, depth);
  }

  private map(value: { [key: string]: unknown }, depth: number): void {
    const keys = Object.keys(value);
    this.mapHead(keys.length);
    for (const key of keys) {
      this.string(key);
      this.value(value[key], depth + 1);
    }
  }

  private binary(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length < 0x100) this.sized(0xc4, 1, length);
    else if (length < 0x1_0000) this.sized(0xc5, 2, length);
    else this.sized(0xc6, 4, length);
    this.raw(bytes);
  }

  /** A timestamp (extension -1) in the shortest of its three forms. */
  private date(timeMs: number): void {
    if (Number.isNaN(timeMs)) throw unencodable('A Date is invalid.');
    const seconds = Math.floor(timeMs / 1_000);
    const nanoseconds = (timeMs - seconds * 1_000) * 1_000_000;
    if (nanoseconds === 0 && seconds >= 0 && seconds < twoToThe32) {
      this.uint(2, 0xd6ff);
      this.uint(4, seconds);
    } else if (seconds >= 0 && seconds < twoToThe32 * 4) {
      this.uint(2, 0xd7ff);
      this.uint(4, nanoseconds * 4 + Math.floor(seconds / twoToThe32));
      this.uint(4, seconds);
    } else {
      this.uint(3, 0xc70cff);
      this.uint(4, nanoseconds);
      this.sixtyFour(seconds);
    }
  }

  private stringHead(length: number): void {
    if (length < 0x20) this.uint(1, 0xa0 | length);
    else if (length < 0x100) this.sized(0xd9, 1, length);
    else if (length < 0x1_0000) this.sized(0xda, 2, length);
    else this.sized(0xdb, 4, length);
  }

  private head(count: number, fixed: number, wide: number): void {
    if (count < 0x10) this.uint(1, fixed | count);
    else if (count < 0x1_0000) this.sized(wide, 2, count);
    else this.sized(wide + 1, 4, count);
  }

  private sized(lead: number, size: number, value: number): void {
    this.uint(1, lead);
    this.uint(size, value);
  }

  /** Both halves of a safe integer; `>>>` takes the lower 32 bits, also of a larger number. */
  private sixtyFour(value: number): void {
    this.uint(4, Math.floor(value / twoToThe32));
    this.uint(4, value);
  }

  private uint(size: number, value: number): void {
    this.reserve(size);
    for (let i = size - 1; i >= 0; i--) this.bytes[this.position++] = (value >>> (8 * i)) & 0xff;
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  private reserve(size: number): void {
    const needed = this.position + size;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

function unencodable(why: string): Error {
  return protocolError('MH_PROTO_UNENCODABLE', `The message cannot be written as MessagePack. ${why}`);
}
