import type { Utf8 } from './codec.ts';
import { type ProtocolError, protocolError } from './errors.ts';

/** The error of a {@link Utf8.decode}; without a position, so that every implementation says the same. */
export function invalidUtf8(): ProtocolError {
  return protocolError('MH_PROTO_INVALID_UTF8', 'The message is not valid UTF-8.');
}

/** Code units per `String.fromCharCode` call: far below every engine's limit on arguments. */
const unitsPerCall = 4_096;

/** The number of bytes that `text` has in UTF-8; a lone surrogate counts as U+FFFD, 3. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

/**
 * Writes `text` at `offset` and returns the offset behind it. The target must have room for {@link utf8Length} bytes.
 * A lone surrogate becomes U+FFFD.
 */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      target[at++] = point;
      continue;
    }
    if (point < 0x800) {
      target[at++] = 0xc0 | (point >> 6);
      target[at++] = 0x80 | (point & 0x3f);
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = text.charCodeAt(i + 1);
      if (isHighSurrogate(point) && isLowSurrogate(low)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        i++;
        target[at++] = 0xf0 | (point >> 18);
        target[at++] = 0x80 | ((point >> 12) & 0x3f);
        target[at++] = 0x80 | ((point >> 6) & 0x3f);
        target[at++] = 0x80 | (point & 0x3f);
        continue;
      }
      point = 0xfffd;
    }
    target[at++] = 0xe0 | (point >> 12);
    target[at++] = 0x80 | ((point >> 6) & 0x3f);
    target[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let units: number[] = [];
  let at = start;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) units.push(lead);
    else {
      const size = sequenceSize(lead);
      if (size === 0 || at + size - 1 > end) throw invalidUtf8();
      const point = readPoint(bytes, at, lead, size);
      at += size - 1;
      if (point < 0x10000) units.push(point);
      else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    }
    if (units.length >= unitsPerCall) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** Bytes of the sequence that `lead` begins; 0 when no sequence begins so. */
function sequenceSize(lead: number): number {
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** The code point whose continuation bytes begin at `at`. Overlong forms, surrogates and points above U+10FFFF are errors. */
function readPoint(bytes: Uint8Array, at: number, lead: number, size: number): number {
  let point = lead & (0xff >> (size + 1));
  for (let i = 0; i < size - 1; i++) {
    const byte = bytes[at + i] as number;
    if ((byte & 0xc0) !== 0x80) throw invalidUtf8();
    point = (point << 6) | (byte & 0x3f);
  }
  const tooSmall = (size === 3 && point < 0x800) || (size === 4 && point < 0x10000);
  if (tooSmall || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) throw invalidUtf8();
  return point;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * UTF-8 in plain JavaScript, for hosts that have no `TextDecoder` (mini programs). Decoding is strict, a byte order
 * mark is kept. On Node, one made on `Buffer` is several times faster.
 */
export const plainUtf8: Utf8 = { encode, decode };
