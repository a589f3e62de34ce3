import { constants, deflateRawSync } from 'node:zlib';
import type { TransferFormat } from '@minihub/protocol';
import type { Compression } from '../defaults.ts';
import type { Framing } from '../outbound/batch.ts';
import { webSocketFrame, webSocketFraming } from './web-socket-framing.ts';

/** FIN, RSV1 (compressed), and the opcode. @see RFC 7692, 6 */
const firstBytes: Readonly<Record<TransferFormat, number>> = { Text: 0xc1, Binary: 0xc2 };
/** A sync flush ends with these four bytes, which are left out on the wire. @see RFC 7692, 7.2.1 */
const trailerBytes = 4;
const maxWindowBits = 15;
/** What is used for a client is the largest of these that it can take: what goes to many is compressed once for each in use. */
const usedWindowBits = [maxWindowBits, 12, 9];

/** Compresses bytes, with a sync flush at the end. */
export type Deflate = (bytes: Buffer, options: { readonly level: number; readonly windowBits: number }) => Buffer;

const deflateNow: Deflate = (bytes, { level, windowBits }) =>
  deflateRawSync(bytes, { level, windowBits, finishFlush: constants.Z_SYNC_FLUSH });

/**
 * WebSocket frames that are compressed where that pays. Nothing is remembered from one message to the next (no context
 * takeover), so that a frame is the same for all receivers with the same window: it is compressed once for all of them.
 */
function createDeflateFraming(
  format: TransferFormat,
  windowBits: number,
  { thresholdBytes, maxBytes, level }: Compression,
  deflate: Deflate,
): Framing {
  const plain = webSocketFraming(format);
  return {
    wrap(parts, byteLength, mayCompress = true) {
      const isWorthIt = byteLength >= thresholdBytes && (maxBytes === 0 || byteLength <= maxBytes);
      if (!mayCompress || !isWorthIt) return plain.wrap(parts, byteLength);
      const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, byteLength);
      const flushed = deflate(bytes, { level, windowBits });
      const deflated = flushed.subarray(0, flushed.length - trailerBytes);
      // Random bytes, or what is compressed already.
      if (deflated.length >= byteLength) return plain.wrap(parts, byteLength);
      return webSocketFrame(firstBytes[format], [deflated], deflated.length);
    },
  };
}

/** The framings of an endpoint whose WebSockets may be compressed, one for each window that is used. */
export class DeflateFramings {
  readonly #compression: Compression;
  readonly #deflate: Deflate;
  readonly #framings = new Map<string, Framing>();

  constructor(compression: Compression, deflate: Deflate = deflateNow) {
    this.#compression = compression;
    this.#deflate = deflate;
  }

  /**
   * The framing for a connection that has agreed on permessage-deflate.
   * @param windowBits what the client can take, from 8 to 15
   */
  of(format: TransferFormat, windowBits: number = maxWindowBits): Framing {
    const bits = usedWindowBits.find((used) => used <= windowBits);
    // zlib cannot make raw deflate with the smallest window that the standard knows.
    if (bits === undefined) return webSocketFraming(format);
    const key = `${format} ${bits}`;
    const known = this.#framings.get(key);
    if (known !== undefined) return known;
    const framing = createDeflateFraming(format, bits, this.#compression, this.#deflate);
    this.#framings.set(key, framing);
    return framing;
  }
}
