import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type GivenOptions, guess, type OptionKinds } from '@minihub/command-line';
import type { Command, CommandRun, ExitCode } from '../command.ts';
import { exitCodes } from '../command.ts';
import { readNumber } from '../command-line.ts';
import { cliError } from '../errors.ts';
import { widthOf } from '../terminal.ts';
import { appFacts, diagnoseApp } from './app/app-checks.ts';
import { readApp } from './app/read-app.ts';
import { diagnose } from './checks.ts';
import { type DoctorLimits, defaultDoctorLimits } from './defaults.ts';
import { type Examination, examine } from './examine.ts';
import { factsOf } from './facts.ts';
import { fronts } from './front.ts';
import { systemLookup } from './probes/addresses.ts';
import { reasonOf } from './probes/route.ts';
import { Progress } from './progress.ts';
import { type Report, reportJson, reportText } from './report.ts';
import { readPlace } from './target.ts';

const defaults = defaultDoctorLimits;

const options = {
  app: {
    value: 'DIR',
    help: {
      en: 'also (or only) read the code of a mini program: addresses, settings, sockets, sizes, syntax, npm packages',
      zh: '同时（或仅）检查小程序代码：地址、设置、连接、体积、语法、npm 包',
    },
  },
  hub: { help: { en: 'it is a SignalR hub (default: ask it)', zh: '该接口是 SignalR Hub（默认自动识别）' } },
  raw: { help: { en: 'it is a raw WebSocket, no hub', zh: '该接口是原始 WebSocket，而非 Hub' } },
  echo: {
    help: {
      en: 'a raw endpoint that sends everything back: try messages on it',
      zh: '原始接口会回显所有消息：可以对它测试消息',
    },
  },
  token: {
    value: 'TOKEN',
    help: {
      en: 'send "Authorization: Bearer TOKEN"; a JWT is held against the server’s clock',
      zh: '发送 "Authorization: Bearer 令牌"；若为 JWT，会与服务器时钟核对',
    },
  },
  header: { value: '"NAME: VALUE"', multiple: true, help: { en: 'send another header', zh: '附加请求头' } },
  appid: { value: 'WX…', help: { en: 'AppID for the Referer of mini programs', zh: '小程序 Referer 中的 AppID' } },
  protocol: {
    value: 'NAME',
    help: {
      en: 'the sub-protocol that the mini program passes to connectSocket',
      zh: '小程序传给 connectSocket 的子协议',
    },
  },
  domain: {
    value: 'HOST',
    multiple: true,
    help: { en: 'what is entered in the domain list of the mini program', zh: '小程序后台已填写的服务器域名' },
  },
  proxy: {
    value: 'NAME',
    help: {
      en: `what stands in front, when it cannot be recognised: ${Object.keys(fronts).join(', ')}`,
      zh: `无法识别时指明前置代理：${Object.keys(fronts).join('、')}`,
    },
  },
  idle: {
    value: 'SECONDS',
    help: {
      en: 'hold a silent connection so long, and say which heartbeat it needs (try 65, 130, 310)',
      zh: '保持空闲连接的时长，并给出所需心跳（可试 65、130、310）',
    },
  },
  listen: {
    value: 'SECONDS',
    help: {
      en: `how long to wait for the server’s first ping, 0: not (default ${defaults.listenS})`,
      zh: `等待服务器首个心跳的时长，0 为不等（默认 ${defaults.listenS}）`,
    },
  },
  tries: {
    value: 'N',
    help: {
      en: `how often to negotiate and connect (default ${defaults.tries})`,
      zh: `协商并连接的次数（默认 ${defaults.tries}）`,
    },
  },
  burst: {
    value: 'N',
    help: {
      en: `messages at once that must pass (default ${defaults.burst})`,
      zh: `必须同时通过的消息条数（默认 ${defaults.burst}）`,
    },
  },
  'message-bytes': {
    value: 'BYTES',
    help: {
      en: `the largest message that must pass (default ${defaults.messageBytes})`,
      zh: `必须通过的最大消息（默认 ${defaults.messageBytes} 字节）`,
    },
  },
  timeout: {
    value: 'SECONDS',
    help: {
      en: `how long each step may take (default ${defaults.timeoutS})`,
      zh: `每一步的最长用时（默认 ${defaults.timeoutS}）`,
    },
  },
  ca: {
    value: 'FILE',
    multiple: true,
    help: { en: 'trust these roots too (PEM); phones do not', zh: '额外信任的根证书（PEM）；手机并不信任' },
  },
  json: {
    help: {
      en: 'a report for programs, see docs/guide/doctor.md',
      zh: '输出供程序读取的报告，见 docs/guide/doctor.zh-CN.md',
    },
  },
} as const satisfies OptionKinds;

