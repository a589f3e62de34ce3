import { createException } from './exception.ts';
import { toScalarString, utf8Length } from './text.ts';

// RFC 9110 § 5.6.2: token.
const token = /^[!#$%&'*+\-.^_`|~\da-z]+$/i;

/** WebIDL's `(DOMString or sequence<DOMString>)`. */
export function toList(value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [toScalarString(value)];
  const list: string[] = [];
  const source = value as { [Symbol.iterator]?: () => Iterator<unknown> };
  // By hand, because `for…of` in ES5 needs a helper, and because a string object is one protocol, not a list of letters.
  if (typeof Symbol === 'function' && typeof source[Symbol.iterator] === 'function') {
    const iterator = (source[Symbol.iterator] as () => Iterator<unknown>)();
    for (let step = iterator.next(); step.done !== true; step = iterator.next()) list.push(toScalarString(step.value));
    return list;
  }
  return Array.isArray(value) ? value.map(toScalarString) : [toScalarString(value)];
}

/** Checks subprotocols as the standard's constructor does. @throws `SyntaxError` */
export function checkProtocols(list: readonly string[]): void {
  const seen: { [name: string]: boolean } = {};
  list.forEach((name) => {
    const key = `:${name.toLowerCase()}`;
    if (!token.test(name) || seen[key]) {
      throw createException('SyntaxError', `Invalid subprotocol: '${name}'`);
    }
    seen[key] = true;
  });
}

/** WebIDL's `[Clamp] unsigned short`, and the range that the standard allows. @throws `InvalidAccessError` */
export function toCloseCode(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  // Not Number(): it takes BigInts.
  const number = +(value as number);
  // Clamp rounds halves to even; what matters here is the range.
  const code = Math.abs(number % 1) === 0.5 ? 2 * Math.round(number / 2) : Math.round(number);
  if (code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw createException('InvalidAccessError', `Close code ${code}: not 1000, nor 3000 to 4999`);
  }
  return code;
}

/** A reason for closing, at most 123 bytes of UTF-8. @throws `SyntaxError` */
export function toCloseReason(value: unknown): string {
  const reason = value === undefined ? '' : toScalarString(value);
  if (utf8Length(reason) > 123) throw createException('SyntaxError', 'More than 123 bytes');
  return reason;
}

function isBuffer(value: object): value is ArrayBuffer {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]';
}

/** Snapshot of what `send` was given: text, or a buffer of exactly the bytes of the buffer or view. */
export function toPayload(data: unknown): string | ArrayBuffer {
  if (typeof data !== 'object' || data === null) return toScalarString(data);
  if (isBuffer(data)) return copy(data, 0, data.byteLength);
  // A view may be a small window on a large pool: its buffer must never be sent as it is.
  if (ArrayBuffer.isView(data)) return copy(data.buffer, data.byteOffset, data.byteLength);
  if (/^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(data))) {
    throw createException('NotSupportedError', 'No Blob: send its arrayBuffer()');
  }
  return toScalarString(data);
}

function copy(buffer: ArrayBufferLike, from: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(buffer, from, length));
  return bytes.buffer;
}
