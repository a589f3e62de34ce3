import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeUtf8 } from '../../src/session/node-utf8.ts';

/** Bytes that are text, almost text, and text with U+FFFD in it. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Uint8Array.from(Buffer.from(text))),
      fc.constantFrom(
        Uint8Array.of(0xef, 0xbf, 0xbd),
        Uint8Array.of(0xef, 0xbb, 0xbf),
        Uint8Array.of(0xed, 0xa0, 0x80),
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts));

describe('nodeUtf8', () => {
  it('reads any part of a buffer as a strict decoder does, and refuses the same', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const outcome = (read: () => string): string => {
      try {
        return `text ${read()}`;
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(bytes, fc.nat(4), fc.nat(4), (input, before, behind) => {
        const end = Math.max(0, input.length - behind);
        const start = Math.min(before, end);
        const expected = outcome(() => strict.decode(input.subarray(start, end)));
        expect(outcome(() => nodeUtf8.decode(input, start, end))).toBe(expected);
        // The same bytes where they are no Buffer, and do not begin at the beginning of their memory.
        const plain = new Uint8Array([0, ...input]).subarray(1);
        expect(outcome(() => nodeUtf8.decode(plain, start, end))).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes U+FFFD for what it is', () => {
    const text = 'what \ufffd is';
    const encoded = nodeUtf8.encode(text);
    expect(nodeUtf8.decode(encoded, 0, encoded.length)).toBe(text);
  });
});
