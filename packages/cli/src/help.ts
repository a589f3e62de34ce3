import type { Language, OptionKind } from '@minihub/command-line';
import type { Command } from './command.ts';
import { commonOptions } from './command-line.ts';
import { columnsOf, type Paint, padTo, wrap } from './terminal.ts';

/** How help is written. */
export interface HelpStyle {
  readonly language: Language;
  readonly paint: Paint;
  readonly width: number;
}

const heads = {
  usage: { en: 'Usage', zh: '用法' },
  commands: { en: 'Commands', zh: '命令' },
  options: { en: 'Options', zh: '选项' },
  examples: { en: 'Examples', zh: '示例' },
  about: {
    en: 'Real-time for mini programs on Node.js: looks at a deployed endpoint as a phone does, and writes what stands in front of it.',
    zh: '面向小程序的 Node.js 实时层：以手机的眼光检查已部署的接口，并生成前置代理的配置。',
  },
  more: {
    en: 'minihub <command> --help explains a command, with examples.',
    zh: 'minihub <命令> --help 说明该命令并给出示例。',
  },
} as const;

function rows(entries: readonly (readonly [string, string])[], style: HelpStyle): string[] {
  const left = Math.min(30, Math.max(...entries.map(([name]) => columnsOf(name))));
  return entries.flatMap(([name, text]) => {
    const [first = '', ...rest] = wrap(text, style.width - left - 4);
    const head =
      columnsOf(name) > left
        ? [`  ${style.paint('cyan', name)}`, `${' '.repeat(left + 4)}${first}`]
        : [`  ${style.paint('cyan', padTo(name, left))}  ${first}`];
    return [...head, ...rest.map((line) => ' '.repeat(left + 4) + line)];
  });
}

function optionRow(name: string, { value, help, multiple }: OptionKind, language: Language): readonly [string, string] {
  const again = { en: ' (may be given several times)', zh: '（可多次给出）' }[language];
  return [value === undefined ? `--${name}` : `--${name} ${value}`, help[language] + (multiple ? again : '')];
}

/** The help of one command: what it is for, its options, lines to try. */
export function commandHelp(command: Command, style: HelpStyle): string {
  const { language, paint, width } = style;
  const options = Object.entries({ ...command.options, ...commonOptions });
  const lines = [
    `${paint('bold', heads.usage[language])}: minihub ${command.name} ${command.usage}`,
    ...command.about.flatMap((text) => ['', ...wrap(text[language], width)]),
    '',
    paint('bold', heads.options[language]),
    ...rows(
      options.map(([name, option]) => optionRow(name, option, language)),
      style,
    ),
    '',
    paint('bold', heads.examples[language]),
    ...command.examples.flatMap(({ line, does }) => [`  ${paint('dim', `# ${does[language]}`)}`, `  ${line}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The help of the whole program: the commands that there are. */
export function programHelp(commands: readonly Command[], style: HelpStyle): string {
  const { language, paint, width } = style;
  const lines = [
    `${paint('bold', heads.usage[language])}: minihub <command> [options]`,
    '',
    ...wrap(heads.about[language], width),
    '',
    paint('bold', heads.commands[language]),
    ...rows(
      commands.map(({ name, summary }) => [name, summary[language]] as const),
      style,
    ),
    '',
    ...wrap(heads.more[language], width),
  ];
  return `${lines.join('\n')}\n`;
}
