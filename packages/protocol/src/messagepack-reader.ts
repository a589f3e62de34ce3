import type { DecoderLimits, Utf8 } from './codec.ts';
import { type ProtocolError, protocolError } from './errors.ts';

/** Floats are read through these few bytes: a DataView for each message would cost more than the whole message. */
const scratch: DataView = new DataView(new ArrayBuffer(8));

const twoToThe32 = 0x1_0000_0000;

/** Milliseconds that a Date can be away from 1970. */
const maxDateMs = 8.64e15;

/**
 * Reads MessagePack values from a part of a buffer. Declared lengths and counts are checked against the bytes that
 * are left and against the limits before anything is allocated. Bytes that are read are copies.
 */
export class MessagePackReader {
  /** The first thing in a value that has no form here; the value has been read past correctly all the same. */
  bindingError: ProtocolError | undefined;

  private readonly bytes: Uint8Array;
  private position: number;
  private readonly end: number;
  private readonly limits: DecoderLimits;
  private readonly utf8: Utf8;

  constructor(source: { bytes: Uint8Array; start: number; end: number }, limits: DecoderLimits, utf8: Utf8) {
    this.bytes = source.bytes;
    this.position = source.start;
    this.end = source.end;
    this.limits = limits;
    this.utf8 = utf8;
  }

  /** Takes an array's head: its count, or `undefined` (and nothing is taken) when no array of that size can be here. */
  takeArrayLength(): number | undefined {
    return this.takeCount(0x90, 0xdc, 1);
  }

  /** Takes a map's head: its count of entries, or `undefined`. */
  takeMapLength(): number | undefined {
    return this.takeCount(0x80, 0xde, 2);
  }

  /** Takes a string: `null` for nil, `undefined` (and nothing is taken) for anything else. @throws MH_PROTO_INVALID_UTF8 */
  takeString(): string | null | undefined {
    const lead = this.peek();
    if (lead === 0xc0) {
      this.position++;
      return null;
    }
    const isString = (lead >= 0xa0 && lead <= 0xbf) || (lead >= 0xd9 && lead <= 0xdb);
    if (!isString) return undefined;
    const size = lead < 0xc0 ? 0 : 1 << (lead - 0xd9);
    if (this.left() < 1 + size) return undefined;
    const length = size === 0 ? lead & 0x1f : this.uintAt(this.position + 1, size);
    if (length > this.left() - 1 - size) return undefined;
    this.position += 1 + size;
    return this.text(length);
  }

  /** Takes an integer of any size, 64 bits being lossy beyond 2^53; `undefined` for anything else. */
  takeInteger(): number | undefined {
    const lead = this.peek();
    const isInteger = lead >= 0xe0 || (lead >= 0 && lead < 0x80) || (lead >= 0xcc && lead <= 0xd3);
    if (!isInteger || this.left() < 1 + integerSize(lead)) return undefined;
    this.position++;
    return this.integer(lead);
  }

  /** Takes a boolean; `undefined` for anything else. */
  takeBoolean(): boolean | undefined {
    const lead = this.peek();
    if (lead !== 0xc2 && lead !== 0xc3) return undefined;
    this.position++;
    return lead === 0xc3;
  }

