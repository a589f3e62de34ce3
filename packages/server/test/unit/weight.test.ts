import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../../src/dispatch/weight.ts';

const much = 1e9;

describe('weightOf', () => {
  it.each([
    ['nothing', undefined, 8],
    ['a number', 1.5, 8],
    ['a text', 'x'.repeat(1_000), 1_016],
    ['bytes', new Uint8Array(1_000), 1_032],
    ['a list', [1, null, true], 80],
    ['an object', { a: 1, b: 'two' }, 91],
    ['a date', new Date(0), 32],
  ])('knows about how much %s takes', (_, value, bytes) => {
    expect(weightOf(value, much)).toBe(bytes);
  });

  it('counts many small objects for what they are: twenty times their JSON', () => {
    const json = `[${'{},'.repeat(10_000)}{}]`;
    expect(weightOf(JSON.parse(json), much)).toBeGreaterThan(13 * json.length);
  });

  it('counts no further than it must', () => {
    let looked = 0;
    const counting = (): object => Object.defineProperty({}, 'x', { enumerable: true, get: () => looked++ });
    const values = Array.from({ length: 100 }, () => [counting(), counting(), 'x'.repeat(1_000)]);
    expect(weightOf(values, 10_000)).toBe(10_000);
    expect(looked).toBeLessThan(40);
  });

  it('needs no stack for what is nested deeply', () => {
    let value: unknown = [];
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(weightOf(value, much)).toBe(100_001 * 32 + 100_000 * 8);
  });

  it('is never less than the JSON without its signs, nor more than the limit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(2_000), (value, limit) => {
        expect(weightOf(value, limit)).toBeLessThanOrEqual(limit);
        let letters = 0;
        JSON.stringify(value, (_, member: unknown) => {
          letters += typeof member === 'string' ? member.length : 0;
          return member;
        });
        expect(weightOf(value, much)).toBeGreaterThanOrEqual(letters);
      }),
    );
  });
});
