import { isIP } from 'node:net';
import type { GivenOptions, Language, Text } from '@minihub/command-line';
import { readNumber } from '../command-line.ts';
import { cliError } from '../errors.ts';

/** What a configuration is made from. All of it has been checked: it goes into files as it is. */
export interface ProxySettings {
  readonly language: Language;
  readonly upstream: { readonly host: string; readonly port: number };
  /** Where the endpoint is, `/` for everything. */
  readonly path: string;
  /** How long a connection may be silent, in seconds. */
  readonly idleS: number;
  /** The name that clients connect to. */
  readonly serverName: string;
  /** Where the proxy listens. */
  readonly port: number;
  /** The proxy fetches a certificate for the name by itself. */
  readonly automaticTls: boolean;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly mode: 'arr' | 'httpplatform';
}

/** The defaults of `minihub proxy-config`. */
export const proxyDefaults = {
  upstream: 'http://127.0.0.1:3000',
  path: '/',
  /** In seconds. Range 1 to 86_400. */
  idleS: 3_600,
  serverName: 'chat.example.com',
} as const;

function readUpstream(text: string): ProxySettings['upstream'] {
  const address = text.includes('://') ? text : `http://${text}`;
  const parts = /^http:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})\/?$/.exec(address);
  const port = Number(parts?.[2]);
  if (parts === null || port < 1 || port > 65_535)
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `--upstream is an address like http://127.0.0.1:3000, not "${text}".`,
      zh: `--upstream 是形如 http://127.0.0.1:3000 的地址，而不是“${text}”。`,
    });
  return { host: parts[1] ?? '', port };
}

function readPath(text: string): string {
  if (/^\/[A-Za-z0-9._~/-]*$/.test(text) && !text.includes('//'))
    return text.length > 1 ? text.replace(/\/$/, '') : text;
  throw cliError('MH_CLI_INVALID_VALUE', {
    en: `--path begins with a slash and has no spaces or wildcards, as /hub; not "${text}".`,
    zh: `--path 以斜杠开头，不含空格和通配符，如 /hub；而不是“${text}”。`,
  });
}

function readName(text: string): string {
  if (/^(?!-)[A-Za-z0-9.-]{1,253}$/.test(text) || isIP(text) !== 0) return text.toLowerCase();
  throw cliError('MH_CLI_INVALID_VALUE', {
    en: `--server-name is a domain name, as chat.example.com; not "${text}".`,
    zh: `--server-name 是域名，如 chat.example.com；而不是“${text}”。`,
  });
}

/** The value of `--tls` for proxies that fetch certificates. */
const automatic = 'auto';

function readTls(text: string | undefined): Pick<ProxySettings, 'tls'> {
  if (text === undefined || text === automatic) return {};
  const [certificate = '', key = '', ...more] = text.split(',');
  const isPath = (file: string): boolean => /^[A-Za-z0-9._~/\\: @+-]+$/.test(file) && !file.startsWith('-');
  if (more.length === 0 && isPath(certificate) && isPath(key)) return { tls: { certificate, key } };
  throw cliError('MH_CLI_INVALID_VALUE', {
    en: `--tls is the certificate (full chain) and its key: CERT.pem,KEY.pem; not "${text}".`,
    zh: `--tls 是证书（完整链）与私钥：CERT.pem,KEY.pem；而不是“${text}”。`,
  });
}

function readMode(text: string | undefined): ProxySettings['mode'] {
  if (text === undefined || text === 'arr' || text === 'httpplatform') return text ?? 'arr';
  throw cliError('MH_CLI_INVALID_VALUE', {
    en: `--mode is arr or httpplatform, not "${text}".`,
    zh: `--mode 为 arr 或 httpplatform，而不是“${text}”。`,
  });
}

/** Reads and checks what was given. @throws MH_CLI_INVALID_VALUE */
export function readSettings(given: GivenOptions, language: Language): ProxySettings {
  const tls = readTls(given.text('tls'));
  return {
    language,
    upstream: readUpstream(given.text('upstream') ?? proxyDefaults.upstream),
    path: readPath(given.text('path') ?? proxyDefaults.path),
    idleS: readNumber(given, 'idle', { min: 1, max: 86_400, unset: proxyDefaults.idleS }),
    serverName: readName(given.text('server-name') ?? proxyDefaults.serverName),
    port: readNumber(given, 'port', { min: 1, max: 65_535, unset: given.text('tls') === undefined ? 80 : 443 }),
    automaticTls: given.text('tls') === automatic,
    ...tls,
    mode: readMode(given.text('mode')),
  };
}

/** A path as a regular expression: of what paths may hold, only the dot means something there. */
export function asPattern(path: string): string {
  return path.replaceAll('.', '\\.');
}

/** A comment of a configuration in the language that was asked for. */
export function remark({ language }: ProxySettings, text: Text, mark = '#'): string {
  return `${mark} ${text[language]}`;
}

/** What a person should know who has not given a certificate. */
export const needsTls: Text = {
  en: 'Without TLS no phone connects: give --tls CERT,KEY, or put this behind something that has it.',
  zh: '没有 TLS 手机无法连接：请加 --tls 证书,私钥，或放在已有 TLS 的服务之后。',
};
