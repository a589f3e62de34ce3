import { type ClientError, type ClientErrorCode, clientError } from '../errors.ts';

/**
 * When it makes sense to try again: `no` (a person has to change something), `yes`, `slowly` (it will rarely help),
 * `after-close` (when another socket has been closed), `on-show` (when the mini program is in the foreground again).
 */
export type FailureRetry = 'no' | 'yes' | 'slowly' | 'after-close' | 'on-show';

// The first row that matches counts: the domain list's words come before the general ones.
const patterns: readonly (readonly [RegExp, ClientErrorCode])[] = [
  [/domain list/i, 'MH_CLIENT_DOMAIN_NOT_LISTED'],
  [/check url/i, 'MH_CLIENT_DOMAIN_CHECK_FAILED'],
  [/max concurrent/i, 'MH_CLIENT_SOCKET_LIMIT'],
  [/interrupted/i, 'MH_CLIENT_BACKGROUND'],
  [/invalid url|is not valid/i, 'MH_CLIENT_INVALID_URL'],
  [/invalid http status|code:\s*20\b|response code|server response/i, 'MH_CLIENT_HANDSHAKE_REFUSED'],
  [/sec-websocket-(protocol|accept)/i, 'MH_CLIENT_SUBPROTOCOL'],
  [/tls|ssl|code:\s*8\b|errCode\W+1004(?!.*code:)|certificate|UNABLE_TO_VERIFY/i, 'MH_CLIENT_TLS'],
  [/runtime invalidated/i, 'MH_CLIENT_TOOLS'],
  [/not exist|not OPEN|未完成的操作/i, 'MH_CLIENT_SOCKET_DEAD'],
  [
    /refused|-1004\b|未能连接|未能完成|not connected|abort|time(d )?\s?-?out|超时|stream end|abnormal/i,
    'MH_CLIENT_NETWORK',
  ],
];

/** Finds the code for the platform's own words (`errMsg`, or the reason of a close). Never fails. */
export function classifyFailure(errMsg: string): ClientError {
  for (let i = 0; i < patterns.length; i++) {
    const row = patterns[i] as (typeof patterns)[number];
    if (row[0].test(errMsg)) return clientError(row[1], errMsg);
  }
  return clientError('MH_CLIENT_SOCKET_FAILED', errMsg);
}

/** What to do about a failure. */
export interface FailureAdvice {
  readonly retry: FailureRetry;
  readonly en: string;
  readonly zh: string;
}

// Kept apart from the patterns, so that who does not show advice does not ship it.
const advice: { readonly [Code in ClientErrorCode]?: FailureAdvice } = {
  MH_CLIENT_DOMAIN_NOT_LISTED: {
    retry: 'no',
    en: 'Add the exact host (no parent domain, no port) to the socket domains in the mini program console; reopen the mini program.',
    zh: '请在小程序后台「开发设置 - 服务器域名」的 socket 合法域名中加入该域名（需完整子域名，不带端口），然后重新打开小程序。',
  },
  MH_CLIENT_DOMAIN_CHECK_FAILED: {
    retry: 'yes',
    en: 'The platform could not load its domain list, mostly for a moment; try again.',
    zh: '平台暂时没有取到域名白名单，稍后重试即可。',
  },
  MH_CLIENT_SOCKET_LIMIT: {
    retry: 'after-close',
    en: 'A mini program may have five sockets. Close one, or share one connection between pages.',
    zh: '小程序最多同时存在 5 个 WebSocket 连接。请关闭不用的连接，或让各页面共用一个连接。',
  },
  MH_CLIENT_INVALID_URL: {
    retry: 'no',
    en: 'Use an absolute wss:// address without spaces; on a phone neither an IP address nor localhost will do.',
    zh: '请使用完整的 wss:// 地址；真机上不能使用 IP 或 localhost。',
  },
  MH_CLIENT_HANDSHAKE_REFUSED: {
    retry: 'slowly',
    en: 'The answer to the handshake was not 101: check the path, redirects, and that the proxy passes Upgrade and Connection.',
    zh: '握手没有得到 101：请检查路径、是否有跳转，以及反向代理是否转发了 Upgrade 和 Connection 头。',
  },
  MH_CLIENT_SUBPROTOCOL: {
    retry: 'no',
    en: 'The server must choose one of the offered subprotocols; offer none if it knows none.',
    zh: '服务端必须在响应中选择一个所请求的子协议；如果服务端不支持，请不要传 protocols。',
  },
  MH_CLIENT_TLS: {
    retry: 'slowly',
    en: 'Check that the certificate is valid, names this host, and is sent with its intermediate; TLS 1.2 or later.',
    zh: '请检查证书是否过期、域名是否匹配、中间证书是否完整，并启用 TLS 1.2 以上。',
  },
  MH_CLIENT_NETWORK: {
    retry: 'yes',
    en: 'The network or the server is away; try again with a growing delay.',
    zh: '网络或服务器暂时不可用，请逐步延长间隔后重试。',
  },
  MH_CLIENT_CONNECT_TIMEOUT: {
    retry: 'yes',
    en: 'The handshake took too long; try again, and check what stands before the server.',
    zh: '握手超时，请重试，并检查服务器前面的代理或防火墙。',
  },
  MH_CLIENT_BACKGROUND: {
    retry: 'on-show',
    en: 'The system cuts sockets about five seconds after the mini program is hidden; connect again in onShow.',
    zh: '小程序进入后台约 5 秒后连接会被系统断开，请在 onShow 时重新连接。',
  },
  MH_CLIENT_SOCKET_DEAD: {
    retry: 'yes',
    en: 'The socket died without a word; open a new one.',
    zh: '连接已经失效但平台没有通知，请重新建立连接。',
  },
  MH_CLIENT_SILENT: {
    retry: 'yes',
    en: 'Nothing arrives any more; the class has given the socket up. Open a new one.',
    zh: '长时间没有收到任何数据，连接视为已断开，请重新建立连接。',
  },
  MH_CLIENT_CLOSE_TIMEOUT: {
    retry: 'yes',
    en: 'The platform never confirmed the close; the socket counts as gone.',
    zh: '平台没有确认关闭，连接视为已断开。',
  },
  MH_CLIENT_TOOLS: {
    retry: 'no',
    en: 'The developer tools reloaded the mini program; nothing is to be done.',
    zh: '开发者工具重新加载了小程序，无需处理。',
  },
};

const noAdvice: FailureAdvice = {
  retry: 'yes',
  en: "See the platform's own message.",
  zh: '请查看平台返回的错误信息。',
};

/** What a developer can do about an error with this code, in English and Chinese, and whether to try again. */
export function adviseOnFailure(code: string): FailureAdvice {
  return (advice as { readonly [code: string]: FailureAdvice | undefined })[code] ?? noAdvice;
}
