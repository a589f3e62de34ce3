import { parseArgs } from 'node:util';
import { type CommandOption, GivenOptions } from './command.ts';
import { cliError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Options that every command has. */
export const commonOptions: { readonly lang: CommandOption; readonly help: CommandOption } = {
  lang: {
    value: 'en|zh',
    help: { en: 'language of the output (default: the locale)', zh: '输出语言（默认取自系统区域设置）' },
  },
  help: { help: { en: 'show this help', zh: '显示本帮助' } },
};

/** A command line that has been taken apart and checked against the options that exist. */
export interface CommandLine {
  readonly options: GivenOptions;
  readonly positionals: readonly string[];
}

function guess(word: string, words: readonly string[], prefix = ''): string {
  const near = nearest(word, words);
  return near === undefined ? '' : ` Did you mean ${prefix}${near}?`;
}

/** Says that a command does not exist, and which was probably meant. */
export function unknownCommand(word: string, words: readonly string[]): Error {
  const hint = guess(word, words) || ` There are: ${words.join(', ')}.`;
  return cliError('MH_CLI_UNKNOWN_COMMAND', `There is no command "${word}".${hint}`);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function checked({ name, rawName, value }: OptionToken, known: Readonly<Record<string, CommandOption>>): string | true {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined || !rawName.startsWith('--'))
    throw cliError('MH_CLI_UNKNOWN_OPTION', `There is no option ${rawName}.${guess(name, Object.keys(known), '--')}`);
  if (option.value === undefined) {
    if (value === undefined) return true;
    throw cliError('MH_CLI_INVALID_VALUE', `${rawName} is a switch: it takes no value.`);
  }
  if (value === undefined || value === '')
    throw cliError('MH_CLI_MISSING_VALUE', `${rawName} needs a value: ${rawName} ${option.value}`);
  return value;
}

/**
 * Takes a command line apart.
 * @throws MH_CLI_UNKNOWN_OPTION with the nearest guess, MH_CLI_MISSING_VALUE, MH_CLI_INVALID_VALUE
 */
export function readCommandLine(args: readonly string[], known: Readonly<Record<string, CommandOption>>): CommandLine {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }> = {};
  for (const [name, { value }] of Object.entries(known))
    options[name] = { type: value === undefined ? 'boolean' : 'string', multiple: true };
  // Not strict, because its own messages know no guesses; a token of kind "option" is checked here.
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
    const value = checked(token, known);
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && value !== true && known[token.name]?.multiple !== true)
      throw cliError('MH_CLI_INVALID_VALUE', `${token.rawName} was given twice.`);
    values.set(token.name, [...before, value]);
  }
  return { options: new GivenOptions(values), positionals };
}

/** A whole number within a range. @throws MH_CLI_INVALID_VALUE */
export function readNumber(
  options: GivenOptions,
  name: string,
  range: { readonly min: number; readonly max: number; readonly unset: number },
): number {
  const text = options.text(name);
  if (text === undefined) return range.unset;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw cliError(
    'MH_CLI_INVALID_VALUE',
    `--${name} is a whole number from ${range.min} to ${range.max}, not "${text}".`,
  );
}
