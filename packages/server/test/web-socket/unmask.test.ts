import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotateMask, unmask } from '../../src/web-socket/unmask.ts';

describe('unmask', () => {
  it('does what the standard says, byte by byte, at any place of any length, and touches nothing else', () => {
    const anywhere = fc.record({
      // Where the bytes begin in their memory, and where the payload begins in them.
      offset: fc.nat(9),
      start: fc.nat(20),
      length: fc.oneof(fc.nat(20), fc.nat(1_500)),
      mask: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      seed: fc.nat(255),
    });
    fc.assert(
      fc.property(anywhere, ({ offset, start, length, mask, seed }) => {
        const memory = Buffer.alloc(offset + start + length + 7, seed);
        const bytes = memory.subarray(offset);
        const expected = Buffer.from(bytes);
        for (let i = 0; i < length; i++) expected[start + i] = seed ^ (mask[i % 4] as number);
        unmask(bytes, start, start + length, Buffer.from(mask).readInt32BE(0));
        expect(bytes.equals(expected)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('can go on in the middle', () => {
    const parts = fc.array(fc.nat(300), { maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.integer(), (lengths, mask) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const whole = Buffer.alloc(total);
        unmask(whole, 0, total, mask);
        const pieces = Buffer.alloc(total);
        let at = 0;
        let turned = mask;
        for (const length of lengths) {
          unmask(pieces, at, at + length, turned);
          turned = rotateMask(turned, length);
          at += length;
        }
        expect(pieces.equals(whole)).toBe(true);
      }),
    );
  });
});
