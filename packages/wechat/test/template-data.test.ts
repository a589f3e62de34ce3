import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subscribeMessage, toThing } from '../src/index.ts';

describe('the values of a subscribe message', () => {
  it.each([
    ['thing1', 'x'.repeat(20), `${'x'.repeat(21)}`],
    ['thing2', '👋'.repeat(20), 'two\nlines'],
    ['number1', '-12.5', '12,5'],
    ['letter1', 'AbC', 'a1'],
    ['symbol1', '+-*/=', '+a'],
    ['character_string1', 'No.7-A', '七'],
    ['amount1', '¥12.50', '12.50 dollars'],
    ['amount2', '100元', '12345678901'],
    ['phone_number1', '+86-0766-66888866', 'none'],
    ['car_number1', '粤A8Z888挂', '粤A8Z88888挂'],
    ['phrase1', '配送中', 'ok'],
    ['name1', '阿达', '一二三四五六七八九十一'],
    ['name2', 'Ada Lovelace', 'x'.repeat(21)],
    ['thing3', '晚饭', ''],
  ])('%s takes %j and refuses %j', (name, good, bad) => {
    expect(subscribeMessage('t', { [name]: good }).data).toEqual({ [name]: good });
    expect(() => subscribeMessage('t', { [name]: bad })).toThrow(
      expect.objectContaining({ code: 'MH_WECHAT_ARGUMENT' }),
    );
    expect(() => subscribeMessage('t', { [name]: bad })).toThrow(`'${name}'`);
  });

  it('leaves kinds alone that it has no rule for', () => {
    expect(subscribeMessage('t', { time1: '2019年10月1日 15:01', enum2: 'OPEN' }).data.enum2).toBe('OPEN');
  });

  it('cuts any text to one that a thing may hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const cut = toThing(text);
        expect([...cut].length).toBeLessThanOrEqual(20);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what a text may bring along
        if (cut !== '' && !/[\u0000-\u001f\u007f]/.test(cut)) subscribeMessage('t', { thing1: cut });
      }),
    );
    expect(toThing('  one \n two ')).toBe('one two');
    expect(toThing('👋'.repeat(21))).toBe(`${'👋'.repeat(19)}…`);
  });
});
