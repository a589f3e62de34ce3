/** WebSocket frames from the client's side: masked out, unmasked in. @see RFC 6455, 5.2 */

/** A client's frame. The mask is fixed: nobody attacks a benchmark. @param {Buffer} payload @param {boolean} isBinary */
export function clientFrame(payload, isBinary) {
  const { length } = payload;
  const headerLength = (length < 126 ? 2 : length < 65_536 ? 4 : 10) + 4;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = isBinary ? 0x82 : 0x81;
  if (length < 126) frame[1] = 0x80 | length;
  else if (length < 65_536) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = [0x12, 0x34, 0x56, 0x78];
  for (let i = 0; i < 4; i++) frame[headerLength - 4 + i] = mask[i] ?? 0;
  for (let i = 0; i < length; i++) frame[headerLength + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return frame;
}

/** Takes a server's bytes apart. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  /** @param {Buffer} chunk @param {(payload: Buffer, first: number) => void} onFrame `first` is the frame's first byte */
  push(chunk, onFrame) {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const length = frameLength(data);
      if (length === undefined || data.length < length.header + length.payload) break;
      const end = length.header + length.payload;
      onFrame(data.subarray(length.header, end), data[0] ?? 0);
      data = data.subarray(end);
    }
    this.#rest = Buffer.from(data);
  }
}

/** @param {Buffer} data */
function frameLength(data) {
  if (data.length < 2) return undefined;
  const short = (data[1] ?? 0) & 0x7f;
  if (short < 126) return { header: 2, payload: short };
  if (short === 126) return data.length < 4 ? undefined : { header: 4, payload: data.readUInt16BE(2) };
  return data.length < 10 ? undefined : { header: 10, payload: Number(data.readBigUInt64BE(2)) };
}

const recordEnd = 0x1e;

/**
 * The messages of a frame: the frame itself, records without their 0x1E, or pieces behind a varint of their length.
 * @param {Buffer} payload @param {string} count @returns {Buffer[]}
 */
export function messagesOf(payload, count) {
  if (count === 'varint') return varintPieces(payload);
  if (count === 'frames' || !payload.includes(recordEnd)) return [payload];
  const pieces = [];
  for (let start = 0; start < payload.length; ) {
    const found = payload.indexOf(recordEnd, start);
    const end = found < 0 ? payload.length : found;
    pieces.push(payload.subarray(start, end));
    start = end + 1;
  }
  return pieces;
}

/** @param {Buffer} payload */
function varintPieces(payload) {
  const pieces = [];
  for (let at = 0; at < payload.length; ) {
    let length = 0;
    let shift = 0;
    let byte = 0x80;
    while (byte & 0x80) {
      byte = payload[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    }
    pieces.push(payload.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** A message with its length before it, as a varint. @param {string} message one character a byte */
export function withLength(message) {
  let head = '';
  let rest = message.length;
  do {
    head += String.fromCharCode((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return head + message;
}
