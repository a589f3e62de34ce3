import { type Check, defineKinds, found } from '../finding.ts';

const kinds = defineKinds(undefined, {
  'token-expired': {
    title: { en: 'The token has expired', zh: '令牌已过期' },
    means: {
      en: 'The server answers 401, and the mini program must log in again.',
      zh: '服务器返回 401，小程序需要重新登录。',
    },
    mend: {
      en: 'Renew the token before every reconnect, not once at the start.',
      zh: '每次重连前刷新令牌，而不是只在启动时获取一次。',
    },
  },
  'token-not-yet-valid': {
    title: { en: 'The token is not valid yet by the server’s clock', zh: '按服务器时钟，令牌尚未生效' },
    means: { en: 'Logins fail at once and work a little later.', zh: '刚登录时失败，过一会儿又正常。' },
    mend: {
      en: 'Set the clocks of all servers by NTP, and allow a minute of skew when tokens are checked.',
      zh: '用 NTP 校准所有服务器的时钟，并在校验令牌时允许一分钟偏差。',
    },
  },
  'clock-skew': {
    severity: 'warning',
    title: { en: 'The server’s clock is wrong', zh: '服务器时钟不准' },
    means: { en: 'Tokens expire too early or too late.', zh: '令牌会过早或过晚失效。' },
    mend: {
      en: 'Set the clock by NTP (`timedatectl set-ntp true`).',
      zh: '用 NTP 校准时钟（`timedatectl set-ntp true`）。',
    },
  },
});

/** The times of a JWT in seconds, without a look at its signature. @see RFC 7519, 4.1 */
export function jwtTimes(
  token: string,
): { readonly exp?: number; readonly nbf?: number; readonly iat?: number } | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return undefined;
    const entries = Object.entries(claims).filter(
      ([name, value]) => ['exp', 'nbf', 'iat'].includes(name) && typeof value === 'number',
    );
    return Object.fromEntries(entries);
  } catch {
    // An opaque token is nothing to complain about.
    return undefined;
  }
}

/** Beyond this, in seconds, clocks are called wrong. `Date` has whole seconds, and the network takes its time. */
const tolerated = 60;

/** Tokens against the server's clock. */
export const token: Check = {
  kinds,
  look({ target, plain, upgrade, nowMs }) {
    if (target.token === undefined) return [];
    const date = Date.parse((plain?.answer ?? upgrade?.answer)?.headers.get('date') ?? '');
    const now = (Number.isNaN(date) ? nowMs : date) / 1000;
    const off = Math.round(now - nowMs / 1000);
    const { exp, nbf, iat } = jwtTimes(target.token) ?? {};
    const begins = Math.max(nbf ?? 0, iat ?? 0);
    const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
    if (exp !== undefined && exp <= now)
      return [
        found(kinds['token-expired'], {
          en: `Its end was ${time(exp)}; the server has ${time(now)}.`,
          zh: `于 ${time(exp)} 到期；服务器时间为 ${time(now)}。`,
        }),
      ];
    if (begins > now + tolerated)
      return [
        found(kinds['token-not-yet-valid'], {
          en: `It begins at ${time(begins)}; the server has ${time(now)}.`,
          zh: `自 ${time(begins)} 起有效；服务器时间为 ${time(now)}。`,
        }),
      ];
    if (Math.abs(off) <= tolerated) return [];
    return [
      found(kinds['clock-skew'], { en: `It differs from this machine’s by ${off} s.`, zh: `与本机相差 ${off} 秒。` }),
    ];
  },
};
