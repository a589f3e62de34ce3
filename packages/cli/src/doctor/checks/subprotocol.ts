import { type Check, defineKinds, found } from '../finding.ts';

const kinds = defineKinds('D5', {
  'subprotocol-not-echoed': {
    title: { en: 'The sub-protocol is not answered', zh: '子协议没有被应答' },
    means: {
      en: 'A client that asks for a sub-protocol and gets none must end the connection; WeChat’s tools and Douyin do.',
      zh: '客户端请求了子协议却没有得到应答时必须断开；微信开发者工具和抖音都会如此。',
    },
    mend: {
      en: 'Let the server choose one of those that are offered (minihub does: `selectSubprotocol`), or do not pass `protocols` to connectSocket.',
      zh: '让服务器从客户端提供的子协议中选择一个（minihub 默认如此：`selectSubprotocol`），或不要给 connectSocket 传 `protocols`。',
    },
  },
  'subprotocol-unasked': {
    title: { en: 'The server answers a sub-protocol that nobody asked for', zh: '服务器应答了未请求的子协议' },
    means: { en: 'Every client must end such a connection.', zh: '所有客户端都必须断开这样的连接。' },
    mend: {
      en: 'Answer Sec-WebSocket-Protocol only with what the client offered.',
      zh: '只应答客户端提供过的 Sec-WebSocket-Protocol。',
    },
  },
});

/** D5: sub-protocols. @see RFC 6455, 4.1, and mini-program.md 2.2 */
export const subprotocol: Check = {
  kinds,
  look({ target, upgrade, withSubprotocol }) {
    const given = upgrade?.answer?.headers.get('sec-websocket-protocol');
    if (upgrade?.answer?.status === 101 && given !== undefined && given !== '')
      return [
        found(kinds['subprotocol-unasked'], {
          en: `"${given}", though none was offered.`,
          zh: `未请求子协议，却应答了“${given}”。`,
        }),
      ];
    const asked = target.subprotocol;
    if (withSubprotocol === undefined || asked === undefined) return [];
    const { answer } = withSubprotocol;
    const echoed = answer?.headers.get('sec-websocket-protocol');
    if (answer?.status === 101 && echoed === asked) return [];
    const came = answer?.status === 101 ? (echoed ?? '-') : `HTTP ${answer?.status ?? withSubprotocol.error}`;
    return [
      found(kinds['subprotocol-not-echoed'], {
        en: `Asked for "${asked}", got ${came}.`,
        zh: `请求“${asked}”，得到 ${came}。`,
      }),
    ];
  },
};
