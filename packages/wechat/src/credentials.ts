import type { AuthenticateRequest } from '@minihub/server';

/** What a request offers to prove who sends it. */
export interface Credentials {
  /** A session token. */
  readonly token: string | undefined;
  /** A code of `wx.login`. */
  readonly code: string | undefined;
}

/** In front of a code that is sent where a token would be: every SignalR client can send a token. */
const codePrefix = 'wx-code:';

/** WeChat does not say what a code looks like; letters, digits and a few signs, about 32 of them, is what is seen. */
const plausibleCode = /^[\w.~-]{1,512}$/;

/**
 * Reads the credentials of a request: a bearer token (`Authorization` or `access_token`), which may be
 * `wx-code:<code>`; the header `X-WX-Code`; the query's `wxCode`.
 */
export function readCredentials({ token, headers, query }: AuthenticateRequest): Credentials {
  const header = headers['x-wx-code'];
  const given = token?.startsWith(codePrefix)
    ? token.slice(codePrefix.length)
    : ((typeof header === 'string' ? header : undefined) ?? query.get('wxCode') ?? undefined);
  return {
    token: token === undefined || token.startsWith(codePrefix) || token === '' ? undefined : token,
    code: given !== undefined && plausibleCode.test(given) ? given : undefined,
  };
}