  /**
   * Takes any value. `depth` is the level at which an array or map would be here.
   * @throws MH_PROTO_INVALID_MSGPACK, MH_PROTO_INVALID_UTF8, MH_PROTO_LIMIT_EXCEEDED
   */
  takeValue(depth: number): unknown {
    const lead = this.byte();
    if (lead < 0x80 || lead >= 0xe0 || (lead >= 0xcc && lead <= 0xd3)) return this.integer(lead);
    if (lead < 0x90) return this.map(lead & 0x0f, depth);
    if (lead < 0xa0) return this.array(lead & 0x0f, depth);
    if (lead < 0xc0) return this.text(lead & 0x1f);
    if (lead >= 0xd4 && lead <= 0xd8) return this.extension(1 << (lead - 0xd4));
    switch (lead) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.binary(this.uint(1 << (lead - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.uint(1 << (lead - 0xc7)));
      case 0xca:
      case 0xcb:
        return this.float(lead === 0xca ? 4 : 8);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.uint(1 << (lead - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.array(this.uint(lead === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return this.map(this.uint(lead === 0xde ? 2 : 4), depth);
    }
    throw invalid('The byte 0xc1 begins no MessagePack value.');
  }

  private array(count: number, depth: number): unknown[] {
    this.enter(count, count, depth);
    const items: unknown[] = [];
    for (let i = 0; i < count; i++) items.push(this.takeValue(depth + 1));
    return items;
  }

  private map(count: number, depth: number): { [key: string]: unknown } {
    this.enter(count, count * 2, depth);
    const object: { [key: string]: unknown } = {};
    for (let i = 0; i < count; i++) {
      const key = this.takeValue(depth + 1);
      const value = this.takeValue(depth + 1);
      if (typeof key === 'string' || typeof key === 'number') setOwn(object, String(key), value);
      else this.unreadable('A map has a key that is neither a string nor a number.');
    }
    return object;
  }

  private enter(count: number, leastBytes: number, depth: number): void {
    const { maxDepth, maxCollectionItems } = this.limits;
    if (maxDepth > 0 && depth > maxDepth) {
      throw protocolError('MH_PROTO_LIMIT_EXCEEDED', `A message nests deeper than ${maxDepth} levels.`);
    }
    if (maxCollectionItems > 0 && count > maxCollectionItems) {
      const message = `An array or map holds more than ${maxCollectionItems} entries.`;
      throw protocolError('MH_PROTO_LIMIT_EXCEEDED', message);
    }
    this.need(leastBytes);
  }

  private text(length: number): string {
    this.need(length);
    const start = this.position;
    this.position += length;
    return length === 0 ? '' : this.utf8.decode(this.bytes, start, this.position);
  }

  private binary(length: number): Uint8Array {
    this.need(length);
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(this.position, this.position + length));
    this.position += length;
    return copy;
  }

  private extension(length: number): unknown {
    const type = this.byte();
    this.need(length);
    const start = this.position;
    this.position += length;
    if (type === 0xff) return this.timestamp(start, length);
    return this.unreadable(`A MessagePack extension of type ${type < 0x80 ? type : type - 0x100} cannot be read.`);
  }

  private timestamp(at: number, length: number): unknown {
    let seconds = 0;
    let nanoseconds = 0;
    if (length === 4) seconds = this.uintAt(at, 4);
    else if (length === 8) {
      const high = this.uintAt(at, 4);
      nanoseconds = high >>> 2;
      seconds = (high & 3) * twoToThe32 + this.uintAt(at + 4, 4);
    } else if (length === 12) {
      nanoseconds = this.uintAt(at, 4);
      seconds = (this.uintAt(at + 4, 4) | 0) * twoToThe32 + this.uintAt(at + 8, 4);
    } else return this.unreadable(`A timestamp has ${length} bytes.`);
    const timeMs = seconds * 1_000 + nanoseconds / 1_000_000;
    if (nanoseconds > 999_999_999 || Math.abs(timeMs) > maxDateMs) {
      return this.unreadable('A timestamp is out of range.');
    }
    return new Date(Math.floor(timeMs));
  }

  private unreadable(message: string): undefined {
    this.bindingError ??= protocolError('MH_PROTO_INVALID_MSGPACK', message);
    return undefined;
  }

  private integer(lead: number): number {
    if (lead < 0x80) return lead;
    if (lead >= 0xe0) return lead - 0x100;
    const size = integerSize(lead);
    this.need(size);
    const at = this.position;
    this.position += size;
    if (lead < 0xcf) return this.uintAt(at, size);
    if (lead === 0xcf) return this.uintAt(at, 4) * twoToThe32 + this.uintAt(at + 4, 4);
    if (size === 8) return (this.uintAt(at, 4) | 0) * twoToThe32 + this.uintAt(at + 4, 4);
    const shift = 32 - 8 * size;
    return (this.uintAt(at, size) << shift) >> shift;
  }

  private float(size: 4 | 8): number {
    this.need(size);
    for (let i = 0; i < size; i++) scratch.setUint8(i, this.bytes[this.position + i] as number);
    this.position += size;
    return size === 4 ? scratch.getFloat32(0) : scratch.getFloat64(0);
  }

  private takeCount(fixed: number, wide: number, bytesPerItem: number): number | undefined {
    const lead = this.peek();
    const isFixed = lead >= fixed && lead < fixed + 16;
    if (!isFixed && lead !== wide && lead !== wide + 1) return undefined;
    const size = isFixed ? 0 : lead === wide ? 2 : 4;
    if (this.left() < 1 + size) return undefined;
    const count = isFixed ? lead & 0x0f : this.uintAt(this.position + 1, size);
    if (count * bytesPerItem > this.left() - 1 - size) return undefined;
    this.position += 1 + size;
    return count;
  }

  private uint(size: number): number {
    this.need(size);
    this.position += size;
    return this.uintAt(this.position - size, size);
  }

  private uintAt(at: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[at + i] as number);
    return value;
  }

  private byte(): number {
    this.need(1);
    return this.bytes[this.position++] as number;
  }

  private peek(): number {
    return this.position < this.end ? (this.bytes[this.position] as number) : -1;
  }

  private left(): number {
    return this.end - this.position;
  }

  private need(count: number): void {
    if (count > this.end - this.position) throw invalid('The message ends inside a MessagePack value.');
  }
}

function integerSize(lead: number): number {
  return lead < 0xcc || lead >= 0xe0 ? 0 : 1 << ((lead - 0xcc) & 3);
}

/** Sets an own property, whatever its name is: assigning to `__proto__` would change the prototype. */
export function setOwn<Value>(object: { [key: string]: Value }, key: string, value: Value): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function invalid(message: string): ProtocolError {
  return protocolError('MH_PROTO_INVALID_MSGPACK', message);
}
