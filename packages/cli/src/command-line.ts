import { type GivenOptions, guess, type OptionKind, readNumber as read } from '@minihub/command-line';
import { type CliError, cliError, refuse } from './errors.ts';

/** Options that every command has. */
export const commonOptions: Readonly<Record<'lang' | 'help', OptionKind>> = {
  lang: {
    value: 'en|zh',
    help: { en: 'language of the output (default: the locale)', zh: '输出语言（默认取自系统区域设置）' },
  },
  help: { short: 'h', help: { en: 'show this help', zh: '显示本帮助' } },
};

/** Says that a command does not exist, and which was probably meant. */
export function unknownCommand(word: string, words: readonly string[]): CliError {
  const list = words.join(', ');
  const hint = guess(word, words) ?? { en: `There are: ${list}.`, zh: `可用的命令：${list}。` };
  return cliError('MH_CLI_UNKNOWN_COMMAND', {
    en: `There is no command "${word}". ${hint.en}`,
    zh: `没有命令“${word}”。${hint.zh}`,
  });
}

/** A whole number within a range. @throws MH_CLI_INVALID_VALUE */
export function readNumber(
  options: GivenOptions,
  name: string,
  range: { readonly min: number; readonly max: number; readonly unset: number },
): number {
  return read(options, name, range, refuse);
}
