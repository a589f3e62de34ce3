import { type Check, defineKinds, type FindingKind, found } from '../finding.ts';
import { isOpen, type Observations } from '../observations.ts';

const mend = {
  en: 'Let requests through that have no Origin and a Referer of https://servicewechat.com/ (nginx: valid_referers none blocked servicewechat.com;).',
  zh: '放行没有 Origin、且 Referer 为 https://servicewechat.com/ 的请求（nginx：valid_referers none blocked servicewechat.com;）。',
};

const kinds = defineKinds('D15', {
  'referer-refused': {
    title: { en: 'WeChat’s Referer is refused', zh: '微信的 Referer 被拒绝' },
    means: {
      en: 'Mini programs always send the Referer of servicewechat.com and cannot change it, so they never connect.',
      zh: '小程序总是携带 servicewechat.com 的 Referer 且不能修改，因此永远连不上。',
    },
    mend,
  },
  'origin-required': {
    title: { en: 'An Origin is required', zh: '要求必须有 Origin' },
    means: {
      en: 'Browsers send an Origin and pass; phones send none and get `Invalid HTTP status`.',
      zh: '浏览器会发送 Origin 因而通过；手机不发送，得到 `Invalid HTTP status`。',
    },
    mend,
  },
});

/** D15: which of the senders are let in, when a phone is not. Only one of the two is named. */
export function senderKind({ upgrade, withoutReferer, withOrigin }: Observations): FindingKind | undefined {
  if (isOpen(upgrade)) return undefined;
  if (isOpen(withoutReferer)) return kinds['referer-refused'];
  return isOpen(withOrigin) ? kinds['origin-required'] : undefined;
}

/** D15: allow-lists of Origin and Referer that shut out phones. */
export const senders: Check = {
  kinds,
  look(seen) {
    const kind = senderKind(seen);
    if (kind === undefined) return [];
    const status = seen.upgrade?.answer?.status ?? seen.upgrade?.error ?? '?';
    const other =
      kind === kinds['referer-refused']
        ? { en: 'without Referer', zh: '不带 Referer' }
        : { en: 'with an Origin', zh: '带上 Origin' };
    return [
      found(kind, { en: `As a phone: ${status}; ${other.en}: 101.`, zh: `手机的请求：${status}；${other.zh}：101。` }),
    ];
  },
};
