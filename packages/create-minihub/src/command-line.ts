import { parseArgs } from 'node:util';
import { CreateError } from './errors.ts';
import type { Language, Text } from './language.ts';
import { nearest } from './nearest.ts';

type OptionName = 'lang' | 'name' | 'no-miniprogram' | 'force' | 'help' | 'version';

interface OptionKind {
  /** The name of the value in help; none for a switch. */
  readonly value?: string;
  readonly help: Text;
}

/** The options of the command, in the order of its help. */
export const optionKinds: Readonly<Record<OptionName, OptionKind>> = {
  lang: {
    value: 'zh|en',
    help: {
      zh: '页面、注释、README 和本命令使用的语言（默认按系统语言）',
      en: 'language of the pages, the comments, the README and this command (the locale decides)',
    },
  },
  name: {
    value: 'NAME',
    help: { zh: 'package.json 里的名字（默认取文件夹名）', en: 'the name in package.json (that of the folder)' },
  },
  'no-miniprogram': {
    help: { zh: '只要服务器，不要小程序', en: 'the server alone, without a mini program' },
  },
  force: {
    help: {
      zh: '文件夹不为空也写入；同名文件会被替换',
      en: 'writes into a folder that is not empty; files of the same name are replaced',
    },
  },
  help: { help: { zh: '显示这段说明', en: 'this text' } },
  version: { help: { zh: '显示版本', en: 'the version' } },
};

/** What the command line asked for. */
export interface CommandLine {
  readonly folder: string | undefined;
  readonly language: Language | undefined;
  readonly name: string | undefined;
  readonly hasMiniProgram: boolean;
  readonly force: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const optionNames = Object.keys(optionKinds) as OptionName[];

function isOption(name: string): name is OptionName {
  return Object.hasOwn(optionKinds, name);
}

function unknownOption(rawName: string, name: string): CreateError {
  const guess = nearest(name, optionNames);
  const hint = guess === undefined ? 'See --help.' : `Did you mean --${guess}?`;
  return new CreateError('MH_CREATE_UNKNOWN_OPTION', `There is no option ${rawName}. ${hint}`);
}

/** The value of an option, checked for whether there may be one. */
function checkedValue(name: OptionName, value: string | undefined): string {
  const kind = optionKinds[name];
  if (kind.value === undefined) {
    if (value === undefined) return '';
    throw new CreateError('MH_CREATE_INVALID_VALUE', `--${name} is a switch: it takes no value.`);
  }
  if (value === undefined || value === '') {
    throw new CreateError('MH_CREATE_MISSING_VALUE', `--${name} needs a value: --${name} ${kind.value}`);
  }
  return value;
}

function languageFrom(value: string | undefined): Language | undefined {
  if (value === undefined || value === 'zh' || value === 'en') return value;
  throw new CreateError('MH_CREATE_INVALID_VALUE', `--lang is zh or en, not "${value}".`);
}

const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

function nameFrom(value: string | undefined): string | undefined {
  if (value === undefined || (packageName.test(value) && value.length <= 214)) return value;
  const message = `"${value}" is no name for a package: lower-case letters, digits, "-", "." and "_" only.`;
  throw new CreateError('MH_CREATE_INVALID_VALUE', message);
}

/**
 * Reads the arguments of the command.
 * @throws CreateError MH_CREATE_UNKNOWN_OPTION, MH_CREATE_MISSING_VALUE, MH_CREATE_INVALID_VALUE
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const options = Object.fromEntries([
    ...optionNames.map((name) => {
      const { value } = optionKinds[name];
      return [name, { type: value === undefined ? ('boolean' as const) : ('string' as const) }];
    }),
    ['help', { type: 'boolean' as const, short: 'h' }],
  ]);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const found = new Map<OptionName, string>();
  const folders: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') folders.push(token.value);
    if (token.kind !== 'option') continue;
    if (!isOption(token.name)) throw unknownOption(token.rawName, token.name);
    if (found.has(token.name)) throw new CreateError('MH_CREATE_INVALID_VALUE', `--${token.name} was given twice.`);
    found.set(token.name, checkedValue(token.name, token.value));
  }
  if (folders.length > 1) {
    throw new CreateError('MH_CREATE_INVALID_VALUE', `One folder only: ${folders[0]} or ${folders[1]}?`);
  }
  return {
    folder: folders[0] === '' ? undefined : folders[0],
    language: languageFrom(found.get('lang')),
    name: nameFrom(found.get('name')),
    hasMiniProgram: !found.has('no-miniprogram'),
    force: found.has('force'),
    help: found.has('help'),
    version: found.has('version'),
  };
}

/** A name for the package, made of that of its folder. */
export function nameFromFolder(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replaceAll(/^[-._~]+|[-._~]+$/g, '')
    .slice(0, 100);
  return name === '' ? 'my-minihub' : name;
}
