import { same, type Text } from '@minihub/command-line';
import { type Check, defineKinds, type Finding, found } from '../finding.ts';
import { fronts, frontsOf } from '../front.ts';
import type { HttpAnswer, Observations } from '../observations.ts';
import { told } from '../reason.ts';
import { linesFor } from '../remedies.ts';
import { senderKind } from './senders.ts';

const invalidStatus: Text = {
  en: 'Phones say `Invalid HTTP status` (code 20), the tools `Unexpected response code`.',
  zh: '手机上报 `Invalid HTTP status`（code 20），开发者工具报 `Unexpected response code`。',
};

const kinds = defineKinds('D1', {
  'upgrade-not-forwarded': {
    title: { en: 'The handshake is not answered with 101', zh: '握手没有得到 101' },
    means: invalidStatus,
    mend: {
      en: 'What stands in front must speak HTTP/1.1 to the server and pass Upgrade and Connection on: `minihub proxy-config` writes it.',
      zh: '前置代理必须以 HTTP/1.1 访问后端，并转发 Upgrade 与 Connection 头：`minihub proxy-config` 可以生成配置。',
    },
  },
  'path-not-found': {
    title: { en: 'There is nothing at this path', zh: '该路径下没有接口' },
    means: invalidStatus,
    mend: {
      en: 'Check the path of the URL, and that the proxy passes it on unchanged.',
      zh: '检查 URL 的路径，以及代理是否原样转发。',
    },
  },
  'not-authorised': {
    difficulty: undefined,
    title: { en: 'The endpoint asks who is there', zh: '接口要求登录' },
    means: { en: 'Without a token the handshake is refused.', zh: '没有令牌时握手会被拒绝。' },
    mend: {
      en: 'Give the doctor what the mini program sends: --token TOKEN, or --header "Name: value".',
      zh: '把小程序发送的凭证交给 doctor：--token 令牌，或 --header "名称: 值"。',
    },
  },
  'upstream-down': {
    title: { en: 'The proxy cannot reach the server', zh: '代理无法访问后端' },
    means: invalidStatus,
    mend: {
      en: 'Start the server, or mend the address and port in the proxy’s configuration.',
      zh: '启动后端服务，或改正代理配置中的地址与端口。',
    },
  },
  redirected: {
    difficulty: 'D13',
    title: { en: 'The handshake is redirected', zh: '握手被重定向' },
    means: {
      en: `No WebSocket client follows a redirect. ${invalidStatus.en}`,
      zh: `WebSocket 客户端不跟随重定向。${invalidStatus.zh}`,
    },
    mend: {
      en: 'Use the address that it leads to, or exempt this path from the redirect (trailing slash, http to https, login page).',
      zh: '直接使用重定向后的地址，或让该路径不参与重定向（末尾斜杠、http 跳 https、登录页）。',
    },
  },
  'accept-wrong': {
    title: { en: 'The handshake is answered for somebody else', zh: '握手应答与请求不符' },
    means: {
      en: 'Every client ends such a connection: Sec-WebSocket-Accept does not fit the key.',
      zh: 'Sec-WebSocket-Accept 与密钥不符，所有客户端都会断开。',
    },
    mend: {
      en: 'Something caches or rewrites the answer: switch caching off for this path.',
      zh: '有环节缓存或改写了应答：请对该路径关闭缓存。',
    },
  },
  'no-answer': {
    title: { en: 'The handshake is not answered', zh: '握手没有应答' },
    means: {
      en: 'No phone connects: it gives up at once, or at its timeout (60 s).',
      zh: '任何手机都连不上：立即放弃，或等到超时（60 秒）。',
    },
    mend: {
      en: 'Check that this port speaks HTTP, and that nothing swallows requests with Upgrade.',
      zh: '检查该端口是否为 HTTP 服务，以及是否有设备丢弃带 Upgrade 的请求。',
    },
  },
});

function summary({ status, reason, body }: HttpAnswer, front: readonly string[]): Text {
  const beginning = body
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  const quote = beginning === '' ? '' : `: "${beginning}"`;
  const behind = front.length === 0 ? '' : `, ${front.join(', ')}`;
  return same(`HTTP ${status} ${reason}${behind}${quote}`.replaceAll('  ', ' '));
}

function byStatus(seen: Observations, answer: HttpAnswer): Finding {
  const { status, headers } = answer;
  const said = summary(
    answer,
    frontsOf(seen).map((name) => fronts[name]),
  );
  if ([301, 302, 303, 307, 308].includes(status)) {
    const target = headers.get('location') ?? '?';
    return found(kinds.redirected, { en: `HTTP ${status} to ${target}`, zh: `HTTP ${status}，跳转到 ${target}` });
  }
  if (status === 401 || status === 403) return found(kinds['not-authorised'], said);
  if (status === 502 || status === 503 || status === 504) return found(kinds['upstream-down'], said);
  // A hub answers an id-less GET without Upgrade with 400, and plain 404 where WebSockets are switched off.
  if (status === 404 && seen.negotiate?.transports === undefined) return found(kinds['path-not-found'], said);
  return found(kinds['upgrade-not-forwarded'], said, linesFor('upgrade', seen));
}

/** D1 and D13: the opening handshake. */
export const upgradeCheck: Check = {
  kinds,
  look(seen) {
    const { upgrade, negotiate } = seen;
    if (upgrade === undefined || senderKind(seen) !== undefined) return [];
    if (upgrade.answer === undefined) return [found(kinds['no-answer'], told(upgrade.error ?? ''))];
    if (upgrade.answer.status !== 101) {
      // A hub that offers no WebSockets is another sickness, with another remedy: transports.ts.
      const offered = negotiate?.transports;
      return offered !== undefined && !offered.includes('WebSockets') ? [] : [byStatus(seen, upgrade.answer)];
    }
    return upgrade.acceptFits === true
      ? []
      : [found(kinds['accept-wrong'], same(upgrade.answer.headers.get('sec-websocket-accept') ?? '-'))];
  },
};
