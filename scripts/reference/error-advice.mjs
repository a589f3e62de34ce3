import { wechatAdvice } from './error-advice-wechat.mjs';

/** @typedef {{ retry: 'yes' | 'later' | 'no', en: string, zh: string }} Advice */

/**
 * Whether trying again helps, and what to do, for every code but the client's, whose advice
 * is in its package (`adviseOnFailure`): `errors.mjs` fails on a code without a line, and
 * on a line without a code.
 * @type {Readonly<Record<string, Advice>>}
 */
export const advice = {
  MH_SERVER_HUB_ERROR: {
    retry: 'no',
    en: 'Show the message: the hub’s author wrote it for the caller.',
    zh: '把消息展示给用户：这是 hub 作者写给调用方的。',
  },
  MH_SERVER_INVALID_OPTION: {
    retry: 'no',
    en: 'Correct the option that the message names.',
    zh: '修正消息中指出的选项。',
  },
  MH_SERVER_INVALID_HUB: {
    retry: 'no',
    en: 'Correct the definition that the message names.',
    zh: '修正消息中指出的定义。',
  },
  MH_SERVER_PATH_TAKEN: { retry: 'no', en: 'Map each path once.', zh: '每个路径只映射一次。' },
  MH_SERVER_UNKNOWN_HUB: { retry: 'no', en: 'Call `map` before `hub`.', zh: '先调用 `map` 再调用 `hub`。' },
  MH_SERVER_CLOSED: { retry: 'no', en: 'Make a new server.', zh: '创建新的服务器。' },
  MH_SERVER_UNAUTHORIZED: { retry: 'yes', en: 'Get a new token, then connect again.', zh: '获取新令牌后重新连接。' },
  MH_SERVER_FORBIDDEN: {
    retry: 'no',
    en: 'This user may not: log in as another, or change what `authorize` says.',
    zh: '该用户无权访问：换用户登录，或调整 `authorize`。',
  },
  MH_SERVER_UNAVAILABLE: {
    retry: 'later',
    en: 'What `authenticate` asks is down or slow: mend that. Clients come back by themselves.',
    zh: '`authenticate` 所依赖的服务不可用或太慢：请修复它。客户端会自行回来。',
  },
  MH_SERVER_CONNECTION_NOT_FOUND: {
    retry: 'no',
    en: 'The client has gone; address users or groups rather than ids that you keep.',
    zh: '客户端已离开；尽量按用户或组发送，而不是保存连接 id。',
  },
  MH_SERVER_CONNECTION_LOST: {
    retry: 'no',
    en: 'Stop working for that client; it may come back with a new id.',
    zh: '停止为该客户端工作；它可能以新的 id 回来。',
  },
  MH_SERVER_ASK_TIMEOUT: {
    retry: 'yes',
    en: 'Ask again, or give it a longer `timeoutMs`.',
    zh: '再问一次，或加大 `timeoutMs`。',
  },
  MH_SERVER_ASK_CANCELED: {
    retry: 'no',
    en: 'Nothing: your signal cancelled it.',
    zh: '无需处理：由你的 signal 取消。',
  },
  MH_SERVER_ASK_FAILED: { retry: 'no', en: 'The message is the client’s.', zh: '消息来自客户端。' },
  MH_SERVER_ASK_NOT_ALLOWED: {
    retry: 'later',
    en: 'Ask from a method, or after `connected` has ended.',
    zh: '在方法中询问，或等 `connected` 结束后再问。',
  },
  MH_SERVER_UPLOAD_FAILED: {
    retry: 'yes',
    en: 'The client may upload again; check what it sends.',
    zh: '客户端可以重新上传；检查其发送的内容。',
  },
  MH_SERVER_CLIENT_TIMEOUT: {
    retry: 'yes',
    en: 'Nothing: the client comes back by itself. If it happens often, compare the intervals of both sides.',
    zh: '无需处理：客户端会自行回来。若频繁出现，请核对双方的间隔。',
  },
  MH_SERVER_HANDSHAKE_FAILED: {
    retry: 'no',
    en: 'Compare protocol and version of the client; a scanner looks like this too.',
    zh: '核对客户端的协议与版本；扫描器也会造成此错误。',
  },
  MH_SERVER_CLIENT_CLOSED: { retry: 'no', en: 'The message says why it left.', zh: '消息说明了它离开的原因。' },
  MH_SERVER_RATE_LIMITED: {
    retry: 'later',
    en: 'Wait for as long as the message or `Retry-After` says. On the server: is the rate right for honest clients?',
    zh: '按消息或 `Retry-After` 所示的时间等待。服务器端：该速率对正常客户端是否合适？',
  },
  MH_SERVER_TOO_MANY_CONNECTIONS: {
    retry: 'later',
    en: 'Close connections that are not needed; one of a mini program is enough (`share`).',
    zh: '关闭不需要的连接；小程序一个连接就够（`share`）。',
  },
  MH_SERVER_TOO_MANY_CALLS: {
    retry: 'later',
    en: 'Wait for answers before you call again.',
    zh: '等到应答后再调用。',
  },
  MH_SERVER_SLOW_CLIENT: {
    retry: 'yes',
    en: 'Send less, or choose another policy: see the guide on slow clients.',
    zh: '减少发送，或选择其他策略：见慢客户端指南。',
  },
  MH_SERVER_HANDLER_FAILED: {
    retry: 'no',
    en: 'Mend the handler; `cause` is what it threw.',
    zh: '修复处理函数；`cause` 是它抛出的错误。',
  },
  MH_SERVER_TRANSPORT: {
    retry: 'yes',
    en: 'Nothing: networks break. With `statefulReconnect` nothing is lost.',
    zh: '无需处理：网络会断。使用 `statefulReconnect` 不会丢消息。',
  },
  MH_SERVER_INVALID_FRAME: {
    retry: 'no',
    en: 'Mend the client, or what is between: it does not speak WebSocket. The message says what was wrong.',
    zh: '修复客户端或中间设备：发来的不是合法的 WebSocket 帧，错误消息说明了原因。',
  },
  MH_SERVER_INVALID_PAYLOAD: {
    retry: 'no',
    en: 'Mend the client: texts are UTF-8, bytes go into binary messages.',
    zh: '修复客户端：文本必须是 UTF-8，字节应放在二进制消息中。',
  },
  MH_SERVER_TOO_MANY_FRAGMENTS: {
    retry: 'no',
    en: 'Send a message in fewer frames, or raise `maxFragments`.',
    zh: '减少每条消息的分片数，或调大 `maxFragments`。',
  },
  MH_SERVER_MESSAGE_TOO_LARGE: {
    retry: 'no',
    en: 'Send less at once, or raise `maxMessageBytes`.',
    zh: '减小单条消息，或调大 `maxMessageBytes`。',
  },
  MH_PROTO_INVALID_JSON: {
    retry: 'no',
    en: 'The peer sends something else than the hub protocol.',
    zh: '对端发送的不是 hub 协议。',
  },
  MH_PROTO_INVALID_MSGPACK: {
    retry: 'no',
    en: 'The peer sends something else than MessagePack, or as text.',
    zh: '对端发送的不是 MessagePack，或以文本发送。',
  },
  MH_PROTO_INVALID_UTF8: {
    retry: 'no',
    en: 'Send bytes as `Uint8Array`, and texts as UTF-8.',
    zh: '字节用 `Uint8Array` 发送，文本用 UTF-8。',
  },
  MH_PROTO_INVALID_MESSAGE: {
    retry: 'no',
    en: 'The message says which member is wrong.',
    zh: '消息指出了错误的成员。',
  },
  MH_PROTO_MESSAGE_TOO_LARGE: {
    retry: 'no',
    en: 'Send less at once, or in a stream, or raise `maxMessageBytes`.',
    zh: '减小单条消息、改用流，或提高 `maxMessageBytes`。',
  },
  MH_PROTO_LIMIT_EXCEEDED: {
    retry: 'no',
    en: 'The message says which limit; see the table of limits.',
    zh: '消息指出了哪个限制；见限制表。',
  },
  MH_PROTO_INCOMPLETE: {
    retry: 'yes',
    en: 'The connection broke in the middle of a message: connect again.',
    zh: '连接在消息中途断开：重新连接。',
  },
  MH_PROTO_HANDSHAKE: { retry: 'no', en: 'Compare protocol and version of both sides.', zh: '核对双方的协议与版本。' },
  MH_PROTO_NEGOTIATE: {
    retry: 'no',
    en: 'Is it a hub’s address, or a proxy’s page?',
    zh: '该地址是 hub，还是代理的页面？',
  },
  MH_PROTO_SEQUENCE: {
    retry: 'no',
    en: 'The two sides disagree about what was sent: connect anew.',
    zh: '双方对已发送的内容不一致：重新建立连接。',
  },
  MH_PROTO_UNENCODABLE: {
    retry: 'no',
    en: 'Send values that the protocol has: no functions, no cycles.',
    zh: '只发送协议支持的值：不含函数和循环引用。',
  },
  ...wechatAdvice,
  MH_CLI_UNKNOWN_COMMAND: {
    retry: 'no',
    en: '`minihub help` lists the commands.',
    zh: '`minihub help` 列出所有命令。',
  },
  MH_CLI_UNKNOWN_OPTION: {
    retry: 'no',
    en: '`minihub COMMAND --help` lists the options.',
    zh: '`minihub 命令 --help` 列出所有选项。',
  },
  MH_CLI_MISSING_VALUE: { retry: 'no', en: 'The message names what is missing.', zh: '消息指出缺少什么。' },
  MH_CLI_INVALID_VALUE: { retry: 'no', en: 'The message shows what it looks like.', zh: '消息给出正确的写法。' },
  MH_CLI_UNREADABLE: { retry: 'no', en: 'Check the path and its permissions.', zh: '检查路径与权限。' },
};
