import { same } from '@minihub/command-line';
import { type Check, defineKinds, found } from '../finding.ts';
import { isOpen } from '../observations.ts';

const kinds = defineKinds('D6', {
  'compression-breaks': {
    title: { en: 'A client that offers compression fails', zh: '客户端提供压缩时连接失败' },
    means: {
      en: 'Browsers and WeChat’s tools always offer permessage-deflate, phones with `perMessageDeflate: true`.',
      zh: '浏览器和开发者工具总会提供 permessage-deflate，手机在 `perMessageDeflate: true` 时提供。',
    },
    mend: {
      en: 'Ignore the extension, or implement it whole. In IIS with ARR remove the request header Sec-WebSocket-Extensions.',
      zh: '忽略该扩展，或完整实现它。IIS + ARR 中请移除请求头 Sec-WebSocket-Extensions。',
    },
  },
  'compression-unasked': {
    title: { en: 'The server compresses though nobody asked', zh: '未请求压缩，服务器却启用了压缩' },
    means: {
      en: 'Phones do not offer compression by default and end such a connection.',
      zh: '手机默认不提供压缩，会断开这样的连接。',
    },
    mend: {
      en: 'Answer Sec-WebSocket-Extensions only when the client offers it.',
      zh: '只有客户端提供时才应答 Sec-WebSocket-Extensions。',
    },
  },
});

/** D6: permessage-deflate. @see RFC 7692 */
export const compression: Check = {
  kinds,
  look({ upgrade, withCompression, messages, compressedMessages }) {
    const extensions = upgrade?.answer?.headers.get('sec-websocket-extensions');
    if (isOpen(upgrade) && extensions !== undefined && extensions !== '')
      return [found(kinds['compression-unasked'], same(extensions))];
    if (withCompression !== undefined && !isOpen(withCompression)) {
      const came =
        withCompression.answer === undefined ? withCompression.error : `HTTP ${withCompression.answer.status}`;
      return [
        found(kinds['compression-breaks'], same(`Sec-WebSocket-Extensions: permessage-deflate → ${came ?? '?'}`)),
      ];
    }
    const lost = compressedMessages?.failed ?? compressedMessages?.refusal;
    // Where plain messages fail as well, compression is not to blame.
    if (lost === undefined || messages?.failed !== undefined || messages?.refusal !== undefined) return [];
    const how = typeof lost === 'string' ? lost : `${lost.bytes} B: ${lost.how}`;
    return [
      found(kinds['compression-breaks'], {
        en: `Agreed on, but a compressed message fails (${how}).`,
        zh: `协商成功，但压缩消息失败（${how}）。`,
      }),
    ];
  },
};
