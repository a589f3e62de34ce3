import { inflateRawSync } from 'node:zlib';

/**
 * What a sender leaves out, and, behind it, a last block with nothing in it: so the decompressor can tell a message that
 * ends from one that breaks off. @see RFC 7692, 7.2.2; RFC 1951, 3.2.3
 */
const ending = Buffer.from([0x00, 0x00, 0xff, 0xff, 0x03, 0x00]);
const nothing = Buffer.alloc(0);
/** What zlib is given to write in is 16 KB. Whoever keeps less than this would keep all of it. */
const leastKept = 4_096;

/** Why a message cannot be inflated: it is larger than allowed, or broken. */
export type InflateFault = 'too-large' | 'broken';

/**
 * Inflates a message that was compressed by itself, without the context of those before it.
 * @param maxBytes where it stops
 */
export function inflateMessage(data: Buffer, maxBytes: number): Buffer | InflateFault {
  // Not what the standard makes of an empty message, but harmless, and sent.
  if (data.length === 0) return nothing;
  try {
    const inflated = inflateRawSync(Buffer.concat([data, ending]), { maxOutputLength: maxBytes });
    return inflated.length < leastKept ? Buffer.from(inflated) : inflated;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken';
  }
}
