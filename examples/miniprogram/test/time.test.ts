import { describe, expect, it } from 'vitest';
import { loadFile } from './support/mini-program-files.ts';

interface Time {
  isNewStretch(previous: { atMs: number } | undefined, atMs: number): boolean;
  longTime(atMs: number, nowMs: number): string;
  shortTime(atMs: number, nowMs: number): string;
}

const zh = loadFile<Time>('lib/time.js');
const en = loadFile<Time>('lib/time.js', 'en_US');
const at = (...date: [number, number, number, number, number]): number => new Date(...date).getTime();
const now = at(2026, 2, 1, 0, 30);

describe('the time of a message', () => {
  it.each([
    [at(2026, 2, 1, 0, 5), '00:05', '00:05'],
    [at(2026, 1, 28, 23, 59), '昨天', 'Yesterday'],
    [at(2026, 1, 27, 23, 59), '2月27日', '2/27'],
    [at(2025, 11, 31, 8, 1), '12月31日', '12/31'],
  ])('is the clock today, and a day before', (atMs, inChinese, inEnglish) => {
    expect([zh.shortTime(atMs, now), en.shortTime(atMs, now)]).toEqual([inChinese, inEnglish]);
  });

  it('is the clock too for a phone whose own is behind', () => {
    expect(zh.shortTime(at(2026, 2, 1, 8, 0), now)).toBe('08:00');
    expect(zh.shortTime(at(2026, 2, 2, 0, 1), now)).toBe('00:01');
  });

  it('has the clock behind the day where there is room', () => {
    expect(zh.longTime(at(2026, 2, 1, 0, 5), now)).toBe('00:05');
    expect(zh.longTime(at(2026, 1, 28, 9, 7), now)).toBe('昨天 09:07');
    expect(en.longTime(at(2026, 1, 1, 9, 7), now)).toBe('2/1 09:07');
  });

  it('is shown again after five minutes of silence', () => {
    expect(zh.isNewStretch(undefined, now)).toBe(true);
    expect(zh.isNewStretch({ atMs: now - 5 * 60_000 }, now)).toBe(false);
    expect(zh.isNewStretch({ atMs: now - 5 * 60_000 - 1 }, now)).toBe(true);
  });
});
