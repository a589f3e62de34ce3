import type { Framing } from '../outbound/batch.ts';

const dataPrefix = Buffer.from('data: ');
const lineEnd = Buffer.from('\r\n');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * One event: each line of the text behind `data: `, then an empty line. The client joins the lines with line feeds,
 * so `\r\n` and `\r` in a text arrive as `\n`; clients take each of them as the end of a line. @see signalr.md 1.5
 */
export const serverSentEventsFraming: Framing = {
  wrap(parts, byteLength) {
    const text = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, byteLength);
    const pieces: Buffer[] = [];
    let start = 0;
    for (;;) {
      const end = endOfLine(text, start);
      pieces.push(dataPrefix, text.subarray(start, end), lineEnd);
      if (end === text.length) break;
      start = text[end] === carriageReturn && text[end + 1] === lineFeed ? end + 2 : end + 1;
    }
    pieces.push(lineEnd);
    return Buffer.concat(pieces);
  },
};

function endOfLine(text: Buffer, start: number): number {
  const feed = text.indexOf(lineFeed, start);
  const end = feed < 0 ? text.length : feed;
  const carriage = text.subarray(start, end).indexOf(carriageReturn);
  return carriage < 0 ? end : start + carriage;
}
