import type { Framing } from '../outbound/batch.ts';

const dataPrefix = Buffer.from('data: ');
const lineEnd = Buffer.from('\r\n');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * One event: each line of the text behind `data: `, then an empty line. A carriage return before a line feed is
 * dropped; the client joins the lines with line feeds. @see signalr.md 1.5
 */
export const serverSentEventsFraming: Framing = {
  wrap(parts, byteLength) {
    const text = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, byteLength);
    const pieces: Buffer[] = [];
    let start = 0;
    for (;;) {
      const feed = text.indexOf(lineFeed, start);
      const end = feed < 0 ? text.length : feed;
      const trimmed = feed > start && text[feed - 1] === carriageReturn ? end - 1 : end;
      pieces.push(dataPrefix, text.subarray(start, trimmed), lineEnd);
      if (feed < 0) break;
      start = feed + 1;
    }
    pieces.push(lineEnd);
    return Buffer.concat(pieces);
  },
};
