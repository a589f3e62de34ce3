import { Exception, throwException } from './exception.ts';
import { isObject, toScalarString, utf8Length } from './text.ts';

/** @throws TypeError when fewer than `count` arguments were given */
export function need(count: number, given: number): void {
  if (given < count) throw new TypeError(`${count} needed`);
}

/** WebIDL's `(DOMString or sequence<DOMString>)`. */
export function toList(value: unknown): string[] {
  if (value === undefined) return [];
  const isSequence = isObject(value) && Symbol.iterator in value;
  return Array.from(isSequence ? (value as Iterable<unknown>) : [value], toScalarString);
}

/** Checks subprotocols as the standard's constructor does. @throws `SyntaxError` */
export function checkProtocols(list: readonly string[]): void {
  const lower = list.map((name) => name.toLowerCase());
  lower.forEach((name, at) => {
    // RFC 9110 § 5.6.2: token.
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || lower.indexOf(name) < at) {
      throwException(Exception.SyntaxError, `Invalid subprotocol: '${name}'`);
    }
  });
}

/** WebIDL's `[Clamp] unsigned short`, and the range that the standard allows. @throws `InvalidAccessError` */
export function toCloseCode(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  // Not Number(): it takes BigInts.
  const number = +(value as number);
  const below = Math.floor(number);
  // Clamp rounds halves to even; what matters here is the range.
  const code = number - below === 0.5 ? below + (below % 2) : Math.round(number);
  if (code !== 1000 && !(code >= 3000 && code < 5000)) {
    throwException(Exception.InvalidAccessError, `Not 1000, nor 3000 to 4999: ${code}`);
  }
  return code;
}

/** A reason for closing, at most 123 bytes of UTF-8. @throws `SyntaxError` */
export function toCloseReason(value: unknown): string {
  const reason = value === undefined ? '' : toScalarString(value);
  if (utf8Length(reason) > 123) throwException(Exception.SyntaxError, 'More than 123 bytes');
  return reason;
}

/** Snapshot of what `send` was given: text, or a buffer of exactly the bytes of the buffer or view. */
export function toPayload(data: unknown): string | ArrayBuffer {
  // By tag: a buffer may come from another realm.
  const tag = Object.prototype.toString.call(data);
  if (/(Blob|File)]$/.test(tag)) throwException(Exception.NotSupportedError, 'No Blob: send its arrayBuffer()');
  // A view may be a small window on a large pool: its buffer must never be sent as it is.
  if (ArrayBuffer.isView(data)) return copy(data.buffer, data.byteOffset, data.byteLength);
  return /ArrayBuffer]$/.test(tag) ? copy(data as ArrayBuffer) : toScalarString(data);
}

function copy(buffer: ArrayBufferLike, from?: number, length?: number): ArrayBuffer {
  return new Uint8Array(new Uint8Array(buffer, from, length)).buffer as ArrayBuffer;
}
