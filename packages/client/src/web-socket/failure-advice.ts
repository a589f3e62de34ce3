import type { ClientErrorCode } from '../errors.ts';

/**
 * When it makes sense to try again: `no` (a person has to change something), `yes`, `slowly` (it will rarely help),
 * `after-close` (when another socket has been closed), `on-show` (when the mini program is in the foreground again).
 */
export type FailureRetry = 'no' | 'yes' | 'slowly' | 'after-close' | 'on-show';

/** What to do about a failure. */
export interface FailureAdvice {
  readonly retry: FailureRetry;
  readonly en: string;
  readonly zh: string;
}

// Apart from the classes, so that who does not show advice does not ship it.
const advice: { readonly [Code in ClientErrorCode]: FailureAdvice } = {
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
    en: 'Nothing arrives any more; the socket has been given up. A hub connection opens a new one by itself; with the WebSocket class, open one.',
    zh: '长时间没有收到任何数据，连接视为已断开。Hub 连接会自动重连；使用 WebSocket 类时请重新建立连接。',
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
  MH_CLIENT_INVALID_OPTION: {
    retry: 'no',
    en: 'Correct the option that the message names.',
    zh: '请修正错误信息中提到的选项。',
  },
  MH_CLIENT_UNSUPPORTED_PLATFORM: {
    retry: 'no',
    en: 'Pass the native object (wx, my, tt…) or a WebSocket class as `platform`, and `http` where the host has none.',
    zh: '请把原生对象（wx、my、tt 等）或 WebSocket 类作为 `platform` 传入；宿主不能发送 HTTP 请求时还需传入 `http`。',
  },
  MH_CLIENT_CLOSED_EARLY: {
    retry: 'yes',
    en: 'The connection was closed before it was open; nothing is to be done.',
    zh: '连接在建立之前就被关闭，无需处理。',
  },
  MH_CLIENT_SOCKET_FAILED: {
    retry: 'yes',
    en: "Not a known error: see the platform's own words in the message.",
    zh: '未知错误，请查看平台返回的错误信息。',
  },
  MH_CLIENT_HTTP: {
    retry: 'yes',
    en: 'Negotiation uses HTTP: add the host to the request domains too, or pass `negotiate: false`; check the path.',
    zh: '协商使用 HTTP：请把域名也加入 request 合法域名，或设置 `negotiate: false`；并检查路径。',
  },
  MH_CLIENT_UNAUTHORIZED: {
    retry: 'no',
    en: 'The server refused the token twice: log in again, and let `accessToken` be a function that gives a fresh one.',
    zh: '服务端两次拒绝了令牌：请重新登录，并让 `accessToken` 是一个返回新令牌的函数。',
  },
  MH_CLIENT_NEGOTIATE: {
    retry: 'slowly',
    en: 'The address is not that of a SignalR hub, or the hub offers no transport that the client has.',
    zh: '该地址不是 SignalR hub，或 hub 没有提供客户端支持的传输方式。',
  },
  MH_CLIENT_HUB_HANDSHAKE: {
    retry: 'slowly',
    en: 'Both sides must have the hub protocol (JSON or MessagePack); without negotiation, check that the path is that of a hub.',
    zh: '两端必须使用同一种 hub 协议（JSON 或 MessagePack）；不协商时请确认路径是 hub 的路径。',
  },
  MH_CLIENT_PROTOCOL: {
    retry: 'slowly',
    en: 'Something between client and server changes the messages, or the server is no SignalR hub.',
    zh: '中间环节改动了消息，或服务端不是 SignalR hub。',
  },
  MH_CLIENT_SERVER_CLOSED: {
    retry: 'yes',
    en: 'The server ended the connection: see its log. It comes back by itself where the server allows it.',
    zh: '服务端主动结束了连接，请查看服务端日志；服务端允许时会自动重连。',
  },
  MH_CLIENT_RESUME_REFUSED: {
    retry: 'yes',
    en: 'Away for longer than the server keeps a connection, or it was restarted: load again what was missed. A longer window on the server helps.',
    zh: '离开时间超过了服务端的保留时间，或服务端已重启：请重新加载错过的内容。可在服务端延长保留时间。',
  },
  MH_CLIENT_CONNECTION_LOST: {
    retry: 'no',
    en: 'Whether the call was carried out is unknown: ask the server before repeating it, or make it safe to repeat.',
    zh: '无法确定调用是否已执行：请先向服务端确认，或让调用可以安全地重复。',
  },
  MH_CLIENT_CLOSED: {
    retry: 'no',
    en: 'The program closed the connection itself; `start()` opens it again.',
    zh: '连接由程序自己关闭；调用 `start()` 可重新打开。',
  },
  MH_CLIENT_NOT_CONNECTED: {
    retry: 'yes',
    en: "Wait for 'connected', or let calls wait with `whileAway: 'queue'`. The call was not sent.",
    zh: "请等待 'connected' 状态，或使用 `whileAway: 'queue'` 让调用排队。该调用没有发送。",
  },
  MH_CLIENT_QUEUE_FULL: {
    retry: 'yes',
    en: 'Too much waits for the connection: send less while away, or raise `maxQueuedBytes`. The call was not sent.',
    zh: '等待发送的数据过多：请在离线时少发，或提高 `maxQueuedBytes`。该调用没有发送。',
  },
  MH_CLIENT_QUEUE_EXPIRED: {
    retry: 'yes',
    en: 'No connection within `maxQueuedMs`; the call was not sent and may be repeated.',
    zh: '在 `maxQueuedMs` 内没有连接；该调用没有发送，可以重复。',
  },
  MH_CLIENT_INVOCATION_FAILED: {
    retry: 'no',
    en: "The hub method failed: the message is the server's. Details are in the server's log.",
    zh: 'Hub 方法执行失败：错误信息来自服务端，详情见服务端日志。',
  },
  MH_CLIENT_CANCELED: {
    retry: 'no',
    en: 'The program cancelled the call itself.',
    zh: '调用由程序自己取消。',
  },
  MH_CLIENT_INVOCATION_TIMEOUT: {
    retry: 'no',
    en: 'No answer within `timeoutMs`; the server may still carry the call out.',
    zh: '在 `timeoutMs` 内没有收到应答；服务端仍可能执行该调用。',
  },
  MH_CLIENT_OPTION_FAILED: {
    retry: 'yes',
    en: 'Your own `url`, `accessToken` or `http` function failed: the message is what it threw. It is asked again.',
    zh: '您提供的 `url`、`accessToken` 或 `http` 函数失败：错误信息是它抛出的内容。稍后会再次调用。',
  },
  MH_CLIENT_LIMIT: {
    retry: 'no',
    en: 'Read the stream faster, or raise the limit that the message names.',
    zh: '请更快地读取流，或提高错误信息中提到的限制。',
  },
};

/** What a developer can do about an error with this code, in English and Chinese, and whether to try again. */
export function adviseOnFailure(code: string): FailureAdvice {
  const known = advice as { readonly [code: string]: FailureAdvice | undefined };
  return known[code] ?? advice.MH_CLIENT_SOCKET_FAILED;
}