function readLimits(given: GivenOptions): DoctorLimits {
  const number = (name: string, unset: number, max: number, min = 0): number =>
    readNumber(given, name, { min, max, unset });
  return {
    ...defaults,
    timeoutS: number('timeout', defaults.timeoutS, 120, 1),
    listenS: number('listen', defaults.listenS, 120),
    idleS: number('idle', defaults.idleS, 7_200),
    tries: number('tries', defaults.tries, 100),
    burst: number('burst', defaults.burst, 1_000),
    messageBytes: number('message-bytes', defaults.messageBytes, 8_388_608),
  };
}

function readHeader(text: string): readonly [string, string] {
  const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\t\x20-\x7e]*)$/.exec(text);
  if (parts === null)
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `"${text}" is no header. One looks like --header "X-Name: value"`,
      zh: `“${text}”不是请求头。写法如 --header "X-Name: value"`,
    });
  return [parts[1] ?? '', parts[2] ?? ''];
}

function readRoots(files: readonly string[], cwd: string): readonly string[] {
  return files.map((file) => {
    try {
      return readFileSync(resolve(cwd, file), 'utf8');
    } catch (error) {
      const why = reasonOf(error);
      throw cliError('MH_CLI_UNREADABLE', { en: `Cannot read ${file}: ${why}`, zh: `无法读取 ${file}：${why}` }, error);
    }
  });
}

function readFront(name: string | undefined): string | undefined {
  if (name === undefined || Object.hasOwn(fronts, name)) return name;
  const names = Object.keys(fronts);
  const hint = guess(name, names) ?? { en: `There are: ${names.join(', ')}.`, zh: `可选：${names.join('、')}。` };
  throw cliError('MH_CLI_INVALID_VALUE', {
    en: `--proxy: "${name}" is not known. ${hint.en}`,
    zh: `--proxy：没有“${name}”。${hint.zh}`,
  });
}

function readKind(given: GivenOptions): Examination['kind'] {
  if (given.has('hub') && (given.has('raw') || given.has('echo')))
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: 'An endpoint is a hub or raw, not both.',
      zh: '接口要么是 Hub，要么是原始 WebSocket，不能两者都是。',
    });
  if (given.has('hub')) return 'hub';
  return given.has('raw') || given.has('echo') ? 'raw' : 'detect';
}

function examinationOf(url: string, { options: given, io }: CommandRun, onStep: Examination['onStep']): Examination {
  const texts = {
    subprotocol: given.text('protocol'),
    token: given.text('token'),
    proxy: readFront(given.text('proxy')),
  };
  const present = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
  if (texts.token !== undefined && !/^[\x21-\x7e]+$/.test(texts.token))
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: '--token holds characters that no token has.',
      zh: '--token 含有令牌中不会出现的字符。',
    });
  return {
    place: readPlace(url),
    limits: readLimits(given),
    kind: readKind(given),
    echoes: given.has('echo'),
    ...present,
    headers: given.texts('header').map(readHeader),
    appId: given.text('appid') ?? 'wx0000000000000000',
    domains: given.texts('domain'),
    roots: readRoots(given.texts('ca'), io.cwd),
    lookup: io.lookup ?? systemLookup,
    nowMs: Date.now(),
    onStep,
  };
}

