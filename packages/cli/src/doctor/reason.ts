import { same, type Text } from '@minihub/command-line';

/** Why something failed, as the probes say it: these words, or the code that Node.js gives. */
export const reasons = {
  timeout: 'timeout',
  closed: 'closed',
  closedUnanswered: 'closed without an answer',
  notHttp: 'the answer is not HTTP',
  notHttp11: 'the answer is not HTTP/1.1',
  headTooLong: 'the head of the answer does not end',
  noAnswer: 'no answer',
  noHubAnswer: 'no answer to the handshake of the hub',
} as const;

const inChinese: Readonly<Record<string, string>> = {
  [reasons.timeout]: '超时',
  [reasons.closed]: '连接被关闭',
  [reasons.closedUnanswered]: '未应答就关闭了连接',
  [reasons.notHttp]: '应答不是 HTTP',
  [reasons.notHttp11]: '应答不是 HTTP/1.1',
  [reasons.headTooLong]: '应答头没有结束',
  [reasons.noAnswer]: '没有应答',
  [reasons.noHubAnswer]: 'Hub 握手没有应答',
};

const codes: Readonly<Record<string, Text>> = {
  ECONNREFUSED: { en: 'nothing listens there', zh: '没有程序监听' },
  ECONNRESET: { en: 'cut by the other side', zh: '被对方切断' },
  ETIMEDOUT: { en: 'no answer', zh: '没有应答' },
  EHOSTUNREACH: { en: 'no route to it', zh: '路由不可达' },
  ENETUNREACH: { en: 'no route to it', zh: '网络不可达' },
  ENOTFOUND: { en: 'no such name', zh: '没有这个域名' },
  EAI_AGAIN: { en: 'the resolver does not answer', zh: 'DNS 没有应答' },
  ERR_SSL_WRONG_VERSION_NUMBER: { en: 'no TLS on this port', zh: '该端口不是 TLS' },
  EPROTO: { en: 'no TLS on this port', zh: '该端口不是 TLS' },
};

/** A reason in every language; codes with what they mean. What a server said stays as it is. */
export function told(reason: string): Text {
  const [, words = reason, detail] = /^(.+?)(?: \((.*)\))?$/.exec(reason) ?? [];
  const code = Object.hasOwn(codes, reason) ? codes[reason] : undefined;
  if (code !== undefined) return { en: `${reason} (${code.en})`, zh: `${reason}（${code.zh}）` };
  const chinese = Object.hasOwn(inChinese, words) ? inChinese[words] : undefined;
  if (chinese === undefined) return same(reason);
  return { en: reason, zh: detail === undefined ? chinese : `${chinese}（${told(detail).zh}）` };
}
