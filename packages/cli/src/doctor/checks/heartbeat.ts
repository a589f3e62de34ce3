import { type Check, defineKinds, found } from '../finding.ts';

const kinds = defineKinds('D14', {
  'no-server-ping': {
    severity: 'warning',
    title: { en: 'The server gives no sign of life', zh: '服务器没有任何心跳' },
    means: {
      en: 'Proxies and mobile networks cut what is silent, and the page cannot tell a dead connection from a quiet one.',
      zh: '代理与移动网络会切断沉默的连接，而页面无法区分连接是断了还是安静。',
    },
    mend: {
      en: 'Let the server ping (minihub: keepAliveIntervalMs, pingIntervalMs), or let the mini program send a heartbeat every 25 s.',
      zh: '让服务器发送心跳（minihub：keepAliveIntervalMs、pingIntervalMs），或让小程序每 25 秒发送一次心跳。',
    },
  },
  'closed-by-server': {
    title: { en: 'The connection is closed by the other side', zh: '连接被对方关闭' },
    means: { en: 'The page connects, and loses the connection by itself.', zh: '页面连上之后会自行断开。' },
    mend: {
      en: 'Read the log of the server: a login that it expects (--token, --header), a handshake of its own, a limit, an error.',
      zh: '查看服务器日志：是否要求登录（--token、--header）、等待自定义握手、达到上限或出错。',
    },
  },
});

/** D14: whether the server pings. */
export const heartbeat: Check = {
  kinds,
  look({ listening, idle }) {
    if (listening === undefined || listening.how !== undefined) return [];
    const seconds = Math.round(listening.waitedMs / 1000);
    if (listening.closed === undefined)
      return [
        found(kinds['no-server-ping'], {
          en: `No ping and no message within ${seconds} s.`,
          zh: `${seconds} 秒内没有 ping，也没有消息。`,
        }),
      ];
    // The idle check has seen the same, and knows what to do about it.
    if (idle?.cutAfterMs !== undefined) return [];
    return [
      found(kinds['closed-by-server'], {
        en: `Closed after ${seconds} s (${listening.closed}).`,
        zh: `${seconds} 秒后被关闭（${listening.closed}）。`,
      }),
    ];
  },
};
