import { isUtf8 } from 'node:buffer';

/** The first bytes of characters of two, three and four bytes, and what is behind the last of them. @see RFC 3629, 4 */
const firsts = { two: 0xc2, three: 0xe0, four: 0xf0, end: 0xf5 } as const;

/** What is given for bytes with which no text begins. */
const noUtf8 = -1;

/**
 * Looks at the next part of a text, as far as it has come.
 * @param from the first byte that has not been looked at, where a character begins
 * @returns where the last character begins if it is not whole, else `to`; -1 if nothing that may still come makes this UTF-8
 */
export function checkUtf8(bytes: Buffer, from: number, to: number): number {
  const begun = lastBegun(bytes, from, to);
  return isUtf8(bytes.subarray(from, begun)) && isBeginning(bytes, begun, to) ? begun : noUtf8;
}

/** Where the last character begins, if bytes of it are missing; else `to`. */
function lastBegun(bytes: Buffer, from: number, to: number): number {
  const least = Math.max(from, to - 3);
  for (let at = to - 1; at >= least; at--) {
    const byte = bytes[at] as number;
    if (byte >= 0xc0) return to - at < lengthOf(byte) ? at : to;
    if (byte < 0x80) return to;
  }
  return to;
}

function lengthOf(first: number): number {
  return first < firsts.three ? 2 : first < firsts.four ? 3 : 4;
}

/** Whether a character begins so. All but the first byte are known to be from 80 to BF. */
function isBeginning(bytes: Buffer, from: number, to: number): boolean {
  if (from === to) return true;
  const first = bytes[from] as number;
  if (first < firsts.two || first >= firsts.end) return false;
  if (from + 1 === to) return true;
  const second = bytes[from + 1] as number;
  switch (first) {
    // Shorter forms exist.
    case firsts.three:
      return second >= 0xa0;
    case firsts.four:
      return second >= 0x90;
    // Surrogates.
    case 0xed:
      return second < 0xa0;
    // Beyond U+10FFFF.
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}
