import { same, type Text } from '@minihub/command-line';
import { fronts, frontsOf } from './front.ts';
import { isOpen, type Observations } from './observations.ts';
import { told } from './reason.ts';

/** Something that was looked at, and what it was like. `good` is undefined for what is neither good nor bad. */
export interface Fact {
  readonly about: Text;
  readonly value: Text;
  readonly good?: boolean;
}

function addressFact({ addresses, lookupError }: Observations): Fact {
  const shown = (noRoute: string): string =>
    addresses
      .map(({ address, connected, noRouteHere }) => {
        if (connected) return address;
        return noRouteHere === true ? `${address} ${noRoute}` : `${address} ✖`;
      })
      .join(', ');
  const bad = addresses.some(({ connected, noRouteHere }) => !connected && noRouteHere !== true);
  return {
    about: { en: 'address', zh: '地址' },
    value:
      lookupError === undefined
        ? { en: shown('(no route from here)'), zh: shown('（本机没有路由）') }
        : told(lookupError),
    good: lookupError === undefined && !bad,
  };
}

function tlsFacts({ tls, nowMs }: Observations): readonly Fact[] {
  if (tls === undefined) return [];
  const { protocol, certificate, chainError, nameMatches } = tls;
  const facts: Fact[] = [
    {
      about: same('TLS'),
      value: tls.error === undefined ? same(`${protocol ?? '?'}, ${tls.cipher ?? '?'}`) : told(tls.error),
      good: tls.error === undefined,
    },
  ];
  if (certificate === undefined) return facts;
  const days = Math.floor((certificate.validToMs - nowMs) / 86_400_000);
  const value = {
    en: `${certificate.names.join(', ')}, ${days} days left, ${chainError ?? 'chain trusted'}`,
    zh: `${certificate.names.join('、')}，剩余 ${days} 天，${chainError ?? '证书链可信'}`,
  };
  return [
    ...facts,
    {
      about: { en: 'certificate', zh: '证书' },
      value,
      good: chainError === undefined && nameMatches === true && days >= 0,
    },
  ];
}

function handshakeFacts(seen: Observations): readonly Fact[] {
  const { upgrade, withCompression, withSubprotocol } = seen;
  const facts: Fact[] = [];
  const front = frontsOf(seen).map((name) => fronts[name]);
  if (front.length > 0) facts.push({ about: { en: 'in front', zh: '前置' }, value: same(front.join(', ')) });
  if (upgrade === undefined) return facts;
  const status = upgrade.answer === undefined ? told(upgrade.error ?? '?') : same(`HTTP ${upgrade.answer.status}`);
  const took = `${upgrade.durationMs} ms`;
  facts.push({
    about: { en: 'handshake', zh: '握手' },
    value: { en: `${status.en}, ${took}`, zh: `${status.zh}，${took}` },
    good: isOpen(upgrade),
  });
  if (withCompression !== undefined) {
    const taken = withCompression.answer?.headers.get('sec-websocket-extensions');
    const value = taken === undefined ? { en: 'not offered', zh: '未提供' } : same(taken);
    facts.push({ about: { en: 'compression', zh: '压缩' }, value });
  }
  const chosen = withSubprotocol?.answer?.headers.get('sec-websocket-protocol');
  if (withSubprotocol !== undefined)
    facts.push({ about: { en: 'sub-protocol', zh: '子协议' }, value: same(chosen ?? '-') });
  return facts;
}

function hubFacts({ negotiate, tries, target, upgrade }: Observations): readonly Fact[] {
  const facts: Fact[] = [];
  if (negotiate?.transports !== undefined && target.kind === 'hub')
    facts.push({
      about: { en: 'hub', zh: 'Hub' },
      value: same(negotiate.transports.join(', ')),
      good: negotiate.transports.includes('WebSockets'),
    });
  else if (negotiate?.redirectUrl !== undefined)
    facts.push({ about: { en: 'hub', zh: 'Hub' }, value: same(`→ ${negotiate.redirectUrl}`) });
  else if (isOpen(upgrade) && target.kind === 'raw')
    facts.push({
      about: { en: 'kind', zh: '类型' },
      value: { en: 'raw WebSocket, no hub', zh: '原始 WebSocket，不是 Hub' },
    });
  if (tries !== undefined && tries.length > 0) {
    const good = tries.filter(({ status }) => status === 101).length;
    const value = { en: `${good} of ${tries.length} connections`, zh: `${tries.length} 次连接中 ${good} 次成功` };
    facts.push({ about: { en: 'stickiness', zh: '会话保持' }, value, good: good === tries.length });
  }
  return facts;
}

function trafficFacts({ messages, listening, idle, target, upgrade }: Observations): readonly Fact[] {
  const facts: Fact[] = [];
  const { passed = [], burst, failed } = messages ?? {};
  if (messages !== undefined && messages.refusal === undefined) {
    const rate = burst === undefined ? undefined : `${burst.answered}/${burst.sent}`;
    const value = {
      en: `up to ${passed.at(-1) ?? 0} bytes${rate === undefined ? '' : `, ${rate} at once`}`,
      zh: `最大 ${passed.at(-1) ?? 0} 字节${rate === undefined ? '' : `，并发 ${rate} 条`}`,
    };
    facts.push({
      about: { en: 'messages', zh: '消息' },
      value,
      good: failed === undefined && burst?.answered === burst?.sent,
    });
  } else if (messages === undefined && target.kind === 'raw' && isOpen(upgrade)) {
    const value = {
      en: 'not tried: --echo says that this endpoint sends back what it gets',
      zh: '未测试：若该接口会原样回显，请加 --echo',
    };
    facts.push({ about: { en: 'messages', zh: '消息' }, value });
  }
  if (listening?.how !== undefined) {
    const seconds = Math.round((listening.firstSignMs ?? 0) / 1000);
    facts.push({
      about: { en: 'server ping', zh: '服务器心跳' },
      value: { en: `${listening.how} after ${seconds} s`, zh: `${seconds} 秒后收到 ${listening.how}` },
      good: true,
    });
  } else if (listening !== undefined)
    facts.push({ about: { en: 'server ping', zh: '服务器心跳' }, value: { en: 'none', zh: '无' }, good: false });
  if (idle !== undefined) {
    const cut = idle.cutAfterMs;
    const value =
      cut === undefined
        ? { en: `held for ${idle.waitedMs / 1000} s`, zh: `保持了 ${idle.waitedMs / 1000} 秒` }
        : { en: `cut after ${Math.round(cut / 1000)} s`, zh: `${Math.round(cut / 1000)} 秒后被切断` };
    facts.push({ about: { en: 'silence', zh: '空闲' }, value, good: cut === undefined });
  }
  return facts;
}

/** What was seen, in the order in which it was looked at. */
export function factsOf(seen: Observations): readonly Fact[] {
  const { target } = seen;
  const entry = { about: { en: 'domain entry', zh: '域名填写' }, value: same(`wss://${target.host}`) };
  const listable = /[a-z]/i.test(target.host) && target.host.includes('.') && !target.host.includes(':');
  return [
    addressFact(seen),
    ...tlsFacts(seen),
    ...handshakeFacts(seen),
    ...hubFacts(seen),
    ...trafficFacts(seen),
    ...(listable ? [entry] : []),
  ];
}
