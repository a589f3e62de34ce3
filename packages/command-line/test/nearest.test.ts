import { editDistance, nearest } from '@minihub/command-line';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('the nearest word', () => {
  it.each([
    ['docter', 'doctor'],
    ['proxy-conf', 'proxy-config'],
    ['prox', 'proxy-config'],
    ['x', undefined],
    ['something-else', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['doctor', 'proxy-config'])).toBe(expected);
  });

  it('is a distance: the same both ways, nothing to itself, never longer than the longer word', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
