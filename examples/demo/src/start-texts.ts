import { networkInterfaces } from 'node:os';

const defaultPort = 3000;

/** The port that a setting asks for: 3000 without one, `undefined` when it is no port. */
export function readPort(setting: string | undefined): number | undefined {
  if (setting === undefined || setting.trim() === '') return defaultPort;
  const port = Number(setting);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

/** Where the mini program is shown, or why it is not: a fault, or a server that only WeChat's own users may log in to. */
export type PhonesNote = { readonly url: string } | { readonly error: string } | 'real login';

/**
 * What the demo says when it runs: what to open, in both languages.
 * @param host the address that it listens on; all of the machine's without one
 */
export function greeting(port: number, host: string | undefined, phones: PhonesNote): string {
  const isEverywhere = host === undefined || host === '' || host === '0.0.0.0' || host === '::';
  const lines = [
    '',
    '  minihub 演示已启动 · The minihub demo is running',
    '',
    `  在浏览器中打开 · Open in a browser:   http://${isEverywhere ? 'localhost' : toUrlHost(host)}:${port}`,
    ...(isEverywhere ? networkAddresses() : []).map(
      (address) => `  在同一网络的手机上 · On a phone nearby: http://${address}:${port}`,
    ),
    ...phoneLines(phones),
    '',
    '  试试开两个窗口聊天 · Try it with two windows',
    '  按 Ctrl+C 停止 · Ctrl+C stops it',
    '',
  ];
  return lines.join('\n');
}

function phoneLines(phones: PhonesNote): string[] {
  if (phones === 'real login') {
    return [
      '  设置了 WECHAT_APPID：小程序要用微信登录，请在微信开发者工具中打开 examples/miniprogram',
      '  WECHAT_APPID is set: the mini program logs in by WeChat; open examples/miniprogram in its devtools',
    ];
  }
  if ('url' in phones) return [`  小程序，两部手机 · The mini program:    ${phones.url}`];
  return [`  小程序模拟器没有启动 · The phones of the mini program did not start: ${phones.error}`];
}

/** What to tell whoever started the demo when it cannot start. */
export function whyNotStarted(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return [
      `端口 ${port} 已被占用。换一个端口：PORT=${port + 1} npm start`,
      `Port ${port} is taken. Try another one: PORT=${port + 1} npm start`,
    ].join('\n');
  }
  if (code === 'EACCES') {
    return [
      `没有权限使用端口 ${port}。换一个大于 1023 的端口：PORT=3000 npm start`,
      `You may not use port ${port}. Try one above 1023: PORT=3000 npm start`,
    ].join('\n');
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** An IPv6 address stands in brackets in a URL. */
function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
