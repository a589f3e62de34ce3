import {
  type Mistake,
  type OptionKinds,
  readArguments,
  readLanguage,
  readNumber,
  type Text,
} from '@minihub/command-line';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const help = { en: 'a', zh: '一' };
const kinds: OptionKinds = {
  size: { value: 'BYTES', help },
  ca: { value: 'FILE', multiple: true, help },
  lang: { value: 'en|zh', help },
  force: { help },
  help: { short: 'h', help },
};

class Refusal extends Error {
  readonly mistake: Mistake;
  readonly text: Text;
  constructor(mistake: Mistake, text: Text) {
    super(text.en);
    this.mistake = mistake;
    this.text = text;
  }
}
const refuse = (mistake: Mistake, text: Text) => new Refusal(mistake, text);
const read = (...args: string[]) => readArguments(args, kinds, refuse);

describe('a command line', () => {
  it('is options and the rest, in any order, with and without =', () => {
    const { options, positionals } = read('here', '--size', '5', '--ca=a', '--ca', 'b', '-h', '--', '--there');
    expect(positionals).toEqual(['here', '--there']);
    expect([options.text('size'), options.texts('ca'), options.has('help'), options.has('force')]).toEqual([
      '5',
      ['a', 'b'],
      true,
      false,
    ]);
  });

  it('may repeat a switch, which changes nothing', () => {
    expect(read('--force', '--force').options.has('force')).toBe(true);
  });

  it.each<[string[], Mistake, string, string]>([
    [
      ['--sise', '5'],
      'UNKNOWN_OPTION',
      'There is no option --sise. Did you mean --size?',
      '没有选项 --sise。您是指 --size 吗？',
    ],
    [
      ['--what-is-it'],
      'UNKNOWN_OPTION',
      'There is no option --what-is-it. See --help.',
      '没有选项 --what-is-it。请看 --help。',
    ],
    [['-x'], 'UNKNOWN_OPTION', 'There is no option -x. See --help.', '没有选项 -x。请看 --help。'],
    [['-help'], 'UNKNOWN_OPTION', 'There is no option -e.', '没有选项 -e。'],
    [['--__proto__'], 'UNKNOWN_OPTION', 'There is no option --__proto__.', '没有选项 --__proto__。'],
    [['--size'], 'MISSING_VALUE', '--size needs a value: --size BYTES', '--size 需要一个值：--size BYTES'],
    [['--size='], 'MISSING_VALUE', '--size needs a value: --size BYTES', '--size 需要一个值：--size BYTES'],
    [['--force=1'], 'INVALID_VALUE', '--force is a switch: it takes no value.', '--force 是开关，不带值。'],
    [['--size', '1', '--size', '2'], 'INVALID_VALUE', '--size was given twice.', '--size 给了两次。'],
  ])('%j is refused in two languages', (args, mistake, en, zh) => {
    const text = { en: expect.stringContaining(en), zh: expect.stringContaining(zh) };
    expect(() => read(...args)).toThrow(expect.objectContaining({ mistake, text }));
  });

  it('is read, or refused, whatever it is', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-', '--lang', '--size=', '-h', '--force', '-hx', '--no-force'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        try {
          const { options, positionals } = read(...args);
          expect(positionals.every((positional) => args.includes(positional))).toBe(true);
          readLanguage(options, refuse);
          readNumber(options, 'size', { min: 0, max: 10, unset: 1 }, refuse);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe('a number', () => {
  const numberOf = (...args: string[]) =>
    readNumber(read(...args).options, 'size', { min: 1, max: 10, unset: 7 }, refuse);

  it('is what was given, within its range, or what holds when none was', () => {
    expect([numberOf(), numberOf('--size', '1'), numberOf('--size', '10')]).toEqual([7, 1, 10]);
  });

  it.each(['0', '11', '-1', '1.5', 'ten', '1e1', ' 1'])('is not %j', (text) => {
    expect(() => numberOf(`--size=${text}`)).toThrow('--size is a whole number from 1 to 10, not');
  });
});

describe('the language', () => {
  it('is one that there is', () => {
    expect(readLanguage(read().options, refuse)).toBeUndefined();
    expect(readLanguage(read('--lang', 'zh').options, refuse)).toBe('zh');
    expect(() => readLanguage(read('--lang', 'fr').options, refuse)).toThrow('--lang is en or zh, not "fr".');
  });
});
