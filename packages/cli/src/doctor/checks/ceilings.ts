import { type Check, defineKinds, found } from '../finding.ts';
import { told } from '../reason.ts';

const kinds = defineKinds('D10', {
  'message-ceiling': {
    title: { en: 'Large messages do not get through', zh: '较大的消息无法通过' },
    means: {
      en: 'The connection works until somebody sends a long message, and then closes.',
      zh: '连接一直正常，直到有人发送长消息，随即断开。',
    },
    mend: {
      en: 'Raise the limit of the server (`maxMessageBytes`) or the platform; where that is fixed (256 KB on SCF and CloudBase) send in pieces. --message-bytes says what must pass.',
      zh: '提高服务器（`maxMessageBytes`）或平台的上限；固定上限（SCF、云开发为 256 KB）时请分片发送。--message-bytes 指定必须通过的大小。',
    },
  },
  'rate-ceiling': {
    title: { en: 'Many messages at once do not get through', zh: '短时间内的多条消息无法全部通过' },
    means: {
      en: 'Bursts, as after a reconnect, lose messages or the connection.',
      zh: '突发消息（如重连之后）会丢失，或导致断开。',
    },
    mend: {
      en: 'Raise the rate limit, or batch on the client (SCF and CloudBase: 10 messages a second per connection). --burst says how many must pass.',
      zh: '提高速率上限，或在客户端合并发送（SCF、云开发每连接每秒 10 条）。--burst 指定必须通过的条数。',
    },
  },
});

/** D10: ceilings on size and rate. */
export const ceilings: Check = {
  kinds,
  look({ messages }) {
    const { failed, burst, passed = [] } = messages ?? {};
    if (failed !== undefined) {
      const largest = passed.at(-1) ?? 0;
      return [
        found(kinds['message-ceiling'], {
          en: `${largest} bytes pass, ${failed.bytes} do not (${told(failed.how).en}).`,
          zh: `${largest} 字节可以通过，${failed.bytes} 字节不行（${told(failed.how).zh}）。`,
        }),
      ];
    }
    if (burst === undefined || burst.answered === burst.sent) return [];
    return [
      found(kinds['rate-ceiling'], {
        en: `Of ${burst.sent} at once ${burst.answered} were answered (${told(burst.how ?? '?').en}).`,
        zh: `同时发送 ${burst.sent} 条，只有 ${burst.answered} 条得到应答（${told(burst.how ?? '?').zh}）。`,
      }),
    ];
  },
};
