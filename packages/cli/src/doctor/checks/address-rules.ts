import { isIP } from 'node:net';
import { same } from '@minihub/command-line';
import { type Check, defineKinds, type Finding, found } from '../finding.ts';

const kinds = defineKinds('D4', {
  'url-insecure': {
    title: { en: 'The address is not wss', zh: '地址不是 wss' },
    means: {
      en: 'A phone refuses ws:// in a released mini program (`url not in domain list`); the tools accept it while "do not verify domains" is ticked.',
      zh: '正式版小程序会拒绝 ws://（`url not in domain list`）；开发者工具勾选“不校验合法域名”时却能连上。',
    },
    mend: { en: 'Put TLS in front of the endpoint and use wss://.', zh: '在接口前面加上 TLS，并使用 wss://。' },
  },
  'url-no-domain': {
    title: { en: 'The host is no domain name', zh: '主机不是域名' },
    means: {
      en: 'An IP address or localhost cannot be entered into the domain list, so a released mini program cannot connect.',
      zh: 'IP 地址和 localhost 不能填入服务器域名，正式版小程序因此无法连接。',
    },
    mend: {
      en: 'Use a domain name with a certificate; in mainland China it needs an ICP filing.',
      zh: '使用带证书的域名；在中国大陆还需要 ICP 备案。',
    },
  },
  'domain-not-listed': {
    title: { en: 'The domain is not in the domain list', zh: '域名不在服务器域名列表中' },
    means: {
      en: 'A phone answers `url not in domain list`. Listing the parent domain does not help: each sub-domain is an entry.',
      zh: '手机上会报 `url not in domain list`。只填父域名无效：每个子域名都要单独填写。',
    },
    mend: {
      en: 'Enter it under mp.weixin.qq.com > Development > Server domains > socket domains, without a path.',
      zh: '在小程序后台 > 开发 > 开发设置 > 服务器域名 > socket 合法域名中填写，不带路径。',
    },
  },
});

function hostOf(entry: string): string {
  return entry
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[:/].*$/, '')
    .toLowerCase();
}

function listFinding(host: string, domains: readonly string[]): readonly Finding[] {
  const hosts = domains.map(hostOf);
  if (domains.length === 0 || hosts.includes(host.toLowerCase())) return [];
  const parent = hosts.find((entry) => host.toLowerCase().endsWith(`.${entry}`));
  const list = domains.join(', ');
  const seen =
    parent === undefined
      ? { en: `${host} is not among ${list}.`, zh: `${list} 中没有 ${host}。` }
      : {
          en: `${host} is not listed; ${parent} is, which is another entry.`,
          zh: `列表中没有 ${host}；虽有 ${parent}，但不包含其子域名。`,
        };
  return [found(kinds['domain-not-listed'], seen)];
}

/** D4: what the domain list of a mini program takes. @see mini-program.md 1.5 */
export const addressRules: Check = {
  kinds,
  look({ target }) {
    const { host, domains, secure, url } = target;
    const noDomain = isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost') || !host.includes('.');
    return [
      ...(secure ? [] : [found(kinds['url-insecure'], same(url))]),
      ...(noDomain ? [found(kinds['url-no-domain'], same(host))] : listFinding(host, domains)),
    ];
  },
};
