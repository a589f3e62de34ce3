import { networkInterfaces } from 'node:os';

const defaultPort = 3000;

/** The port that a setting asks for: 3000 without one, `undefined` when it is no port. */
export function readPort(setting: string | undefined): number | undefined {
  if (setting === undefined || setting.trim() === '') return defaultPort;
  const port = Number(setting);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

/**
 * What the demo says when it runs: what to open, in both languages.
 * @param host the address that it listens on; all of the machine's without one
 */
export function greeting(port: number, host: string | undefined): string {
  const isEverywhere = host === undefined || host === '' || host === '0.0.0.0' || host === '::';
  const lines = [
    '',
    '  minihub 演示已启动 · The minihub demo is running',
    '',
    `  在浏览器中打开 · Open in a browser:   http://${isEverywhere ? 'localhost' : toUrlHost(host)}:${port}`,
    ...(isEverywhere ? networkAddresses() : []).map(
      (address) => `  在同一网络的手机上 · On a phone nearby: http://${address}:${port}`,
    ),
    '',
    '  试试开两个窗口聊天 · Try it with two windows',
    '  按 Ctrl+C 停止 · Ctrl+C stops it',
    '',
  ];
  return lines.join('\n');
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
