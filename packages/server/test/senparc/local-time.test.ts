import { expect, it } from 'vitest';
import { toLocalTime } from '../../src/senparc/local-time.ts';

it('writes local time in a form of fixed width that iPhones can read back', () => {
  const time = new Date(2024, 0, 2, 3, 4, 5);
  expect(toLocalTime(time)).toBe('2024/01/02 03:04:05');
  expect(new Date(toLocalTime(time))).toEqual(time);
  expect(toLocalTime(new Date(2024, 11, 31, 23, 59, 59, 999))).toBe('2024/12/31 23:59:59');
});
