import { clientError } from '../errors.ts';
import type { HttpClient } from './http.ts';
import type { OpenTransport } from './transports/transport.ts';

/** A value, or a function that gives it anew each time. */
export type Fresh<T> = T | (() => T | PromiseLike<T>);

/** What is needed to find the way to a hub: what `connect` and the SignalR surface make of their options. */
export interface RouteSettings {
  /** Where the hub is: `http(s)://` or `ws(s)://`. */
  readonly url: Fresh<string>;
  /** Asked for before each attempt; `undefined`: none. */
  readonly accessToken: Fresh<string | undefined> | undefined;
  /** Whether the token stands in the query: browsers cannot set headers on a WebSocket. */
  readonly tokenInQuery: boolean;
  /** What every request carries, where the platform can. */
  readonly headers: { readonly [name: string]: string };
  /** `undefined`: no negotiation. */
  readonly http: HttpClient | undefined;
  /** Whether the server is asked for stateful reconnect. */
  readonly statefulReconnect: boolean;
  /** Time for one attempt, token and negotiation included, in milliseconds; 0 sets no limit. */
  readonly connectTimeoutMs: number;
  /** Whether the protocol needs a transport that carries bytes. */
  readonly binary: boolean;
  /** The transports that can be used, by their names in negotiate. */
  readonly transports: { readonly [name: string]: OpenTransport | undefined };
}

/** The way to a hub: what one attempt after the other uses to reach the same connection. */
export interface Route {
  /** Without access token. */
  readonly url: string;
  /** From a redirect, in place of the client's own. */
  readonly accessToken?: string | undefined;
  readonly connectionId?: string;
  readonly transports: readonly string[];
  readonly stateful: boolean;
}

interface NegotiateAnswer {
  readonly [member: string]: unknown;
  readonly availableTransports?: readonly { transport?: unknown; transferFormats?: readonly unknown[] }[];
}

const maxRedirects = 100;

/** The value now. */
export function fresh<T>(value: Fresh<T>): Promise<T> {
  return new Promise((resolve) => resolve(typeof value === 'function' ? (value as () => T | PromiseLike<T>)() : value));
}

/** Adds to the query of a URL. */
export function withQuery(url: string, name: string, value: string): string {
  return `${url}${url.indexOf('?') < 0 ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
}

/** The headers with a bearer token. */
export function withToken(headers: RouteSettings['headers'], token: string | undefined): RouteSettings['headers'] {
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}

function scheme(url: string, name: 'http' | 'ws'): string {
  return url.replace(/^(?:http|ws)(s?):/i, `${name}$1:`);
}

function refuse(text: unknown): never {
  throw clientError('MH_CLIENT_NEGOTIATE', String(text));
}

/** What an answer to negotiate says. @throws MinihubError MH_CLIENT_NEGOTIATE */
function read(body: unknown, asked: boolean): NegotiateAnswer {
  let answer: NegotiateAnswer = {};
  try {
    answer = JSON.parse(body as string) || answer;
  } catch {
    // Told below.
  }
  const { error, url, connectionId, availableTransports, useStatefulReconnect } = answer;
  if (error) refuse(error);
  if (!url && !(connectionId && Array.isArray(availableTransports))) refuse('Not an answer to negotiate');
  if (useStatefulReconnect && !asked) refuse('Stateful reconnect was not asked for');
  return answer;
}

/** Negotiates, and follows redirects. @see signalr.md 1.1 */
function negotiate(
  settings: RouteSettings,
  http: HttpClient,
  url: string,
  accessToken: string | undefined,
  redirects: number,
): Promise<Route> {
  const { statefulReconnect, headers, connectTimeoutMs, transports, binary } = settings;
  let target = scheme(url, 'http').replace(/\/?(\?|$)/, '/negotiate$1');
  if (!/[?&]negotiateVersion=/i.test(target)) target = withQuery(target, 'negotiateVersion', '1');
  if (statefulReconnect) target = withQuery(target, 'useStatefulReconnect', 'true');
  return fresh(accessToken ?? settings.accessToken)
    .then((token) =>
      http({ method: 'POST', url: target, headers: withToken(headers, token), timeoutMs: connectTimeoutMs }),
    )
    .then(({ status, body }) => {
      if (status !== 200) {
        const code = status === 401 || status === 403 ? 'MH_CLIENT_UNAUTHORIZED' : 'MH_CLIENT_HTTP';
        throw clientError(code, `negotiate: HTTP status ${status}`);
      }
      const answer = read(body, statefulReconnect);
      if (answer.url) {
        if (redirects >= maxRedirects) refuse('Too many redirects');
        const token = (answer.accessToken as string | null) ?? accessToken;
        return negotiate(settings, http, String(answer.url), token, redirects + 1);
      }
      const names = (answer.availableTransports || [])
        .filter(
          ({ transport, transferFormats }) =>
            transports[String(transport)] && transferFormats?.indexOf(binary ? 'Binary' : 'Text') !== -1,
        )
        .map(({ transport }) => String(transport));
      if (names.length === 0) refuse('No transport in common');
      return {
        url: withQuery(url, 'id', String(answer.negotiateVersion ? answer.connectionToken : answer.connectionId)),
        accessToken,
        connectionId: String(answer.connectionId),
        transports: names,
        stateful: answer.useStatefulReconnect === true && names[0] === 'WebSockets',
      };
    });
}

/** Finds the way to a new connection. */
export function findRoute(settings: RouteSettings): Promise<Route> {
  return fresh(settings.url).then((url) =>
    !settings.http
      ? {
          // A server that allows it tells the token as the first thing.
          url: settings.statefulReconnect ? withQuery(url, 'minihubResume', '1') : url,
          transports: ['WebSockets'],
          stateful: settings.statefulReconnect,
        }
      : negotiate(settings, settings.http, url, undefined, 0),
  );
}

/** The address and headers of a transport, with a token that is asked for again. */
export function toTarget(
  settings: RouteSettings,
  route: Route,
  transport: string,
): Promise<{ url: string; headers: RouteSettings['headers'] }> {
  const { headers, tokenInQuery } = settings;
  const url = scheme(route.url, transport === 'WebSockets' ? 'ws' : 'http');
  return fresh(route.accessToken ?? settings.accessToken).then((token) =>
    tokenInQuery && token && transport !== 'LongPolling'
      ? { url: withQuery(url, 'access_token', token), headers }
      : { url, headers: withToken(headers, token) },
  );
}
