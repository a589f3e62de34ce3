import { type Language, type OptionKind, readArguments, readLanguage } from '@minihub/command-line';
import { CreateError, refuse } from './errors.ts';

type OptionName = 'lang' | 'name' | 'typescript' | 'no-miniprogram' | 'force' | 'help' | 'version';

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
  typescript: {
    help: {
      zh: '服务器、页面和测试都用 TypeScript（默认是 JavaScript）',
      en: 'the server, the pages and the tests in TypeScript (JavaScript)',
    },
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
  help: { short: 'h', help: { zh: '显示这段说明', en: 'this text' } },
  version: { help: { zh: '显示版本', en: 'the version' } },
};

/** What the command line asked for. */
export interface CommandLine {
  readonly folder: string | undefined;
  readonly language: Language | undefined;
  readonly name: string | undefined;
  readonly isTypeScript: boolean;
  readonly hasMiniProgram: boolean;
  readonly force: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

function nameFrom(value: string | undefined): string | undefined {
  if (value === undefined || (packageName.test(value) && value.length <= 214)) return value;
  throw new CreateError('MH_CREATE_INVALID_VALUE', {
    en: `"${value}" is no name for a package: lower-case letters, digits, "-", "." and "_" only.`,
    zh: `“${value}”不能作包名：只能用小写字母、数字、“-”、“.”和“_”。`,
  });
}

/**
 * Reads the arguments of the command.
 * @throws CreateError MH_CREATE_UNKNOWN_OPTION, MH_CREATE_MISSING_VALUE, MH_CREATE_INVALID_VALUE
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { options, positionals } = readArguments(args, optionKinds, refuse);
  const [folder = '', another] = positionals;
  if (another !== undefined) {
    throw new CreateError('MH_CREATE_INVALID_VALUE', {
      en: `One folder only: ${folder} or ${another}?`,
      zh: `只能有一个文件夹：${folder} 还是 ${another}？`,
    });
  }
  return {
    folder: folder === '' ? undefined : folder,
    language: readLanguage(options, refuse),
    name: nameFrom(options.text('name')),
    isTypeScript: options.has('typescript'),
    hasMiniProgram: !options.has('no-miniprogram'),
    force: options.has('force'),
    help: options.has('help'),
    version: options.has('version'),
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
