import { type Check, defineKinds, found } from '../finding.ts';
import { linesFor } from '../remedies.ts';

const kinds = defineKinds('D8', {
  'not-sticky': {
    title: { en: 'Negotiation and connection reach different servers', zh: '协商与连接落在不同的服务器上' },
    means: {
      en: 'With several servers behind a balancer some connections fail at random: "No Connection with that ID".',
      zh: '负载均衡后有多台服务器时，部分连接会随机失败：“No Connection with that ID”。',
    },
    mend: {
      en: 'Make sessions sticky, or let clients connect with skipNegotiation (one request less, too).',
      zh: '启用会话保持，或让客户端使用 skipNegotiation（还能少一次请求）。',
    },
  },
  'sometimes-fails': {
    title: { en: 'Some connections fail', zh: '部分连接失败' },
    means: { en: 'Phones connect at the second or third try.', zh: '手机要尝试两三次才能连上。' },
    mend: {
      en: 'One of the servers behind the balancer is sick: look at each by itself.',
      zh: '负载均衡后有一台服务器异常：请逐台检查。',
    },
  },
});

/** D8: several servers behind one address. */
export const stickiness: Check = {
  kinds,
  look(seen) {
    const tries = seen.tries ?? [];
    const lost = tries.filter(({ status }) => status === 404).length;
    if (lost > 0) {
      const said = {
        en: `${lost} of ${tries.length} connections: 404 for an id that had just been given.`,
        zh: `${tries.length} 次连接中有 ${lost} 次对刚分配的 id 返回 404。`,
      };
      return [found(kinds['not-sticky'], said, linesFor('sticky', seen))];
    }
    const failed = tries.filter(({ negotiated, status }) => !negotiated || status !== 101);
    if (failed.length === 0) return [];
    const how = [
      ...new Set(failed.map(({ status, error, negotiated }) => status ?? error ?? (negotiated ? '?' : 'negotiate'))),
    ].join(', ');
    return [
      found(kinds['sometimes-fails'], {
        en: `${failed.length} of ${tries.length} failed (${how}).`,
        zh: `${tries.length} 次中有 ${failed.length} 次失败（${how}）。`,
      }),
    ];
  },
};
