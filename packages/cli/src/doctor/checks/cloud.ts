import { same } from '@minihub/command-line';
import { type Check, defineKinds, found } from '../finding.ts';
import { isOpen } from '../observations.ts';

const kinds = defineKinds('D11', {
  'plain-get-fails': {
    severity: 'warning',
    title: { en: 'A GET without Upgrade is not answered', zh: '不带 Upgrade 的 GET 没有正常应答' },
    means: {
      en: 'Health checks of WeChat cloud hosting and of balancers ask so; they take the server for dead, and phones lose their connections.',
      zh: '微信云托管和负载均衡的健康检查就是这样请求的；它们会认为服务已死，手机随之断线。',
    },
    mend: {
      en: 'Answer a plain GET on this path with 200, or with 426 Upgrade Required.',
      zh: '对该路径上的普通 GET 返回 200，或 426 Upgrade Required。',
    },
  },
  'test-domain': {
    severity: 'warning',
    title: { en: 'This is a test domain of the cloud', zh: '这是云平台的测试域名' },
    means: {
      en: 'It is limited, cannot be put into the domain list, and is meant for trials.',
      zh: '测试域名有限制，不能填入服务器域名，仅供试用。',
    },
    mend: {
      en: 'Bind a domain of your own, or connect with wx.cloud.connectContainer.',
      zh: '绑定自己的域名，或使用 wx.cloud.connectContainer 连接。',
    },
  },
});

/** D11: what clouds ask of an endpoint. */
export const cloud: Check = {
  kinds,
  look({ target, plain, upgrade }) {
    const isTest = /\.(run\.tcloudbase\.com|tcloudbaseapp\.com|sh\.run\.tcloudbase\.com)$/.test(target.host);
    const status = plain?.answer?.status;
    const fails = plain !== undefined && isOpen(upgrade) && (status === undefined || status >= 500);
    const said = status === undefined ? (plain?.error ?? '?') : `HTTP ${status}`;
    return [
      ...(isTest ? [found(kinds['test-domain'], same(target.host))] : []),
      ...(fails ? [found(kinds['plain-get-fails'], same(`GET ${target.path.split('?')[0]} → ${said}`))] : []),
    ];
  },
};
