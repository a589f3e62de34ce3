import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../outbound/batch.ts';

const finText = 0x81;
const finBinary = 0x82;

/** A frame of a server: final, unmasked, one buffer for header and payload. @see RFC 6455, 5.2 */
export function webSocketFrame(firstByte: number, parts: readonly Buffer[], byteLength: number): Buffer {
  const headerLength = byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + byteLength);
  frame[0] = firstByte;
  if (headerLength === 2) {
    frame[1] = byteLength;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(byteLength, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(byteLength / 0x1_0000_0000), 2);
    frame.writeUInt32BE(byteLength >>> 0, 6);
  }
  let offset = headerLength;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}

function createFraming(firstByte: number): Framing {
  return { wrap: (parts, byteLength) => webSocketFrame(firstByte, parts, byteLength) };
}

/** WebSocket frames with text. */
export const textFraming: Framing = createFraming(finText);

/** WebSocket frames with bytes. */
export const binaryFraming: Framing = createFraming(finBinary);

/** The frames for a transfer format. */
export function webSocketFraming(format: TransferFormat): Framing {
  return format === 'Text' ? textFraming : binaryFraming;
}
