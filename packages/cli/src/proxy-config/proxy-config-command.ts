import { guess } from '@minihub/command-line';
import { type Command, type CommandRun, type ExitCode, exitCodes } from '../command.ts';
import { cliError } from '../errors.ts';
import { apacheConfiguration } from './apache.ts';
import { caddyConfiguration } from './caddy.ts';
import { haproxyConfiguration } from './haproxy.ts';
import { iisConfiguration } from './iis.ts';
import { nginxConfiguration } from './nginx.ts';
import { type ProxySettings, proxyDefaults, readSettings } from './settings.ts';
import { traefikConfiguration } from './traefik.ts';

/** What configurations there are. */
export const proxies: ReadonlyMap<string, (settings: ProxySettings) => string> = new Map([
  ['nginx', nginxConfiguration],
  ['iis', iisConfiguration],
  ['caddy', caddyConfiguration],
  ['haproxy', haproxyConfiguration],
  ['apache', apacheConfiguration],
  ['traefik', traefikConfiguration],
]);

async function printConfiguration({
  arguments: [name, ...more],
  options,
  io,
  language,
}: CommandRun): Promise<ExitCode> {
  const names = [...proxies.keys()];
  const list = names.join(', ');
  if (name === undefined)
    throw cliError('MH_CLI_MISSING_VALUE', {
      en: `For which proxy? ${list}`,
      zh: `哪种代理？可选：${list}`,
    });
  if (more.length > 0)
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `One proxy at a time: what is "${more[0]}"?`,
      zh: `一次只生成一种代理的配置：“${more[0]}”是什么？`,
    });
  const write = proxies.get(name);
  if (write === undefined) {
    const hint = guess(name, names) ?? { en: `There are: ${list}.`, zh: `可选：${list}。` };
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `There is no configuration for "${name}". ${hint.en}`,
      zh: `没有“${name}”的配置。${hint.zh}`,
    });
  }
  if (name !== 'iis' && options.has('mode'))
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: '--mode is for iis only.',
      zh: '--mode 只用于 iis。',
    });
  const settings = readSettings(options, language);
  if (name !== 'caddy' && settings.automaticTls)
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: '--tls auto is for caddy, which fetches certificates by itself.',
      zh: '--tls auto 只用于 caddy：它会自动申请证书。',
    });
  io.stdout.write(write(settings));
  return exitCodes.healthy;
}

/** `minihub proxy-config`: what to put in front. */
export const proxyConfigCommand: Command = {
  name: 'proxy-config',
  usage: '<nginx|iis|caddy|haproxy|apache|traefik> [options]',
  summary: { en: 'print a complete configuration for a proxy in front', zh: '输出前置代理的完整配置' },
  about: [
    {
      en: 'Prints a complete, commented configuration that lets WebSockets, server-sent events and long polling through: upgrades, silence, no buffering, TLS as phones want it. It writes no file; the first lines say where it belongs and how to load it.',
      zh: '输出带注释的完整配置，使 WebSocket、SSE 与长轮询都能通过：升级、空闲时间、不缓冲、手机要求的 TLS。它不写文件；开头几行说明放在哪里、如何加载。',
    },
  ],
  options: {
    upstream: {
      value: 'URL',
      help: {
        en: `where the Node server listens (default ${proxyDefaults.upstream})`,
        zh: `Node 服务的地址（默认 ${proxyDefaults.upstream}）`,
      },
    },
    path: {
      value: '/PATH',
      help: { en: 'only what is below this path (default: everything)', zh: '只转发该路径之下的请求（默认全部）' },
    },
    'server-name': {
      value: 'HOST',
      help: { en: `the domain (default ${proxyDefaults.serverName})`, zh: `域名（默认 ${proxyDefaults.serverName}）` },
    },
    port: {
      value: 'PORT',
      help: {
        en: 'where the proxy listens (default 443 with --tls, else 80)',
        zh: '代理监听的端口（有 --tls 时默认 443，否则 80）',
      },
    },
    tls: {
      value: 'CERT,KEY',
      help: {
        en: 'certificate with its full chain, and its key; auto for Caddy’s own',
        zh: '含完整链的证书，以及私钥；auto 表示由 Caddy 自动申请',
      },
    },
    idle: {
      value: 'SECONDS',
      help: {
        en: `silence allowed on a connection (default ${proxyDefaults.idleS})`,
        zh: `连接允许的空闲时间（默认 ${proxyDefaults.idleS}）`,
      },
    },
    mode: {
      value: 'arr|httpplatform',
      help: {
        en: 'iis: reverse proxy by URL Rewrite and ARR (default), or a Node process that IIS runs',
        zh: 'iis：用 URL Rewrite + ARR 反向代理（默认），或由 IIS 运行 Node 进程',
      },
    },
  },
  examples: [
    {
      line: 'minihub proxy-config nginx --server-name chat.example.com --tls /etc/ssl/fullchain.pem,/etc/ssl/key.pem',
      does: { en: 'nginx with TLS', zh: '带 TLS 的 nginx' },
    },
    {
      line: 'minihub proxy-config iis --path /hub > web.config',
      does: { en: 'IIS as a reverse proxy for one path', zh: 'IIS 反向代理某个路径' },
    },
    {
      line: 'minihub proxy-config iis --mode httpplatform > web.config',
      does: { en: 'IIS runs the Node process itself', zh: '由 IIS 直接运行 Node 进程' },
    },
  ],
  run: printConfiguration,
};
