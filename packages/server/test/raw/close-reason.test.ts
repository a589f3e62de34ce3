import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutCloseReason } from '../../src/raw/close-reason.ts';

describe('cutCloseReason', () => {
  it('leaves what fits as it is', () => {
    expect(cutCloseReason('x'.repeat(123))).toBe('x'.repeat(123));
    expect(cutCloseReason('中'.repeat(41))).toBe('中'.repeat(41));
  });

  it('cuts between characters', () => {
    expect(cutCloseReason('x'.repeat(124))).toBe('x'.repeat(123));
    expect(cutCloseReason(`x${'中'.repeat(41)}`)).toBe(`x${'中'.repeat(40)}`);
    expect(cutCloseReason(`xx${'😀'.repeat(31)}`)).toBe(`xx${'😀'.repeat(30)}`);
  });

  it('gives the longest beginning that fits, for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 200 }), (reason) => {
        const cut = cutCloseReason(reason);
        const next = String.fromCodePoint(reason.codePointAt(cut.length) ?? 0);
        expect(reason.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
        expect(cut === reason || Buffer.byteLength(cut + next) > 123).toBe(true);
      }),
    );
  });
});
