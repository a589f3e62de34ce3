import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../outbound/batch.ts';

const finText = 0x81;
const finBinary = 0x82;
const finClose = 0x88;
const finPing = 0x89;
const finPong = 0x8a;

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

/** A ping, which asks for a sign of life. @see RFC 6455, 5.5.2 */
export const pingFrame: Buffer = webSocketFrame(finPing, [], 0);

/** The answer to a ping. */
export function pongFrame(payload: Buffer): Buffer {
  return webSocketFrame(finPong, [payload], payload.length);
}

/** A close frame. The reason may have 123 bytes of UTF-8. @see RFC 6455, 5.5.1 */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason, 'utf8');
  return webSocketFrame(finClose, [Buffer.of(code >> 8, code & 0xff), text], 2 + text.length);
}