async function reportOf(url: string, run: CommandRun): Promise<Report> {
  const progress = new Progress(run.io.stderr, run.language);
  const examination = examinationOf(url, run, (step) => progress.show(step));
  try {
    const seen = await examine(examination);
    return { subject: seen.target.url, facts: factsOf(seen), findings: diagnose(seen) };
  } finally {
    progress.end();
  }
}

function appReport(folder: string, { io, options: given }: CommandRun): Report {
  const seen = readApp(resolve(io.cwd, folder), given.texts('domain'));
  return { subject: folder, facts: appFacts(seen), findings: diagnoseApp(seen) };
}

async function runDoctor(run: CommandRun): Promise<ExitCode> {
  const { io, language, paint, options: given } = run;
  const [url, ...more] = run.arguments;
  const app = given.text('app');
  if (url === undefined && app === undefined)
    throw cliError('MH_CLI_MISSING_VALUE', {
      en: 'Whom shall I look at? minihub doctor wss://example.com/hub',
      zh: '要检查哪个接口？minihub doctor wss://example.com/hub',
    });
  if (more.length > 0)
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `One address at a time: what is "${more[0]}"?`,
      zh: `一次只检查一个地址：“${more[0]}”是什么？`,
    });
  const reports = [
    ...(app === undefined ? [] : [appReport(app, run)]),
    ...(url === undefined ? [] : [await reportOf(url, run)]),
  ];
  const style = { language, paint, width: widthOf(io.stdout) };
  io.stdout.write(given.has('json') ? reportJson(reports, new Date()) : reportText(reports, style));
  return reports.every(({ findings }) => findings.length === 0) ? exitCodes.healthy : exitCodes.findings;
}

/** `minihub doctor`: why it works in the tools and fails on the phone. */
export const doctorCommand: Command = {
  name: 'doctor',
  usage: '[wss://host/path] [--app DIR] [options]',
  summary: {
    en: 'say why an endpoint fails on the phone, and how to mend it',
    zh: '诊断接口为何在手机上失败，并给出修复办法',
  },
  about: [
    {
      en: 'Looks at a deployed WebSocket endpoint as a phone does: addresses, certificate, handshake, sub-protocol, compression, the SignalR hub, message sizes, heartbeat. For each thing that is wrong it says what was seen, what it means on a phone, and the lines that mend it in what stands in front.',
      zh: '以手机的眼光检查已部署的 WebSocket 接口：地址、证书、握手、子协议、压缩、SignalR Hub、消息大小、心跳。对每个问题说明看到了什么、手机上会怎样，以及在前置代理中修复它的配置。',
    },
    {
      en: 'It only looks. Messages are sent to hubs (calls of a method that none has) and, with --echo, to endpoints that send them back. Exit code: 0 healthy, 1 something found, 2 wrong usage.',
      zh: '它只看不改。只会向 Hub（调用不存在的方法）或带 --echo 的回显接口发送消息。退出码：0 健康，1 发现问题，2 用法错误。',
    },
  ],
  options,
  examples: [
    {
      line: 'minihub doctor wss://chat.example.com/hub',
      does: { en: 'the usual look, about half a minute', zh: '常规检查，约半分钟' },
    },
    {
      line: 'minihub doctor wss://chat.example.com/hub --token "$TOKEN" --tries 20',
      does: { en: 'behind a login and a load balancer', zh: '需要登录、且有负载均衡' },
    },
    {
      line: 'minihub doctor wss://chat.example.com/hub --idle 130',
      does: { en: 'whether a proxy cuts it after two quiet minutes', zh: '代理是否会在两分钟空闲后断开' },
    },
    {
      line: 'minihub doctor --app ./miniprogram --domain wss://chat.example.com',
      does: { en: 'the code of a mini program', zh: '检查小程序代码' },
    },
    {
      line: 'minihub doctor wss://chat.example.com/hub --json | jq .healthy',
      does: { en: 'in a script', zh: '在脚本中使用' },
    },
  ],
  run: runDoctor,
};
