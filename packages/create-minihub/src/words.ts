import type { Language } from '@minihub/command-line';
import { optionKinds } from './command-line.ts';

/** What `--help` says. */
export function helpText(language: Language): string {
  const names = Object.entries(optionKinds).map(([name, kind]) => ({
    left: `  --${name}${kind.value === undefined ? '' : ` ${kind.value}`}`,
    right: kind.help[language],
  }));
  const width = Math.max(...names.map(({ left }) => left.length)) + 2;
  const options = names.map(({ left, right }) => left.padEnd(width) + right).join('\n');
  return { zh: zhHelp, en: enHelp }[language](options);
}

const zhHelp = (options: string): string => `用法：npm create minihub 文件夹 [-- 选项]

在文件夹里创建一个小项目，不提问：一个聊天服务器（SignalR 协议、zod 校验）、一个连接它的微信小程序、
在模拟手机上运行的测试、Dockerfile 和 README。文件夹用 . 表示当前文件夹。

选项（经 npm 运行时写在 -- 之后）
${options}

示例
  npm create minihub my-app
  npm create minihub my-app -- --typescript
  npm create minihub my-app -- --lang en --name @me/my-app
  npx create-minihub . --no-miniprogram
`;

const enHelp = (options: string): string => `Usage: npm create minihub FOLDER [-- options]

Makes a small project in FOLDER and asks nothing: a chat server (SignalR protocol, arguments checked by zod), a WeChat
mini program that talks to it, tests that run on a simulated phone, a Dockerfile and a README. FOLDER is . for this one.

Options (after -- when npm runs it)
${options}

Examples
  npm create minihub my-app
  npm create minihub my-app -- --typescript
  npm create minihub my-app -- --lang en --name @me/my-app
  npx create-minihub . --no-miniprogram
`;

/** What was made. */
export interface Made {
  /** As it was given. */
  readonly folder: string;
  readonly absoluteFolder: string;
  readonly fileCount: number;
  readonly hasMiniProgram: boolean;
}

function quoted(folder: string): string {
  return /^[\p{L}\p{N}._/\\:@~+-]+$/u.test(folder) ? folder : `"${folder}"`;
}

function steps(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([command]) => [...command].length)) + 3;
  return rows.map(([command, why]) => `  ${why === '' ? command : `${command.padEnd(width)}# ${why}`}`).join('\n');
}

const devtools = {
  zh: (folder: string) => `或者在微信开发者工具里「导入项目」，目录选 ${folder}，AppID 选「测试号」。\n`,
  en: (folder: string) => `Or import ${folder} in WeChat's devtools, with a test app id.\n`,
};

/** What to do next, for somebody who has just made a project. */
export function nextSteps(made: Made, language: Language): string {
  const zh = language === 'zh';
  const cd: [string, string][] = made.folder === '.' ? [] : [[`cd ${quoted(made.folder)}`, '']];
  const phone: [string, string][] = made.hasMiniProgram
    ? [
        [
          'npm run phone',
          zh
            ? '另开一个终端：浏览器里的模拟手机，打开这个小程序'
            : 'in another terminal: the mini program on a simulated phone, in your browser',
        ],
      ]
    : [];
  const rows: [string, string][] = [
    ...cd,
    ['npm install', ''],
    ['npm test', zh ? '在模拟手机上跑一遍' : 'on a simulated phone'],
    ['npm start', zh ? '服务器：ws://127.0.0.1:3000/chat' : 'the server: ws://127.0.0.1:3000/chat'],
    ...phone,
  ];
  const head = zh
    ? `已创建 ${made.absoluteFolder}（${made.fileCount} 个文件）。接下来：`
    : `Made ${made.absoluteFolder} (${made.fileCount} files). Next:`;
  const tail = made.hasMiniProgram ? `\n${devtools[language](made.absoluteFolder)}` : '';
  return `${head}\n\n${steps(rows)}\n${tail}`;
}
