import { same } from '@minihub/command-line';
import { type Check, defineKinds, found } from '../finding.ts';
import { told } from '../reason.ts';
import { linesFor } from '../remedies.ts';

const kinds = defineKinds(undefined, {
  'no-websockets-offered': {
    difficulty: 'D7',
    title: { en: 'The hub offers no WebSockets', zh: 'Hub 没有提供 WebSocket' },
    means: {
      en: 'SignalR clients fall back to polling, which mini programs cannot do well: on a phone there is no connection.',
      zh: 'SignalR 客户端会退回轮询，小程序对此支持不佳：手机上表现为连不上。',
    },
    mend: {
      en: 'Switch WebSockets on: in IIS the feature "WebSocket Protocol" (off by default), in Azure App Service the switch "Web sockets", in minihub `webSocket`.',
      zh: '启用 WebSocket：IIS 中是“WebSocket 协议”功能（默认未安装），Azure 应用服务中是“Web 套接字”开关，minihub 中是 `webSocket` 选项。',
    },
  },
  'negotiate-fails': {
    title: { en: 'The hub does not negotiate', zh: 'Hub 协商失败' },
    means: {
      en: 'SignalR clients begin with POST …/negotiate and stop here.',
      zh: 'SignalR 客户端首先发送 POST …/negotiate，到此为止。',
    },
    mend: {
      en: 'Let POST through to the same path, or connect with skipNegotiation. If this is no hub, say --raw.',
      zh: '放行同一路径下的 POST，或使用 skipNegotiation 连接。若不是 Hub，请加 --raw。',
    },
  },
  'hub-handshake-fails': {
    title: { en: 'The hub refuses the SignalR handshake', zh: 'Hub 拒绝 SignalR 握手' },
    means: { en: 'The WebSocket opens, and no message ever comes.', zh: 'WebSocket 能打开，但收不到任何消息。' },
    mend: {
      en: 'Allow the JSON hub protocol; read the log of the server.',
      zh: '启用 JSON Hub 协议，并查看服务器日志。',
    },
  },
});

/** D7, and what else keeps a SignalR client from a hub. */
export const transports: Check = {
  kinds,
  look(seen) {
    const { negotiate, target, messages, upgrade } = seen;
    if (negotiate === undefined) return [];
    const offered = negotiate.transports;
    if (offered !== undefined && !offered.includes('WebSockets'))
      return [
        found(
          kinds['no-websockets-offered'],
          same(`availableTransports: ${offered.join(', ') || '-'}`),
          linesFor('upgrade', seen),
        ),
      ];
    if (negotiate.refusal !== undefined) return [found(kinds['negotiate-fails'], same(negotiate.refusal))];
    const opens = upgrade?.answer?.status === 101;
    if (target.kindIsGiven && opens && offered === undefined && negotiate.redirectUrl === undefined) {
      const came = negotiate.answer === undefined ? (negotiate.error ?? '?') : `HTTP ${negotiate.answer.status}`;
      return [found(kinds['negotiate-fails'], same(`POST ${target.path.split('?')[0]}/negotiate → ${came}`))];
    }
    if (opens && messages?.refusal !== undefined) return [found(kinds['hub-handshake-fails'], told(messages.refusal))];
    return [];
  },
};
