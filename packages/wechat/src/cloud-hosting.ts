import type { Authenticate } from '@minihub/server';
import { unauthorized } from '@minihub/server';

/**
 * Takes the user from the headers that the gateway of WeChat cloud hosting sets (`X-WX-OPENID`, `X-WX-UNIONID`,
 * `X-WX-APPID`, `X-WX-SOURCE`). **Only behind that gateway**: who reaches the server by another way can write there
 * whom they like. The container must have no public address; the gateway removes what clients send.
 *
 * Calls without an openid (the container's own domain, iOS in "high performance +" mode) are refused with 401.
 */
export function dangerouslyTrustCloudHosting(options: { readonly user?: 'openid' | 'unionid' } = {}): Authenticate {
  const { user: which = 'openid' } = options;
  return ({ headers }) => {
    const read = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const openid = read('x-wx-openid');
    const unionid = read('x-wx-unionid');
    const user = which === 'openid' ? openid : unionid;
    if (openid === undefined || user === undefined) throw unauthorized('The gateway names no user.');
    const about = { openid, unionid, appId: read('x-wx-appid'), source: read('x-wx-source') };
    return { user, claims: Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined)) };
  };
}
