import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { findQueryValue } from '@minihub/protocol';
import { DirectUpgrade, type UpgradeRequest } from './direct-upgrade.ts';
import { queryOf } from './request-query.ts';

/** Who a connection belongs to, as `authenticate` says. */
export interface Identity {
  /** The user id: what `clients.user(id)` and `connection.user` mean. */
  readonly user: string;
  /** Whatever else is known, for hub methods to read. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** When the credentials end, in milliseconds since 1970. Absent: never. */
  readonly expiresAtMs?: number;
}

/** The HTTP request that opens a connection, reduced to what is kept: the request itself is let go. */
export interface ConnectRequest {
  /** The path as the client wrote it, without the query. */
  readonly path: string;
  /** The query. The connection token (`id`) and `access_token` are taken out. */
  readonly query: URLSearchParams;
  /**
   * The headers, names in lower case. What is kept of a request has no `authorization`, nor what only speaks of the
   * WebSocket upgrade.
   */
  readonly headers: IncomingHttpHeaders;
  /** The client's address: of the TCP peer, or what a proxy that `trustProxy` names says. */
  readonly remoteAddress: string | undefined;
}

/** What `authenticate` is given: the request, and the bearer token where there is one. */
export interface AuthenticateRequest extends ConnectRequest {
  /** From `Authorization: Bearer …`, or from the query's `access_token` where a client cannot set headers. */
  readonly token: string | undefined;
  /**
   * The request itself, for what needs all of it, such as session middlewares. Do not keep it: it is let go afterwards.
   * `undefined` when a client renews its token by the hub method `minihub:refresh`, which is no request.
   */
  readonly incoming: IncomingMessage | undefined;
}

/**
 * Says who sends a request. It is called for negotiate and for every transport request.
 * Return the identity, or nothing for an anonymous connection; throw `unauthorized()` or `forbidden()` to refuse, and
 * `unavailable()` when what it asks is down. It has `authenticateTimeoutMs`, together with `authorize`.
 */
export type Authenticate = (request: AuthenticateRequest) => Identity | undefined | Promise<Identity | undefined>;

const bearer = /^bearer +/i;

/**
 * Says whether somebody may connect at all. `false` refuses: 401 for an anonymous request, 403 for a known user.
 * It runs after `authenticate`, on every request of a connection.
 */
export type Authorize = (identity: Identity | undefined, request: ConnectRequest) => boolean | Promise<boolean>;

/** The request in the form that hooks see. */
export function toAuthenticateRequest(request: UpgradeRequest, remoteAddress: string | undefined): AuthenticateRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const query = queryOf(request);
  const queryToken = findQueryValue(query, 'access_token');
  withoutSecrets(query);
  const authorization = request.headers.authorization;
  const token =
    authorization !== undefined && bearer.test(authorization) ? authorization.replace(bearer, '') : queryToken;
  return {
    path: mark < 0 ? target : target.slice(0, mark),
    query,
    headers: request.headers,
    remoteAddress,
    token,
    get incoming() {
      return request instanceof DirectUpgrade ? request.incoming : request;
    },
  };
}

/** Takes the connection token and the access token out. */
export function withoutSecrets(query: URLSearchParams): URLSearchParams {
  for (const key of [...query.keys()]) {
    const name = key.toLowerCase();
    if (name === 'access_token' || name === 'id') query.delete(key);
  }
  return query;
}
