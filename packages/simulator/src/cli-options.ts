import {
  type GivenOptions,
  type Language,
  type Mistake,
  type OptionKind,
  readArguments,
  readLanguage,
  readNumber,
  type Text,
} from '@minihub/command-line';
import { SimulatorError } from './errors.ts';
import { parseRoute, type Routes } from './routes.ts';

/** What the command line asked for. */
export interface CliOptions {
  readonly dir: string;
  readonly port: number;
  readonly host?: string;
  readonly open: boolean;
  readonly language?: Language;
  /** Where addresses really lead. */
  readonly routes: Routes;
  readonly help: boolean;
}

type OptionName = 'port' | 'host' | 'open' | 'lang' | 'route' | 'help';

const defaultPort = 8088;

/** The options of the command, in the order of its help. */
export const optionKinds: Readonly<Record<OptionName, OptionKind>> = {
  port: {
    value: 'N',
    help: {
      en: `where to listen; 0 takes a free port (${defaultPort})`,
      zh: `监听的端口；0 表示任选一个空闲端口（${defaultPort}）`,
    },
  },
  host: {
    value: 'ADDRESS',
    help: {
      en: 'who can reach it; whoever can may use its relay (127.0.0.1: this machine)',
      zh: '谁能访问；能访问的人也能使用它的转发（127.0.0.1：仅本机）',
    },
  },
  open: { help: { en: 'opens the browser', zh: '打开浏览器' } },
  lang: {
    value: 'zh|en',
    help: {
      en: 'language of the page and of this command (what the browser prefers, and the locale)',
      zh: '页面与本命令的语言（默认：页面随浏览器，命令随系统）',
    },
  },
  route: {
    value: 'FROM=TO',
    multiple: true,
    help: {
      en: 'where an address of the mini program really leads, as often as there are addresses: example.com=127.0.0.1:3000 (all of a host), wss://example.com/chat=ws://127.0.0.1:3000/hub',
      zh: '小程序里的地址实际通向哪里，可多次给出：example.com=127.0.0.1:3000（整个主机），wss://example.com/chat=ws://127.0.0.1:3000/hub',
    },
  },
  help: { short: 'h', help: { en: 'this text', zh: '显示这段说明' } },
};

// One code for all that can be wrong with the command line.
const refuse = (_mistake: Mistake, text: Text): SimulatorError => new SimulatorError('MH_SIM_OPTION', text);

function folderOf(positionals: readonly string[], options: GivenOptions): string {
  const [dir = '', another] = positionals;
  if (another !== undefined)
    throw new SimulatorError('MH_SIM_OPTION', {
      en: `One folder only: ${dir} or ${another}?`,
      zh: `只能有一个文件夹：${dir} 还是 ${another}？`,
    });
  if (dir === '' && !options.has('help'))
    throw new SimulatorError('MH_SIM_OPTION', {
      en: 'Which folder? minihub-simulator DIR. See --help.',
      zh: '哪个文件夹？minihub-simulator 文件夹。请看 --help。',
    });
  return dir;
}

/** Reads the arguments of the command. @throws SimulatorError MH_SIM_OPTION */
export function readCliOptions(args: readonly string[]): CliOptions {
  const { options, positionals } = readArguments(args, optionKinds, refuse);
  const host = options.text('host');
  const language = readLanguage(options, refuse);
  return {
    dir: folderOf(positionals, options),
    port: readNumber(options, 'port', { min: 0, max: 65_535, unset: defaultPort }, refuse),
    ...(host === undefined ? {} : { host }),
    open: options.has('open'),
    ...(language === undefined ? {} : { language }),
    routes: Object.assign({}, ...options.texts('route').map(parseRoute)),
    help: options.has('help'),
  };
}

const about: Readonly<Record<Language, (options: string) => string>> = {
  en: (options) => `Usage: minihub-simulator DIR [options]

Shows the mini program in DIR in a phone's frame in your browser, on a simulated network: hide it, take its
network away, let its connection die silently, skip ten minutes. It loads again when a file changes.

DIR is a folder with app.json, or a project whose project.config.json says where that is (miniprogramRoot).

${options}

Example:
  npx minihub-simulator ./miniprogram --open --route api.example.com=127.0.0.1:3000
`,
  zh: (options) => `用法：minihub-simulator 文件夹 [选项]

在浏览器里的手机框中显示该文件夹里的小程序，并运行在模拟的网络上：切到后台、断开网络、让连接静默失效、快进十分钟。
文件改动后自动重新载入。

文件夹里应有 app.json，或由 project.config.json 的 miniprogramRoot 指明它在哪里。

${options}

示例
  npx minihub-simulator ./miniprogram --open --route api.example.com=127.0.0.1:3000
`,
};

/** What `--help` says. */
export function helpText(language: Language): string {
  const rows = Object.entries(optionKinds).map(([name, { value, help }]) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    right: help[language],
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return about[language](rows.map(({ left, right }) => left.padEnd(width) + right).join('\n'));
}
