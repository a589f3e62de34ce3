import { type Check, defineKinds, found } from '../finding.ts';
import { linesFor } from '../remedies.ts';

const kinds = defineKinds('D2', {
  'idle-cut': {
    title: { en: 'A quiet connection is cut', zh: '空闲连接被切断' },
    means: {
      en: 'When nobody writes for a while the page loses its connection, with 1006.',
      zh: '一段时间没有消息，页面就会断线，代码 1006。',
    },
    mend: {
      en: 'Raise the timeout of what stands in front, and send a heartbeat at half the time that was seen.',
      zh: '提高前置代理的超时，并以观察到的时间的一半发送心跳。',
    },
  },
});

/** The heartbeat for a connection that is cut after a silence: half of it, in seconds, at least one. */
export function heartbeatFor(cutAfterMs: number): number {
  return Math.max(1, Math.floor(cutAfterMs / 2000));
}

/** D2: idle connections. */
export const idleCheck: Check = {
  kinds,
  look(seen) {
    const { cutAfterMs, how } = seen.idle ?? {};
    if (cutAfterMs === undefined) return [];
    const seconds = Math.round(cutAfterMs / 1000);
    const beat = heartbeatFor(cutAfterMs);
    const said = {
      en: `Cut after ${seconds} s of silence (${how}). Heartbeat to use: every ${beat} s.`,
      zh: `沉默 ${seconds} 秒后被切断（${how}）。建议心跳间隔：${beat} 秒。`,
    };
    return [found(kinds['idle-cut'], said, linesFor('idle', seen))];
  },
};
