import { resumeCloseCode } from '@minihub/protocol';

/** What is said about a close code, in the two languages of the reference. */
export interface CloseCodeEntry {
  /** The name in RFC 6455, or ours. */
  readonly name: string;
  readonly en: string;
  readonly zh: string;
  /** Whether a client should come back by itself. */
  readonly comeBack: 'yes' | 'no' | 'application';
}

const codes = {
  1000: {
    name: 'Normal Closure',
    en: 'A hub connection ends, for whatever reason: the Close message before it says which. A raw one was closed without a code.',
    zh: 'hub 连接结束（无论何因）：之前的 Close 消息说明原因。原始连接未指定关闭码时也用它。',
    comeBack: 'application',
  },
  1001: {
    name: 'Going Away',
    en: 'The server is closing (raw endpoints).',
    zh: '服务器正在关闭（原始端点）。',
    comeBack: 'yes',
  },
  1002: {
    name: 'Protocol Error',
    en: 'The client broke the rules of WebSockets.',
    zh: '客户端违反了 WebSocket 规则。',
    comeBack: 'no',
  },
  1003: {
    name: 'Unsupported Data',
    en: 'The client sent a kind of data that is not taken.',
    zh: '客户端发送了不被接受的数据类型。',
    comeBack: 'no',
  },
  1007: { name: 'Invalid Payload', en: 'A text is not UTF-8.', zh: '文本不是 UTF-8。', comeBack: 'no' },
  1008: {
    name: 'Policy Violation',
    en: 'More fragments than `maxFragments`; on raw endpoints also a rate limit, with the reason `MH_SERVER_RATE_LIMITED`.',
    zh: '分片超过 `maxFragments`；在原始端点上也用于速率限制，reason 为 `MH_SERVER_RATE_LIMITED`。',
    comeBack: 'no',
  },
  1009: {
    name: 'Message Too Big',
    en: 'A message is larger than `maxMessageBytes` (of a hub: much larger).',
    zh: '消息超过 `maxMessageBytes`（对 hub 而言是远超）。',
    comeBack: 'no',
  },
  1011: {
    name: 'Internal Error',
    en: 'A handler of a raw endpoint threw.',
    zh: '原始端点的处理函数抛出了错误。',
    comeBack: 'yes',
  },
} as const;

/** One of the codes of {@link closeCodes}. Applications have 3000 to 4999 for themselves, but for the one listed. */
export type CloseCode = keyof typeof codes | typeof resumeCloseCode;

/**
 * Every WebSocket close code that the server sends, or means something by. Constants with these numbers have the type
 * {@link CloseCode}, so that none is used that is not here; the page in docs/reference is made from this.
 */
export const closeCodes: Readonly<Record<CloseCode, CloseCodeEntry>> = {
  ...codes,
  [resumeCloseCode]: {
    name: 'Resume',
    en: 'Sent by a client that leaves a socket to come back on another: with stateful reconnect the connection is kept.',
    zh: '由客户端发送：离开当前套接字并换一个回来；启用有状态重连时连接被保留。',
    comeBack: 'yes',
  },
};
