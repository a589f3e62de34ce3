import { same } from '@minihub/command-line';
import { type Check, defineKinds, found } from '../finding.ts';
import { told } from '../reason.ts';

const kinds = defineKinds('D12', {
  'name-unresolved': {
    title: { en: 'The name has no address', zh: '域名无法解析' },
    means: { en: 'No phone can connect.', zh: '任何手机都无法连接。' },
    mend: { en: 'Add an A record for the name, and wait for its TTL.', zh: '为该域名添加 A 记录，并等待其 TTL 生效。' },
  },
  unreachable: {
    title: { en: 'Nothing answers at this address', zh: '该地址没有应答' },
    means: {
      en: 'No phone can connect: `Connection refused` or `timeout`.',
      zh: '任何手机都无法连接：`Connection refused` 或 `timeout`。',
    },
    mend: {
      en: 'Start the server, open the port in the firewall and in the security group of the cloud.',
      zh: '启动服务，并在防火墙与云服务器安全组中放行端口。',
    },
  },
  'address-dead': {
    title: { en: 'One of the addresses is dead', zh: '部分地址无法连接' },
    means: {
      en: 'Phones that choose that address fail or wait long. When it is the IPv6 one it is "only on iPhones" or "only on mobile data".',
      zh: '选中该地址的手机会失败或长时间等待。若是 IPv6 地址，现象就是“只有 iPhone 不行”或“只有蜂窝网络不行”。',
    },
    mend: {
      en: 'Let the server listen on that address too (`listen [::]:443 ssl;` in nginx), or remove its A or AAAA record.',
      zh: '让服务器也监听该地址（nginx：`listen [::]:443 ssl;`），或删除对应的 A/AAAA 记录。',
    },
  },
});

/** D12: whether every address of the name takes connections. */
export const addressCheck: Check = {
  kinds,
  look({ addresses, lookupError, target }) {
    if (lookupError !== undefined)
      return [
        found(kinds['name-unresolved'], {
          en: `${target.host}: ${told(lookupError).en}`,
          zh: `${target.host}：${told(lookupError).zh}`,
        }),
      ];
    const judged = addresses.filter(({ noRouteHere }) => noRouteHere !== true);
    const dead = judged.filter(({ connected }) => !connected);
    const reasonsOf = (language: 'en' | 'zh'): string =>
      dead.map(({ address, error }) => `${address}: ${told(error ?? '?')[language]}`).join(', ');
    const list = { en: reasonsOf('en'), zh: reasonsOf('zh') };
    if (!addresses.some(({ connected }) => connected))
      return [found(kinds.unreachable, dead.length > 0 ? list : same(target.host))];
    return dead.length > 0 ? [found(kinds['address-dead'], list)] : [];
  },
};
