import { describe, expect, it } from 'vitest';
import { defaultName } from '../src/rooms/default-name.ts';

describe('defaultName', () => {
  it('is always the same for a user, and ends as the user does', () => {
    expect(defaultName('device:a1b2')).toBe(defaultName('device:a1b2'));
    expect(defaultName('device:a1b2')).toMatch(/^\p{Script=Han}+ a1b2$/u);
    expect(defaultName('')).toMatch(/^\p{Script=Han}+ $/u);
  });

  it('begins differently for most of a room', () => {
    const firsts = new Set(Array.from({ length: 40 }, (_, index) => defaultName(`device:${index * 7919}`)[0]));
    expect(firsts.size).toBeGreaterThan(12);
  });
});
