/** The bytes of an `ArrayBuffer` or of any view on one, without copying; `undefined` for everything else. */
export function toBytes(value: object): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // By tag as well: a buffer from another realm (a worker, a vm context, an iframe) is no instance of ours.
  if (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object ArrayBuffer]') {
    return new Uint8Array(value as ArrayBuffer);
  }
  return undefined;
}
