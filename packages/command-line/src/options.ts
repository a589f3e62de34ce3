import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import type { Language, Text } from './text.ts';

/** An option: `--name VALUE`, or `--name` alone for a switch. */
export interface OptionKind {
  /** What stands for the value in help, such as `SECONDS`. A switch has none. */
  readonly value?: string;
  /** Its letter, for `-h`. Switches only. */
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  readonly help: Text;
}

/** The options that there are, by name, without the dashes. */
export type OptionKinds = Readonly<Record<string, OptionKind>>;

/** What can be wrong with a command line. Each program has a code of its own for each. */
export type Mistake = 'UNKNOWN_OPTION' | 'MISSING_VALUE' | 'INVALID_VALUE';

/** Makes the error of a program, to be thrown. */
export type Refuse = (mistake: Mistake, text: Text) => Error;

/** The options that were given, by name. */
export class GivenOptions {
  readonly #values: ReadonlyMap<string, readonly (string | true)[]>;

  constructor(values: ReadonlyMap<string, readonly (string | true)[]>) {
    this.#values = values;
  }

  /** Whether it was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value that was given last. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  /** All values that were given. */
  texts(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).filter((value) => value !== true);
  }
}

/** A command line that has been taken apart and checked against the options that there are. */
export interface ReadArguments {
  readonly options: GivenOptions;
  /** What is no option, in its order. */
  readonly positionals: readonly string[];
}

/** "Did you mean …?", where a word is near enough to one of those that there are. */
export function guess(word: string, words: readonly string[], prefix = ''): Text | undefined {
  const near = nearest(word, words);
  return near === undefined ? undefined : { en: `Did you mean ${prefix}${near}?`, zh: `您是指 ${prefix}${near} 吗？` };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function unknownOption({ name, rawName }: OptionToken, kinds: OptionKinds): Text {
  const hint = guess(name, Object.keys(kinds), '--') ?? { en: 'See --help.', zh: '请看 --help。' };
  return { en: `There is no option ${rawName}. ${hint.en}`, zh: `没有选项 ${rawName}。${hint.zh}` };
}

function checked(token: OptionToken, kinds: OptionKinds, refuse: Refuse): string | true {
  const { name, rawName, value } = token;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined || !(rawName.startsWith('--') || rawName === `-${kind.short}`))
    throw refuse('UNKNOWN_OPTION', unknownOption(token, kinds));
  if (kind.value === undefined) {
    if (value === undefined) return true;
    throw refuse('INVALID_VALUE', {
      en: `${rawName} is a switch: it takes no value.`,
      zh: `${rawName} 是开关，不带值。`,
    });
  }
  if (value === undefined || value === '')
    throw refuse('MISSING_VALUE', {
      en: `${rawName} needs a value: ${rawName} ${kind.value}`,
      zh: `${rawName} 需要一个值：${rawName} ${kind.value}`,
    });
  return value;
}

/**
 * Takes a command line apart. What is wrong with it is thrown as `refuse` makes it: UNKNOWN_OPTION with the nearest guess,
 * MISSING_VALUE, INVALID_VALUE (a switch with a value, an option that was given twice).
 */
export function readArguments(args: readonly string[], kinds: OptionKinds, refuse: Refuse): ReadArguments {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, { value, short }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  // Not strict, because its own messages know no guesses and one language; a token of kind "option" is checked here.
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const value = checked(token, kinds, refuse);
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && value !== true && kinds[token.name]?.multiple !== true)
      throw refuse('INVALID_VALUE', { en: `${token.rawName} was given twice.`, zh: `${token.rawName} 给了两次。` });
    values.set(token.name, [...before, value]);
  }
  return { options: new GivenOptions(values), positionals };
}

/** A whole number within a range; INVALID_VALUE for anything else. */
export function readNumber(
  options: GivenOptions,
  name: string,
  range: { readonly min: number; readonly max: number; readonly unset: number },
  refuse: Refuse,
): number {
  const text = options.text(name);
  if (text === undefined) return range.unset;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw refuse('INVALID_VALUE', {
    en: `--${name} is a whole number from ${range.min} to ${range.max}, not "${text}".`,
    zh: `--${name} 应为 ${range.min} 到 ${range.max} 的整数，而不是“${text}”。`,
  });
}

/** The option `--lang`, which every program of ours has. INVALID_VALUE for a language that there is not. */
export function readLanguage(options: GivenOptions, refuse: Refuse): Language | undefined {
  const text = options.text('lang');
  if (text === undefined || text === 'en' || text === 'zh') return text;
  throw refuse('INVALID_VALUE', {
    en: `--lang is en or zh, not "${text}".`,
    zh: `--lang 为 en 或 zh，而不是“${text}”。`,
  });
}

/**
 * The language to complain in, of arguments that may be wrong: `--lang` if it can be made out, else what the environment asks
 * for.
 */
export function languageOfArguments(args: readonly string[], otherwise: Language): Language {
  const asked = args.flatMap((arg, index): Language[] => {
    const value = arg === '--lang' ? args[index + 1] : /^--lang=(.*)$/.exec(arg)?.[1];
    return value === 'en' || value === 'zh' ? [value] : [];
  });
  return asked.at(-1) ?? otherwise;
}
