import { MinihubError } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Authenticate, AuthenticateRequest, Identity } from './connect-request.ts';

/** What a connection offers for a refresh. */
export interface RefreshableConnection {
  readonly identity: Identity | undefined;
  /** Takes the new identity; the user is the same. */
  refreshIdentity(identity: Identity): void;
}

/** How a refresh went. The refusals are .NET's codes. @see signalr.md 1.3 */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly tokenLifetimeSeconds: number | undefined }
  | { readonly kind: 'refused'; readonly status: number; readonly code: RefreshRefusal };

/** Why a refresh was refused. */
export type RefreshRefusal =
  | 'refresh_disabled'
  | 'missing_connection_token'
  | 'connection_not_found'
  | 'invalid_token'
  | 'user_changed'
  | 'refresh_denied';

/** Has the last word on a refresh; false refuses it. */
export type OnRefresh = (previous: Identity, next: Identity) => boolean | Promise<boolean>;

/** Gives connections that are open a new token, without a reconnect. The user cannot change that way. */
export class IdentityRefresh {
  readonly #authenticate: Authenticate;
  readonly #onRefresh: OnRefresh;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(authenticate: Authenticate, parts: { onRefresh?: OnRefresh | undefined; clock: Clock; log: Log }) {
    this.#authenticate = authenticate;
    this.#onRefresh = parts.onRefresh ?? (() => true);
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** How long an identity is good, in whole seconds. */
  lifetimeOf(identity: Identity | undefined): number | undefined {
    if (identity?.expiresAtMs === undefined) return undefined;
    return Math.max(0, Math.floor((identity.expiresAtMs - this.#clock.epochNow()) / 1000));
  }

  /** Gives `connection` the identity that the request's token proves. */
  async refresh(connection: RefreshableConnection, request: AuthenticateRequest): Promise<RefreshOutcome> {
    const previous = connection.identity;
    let next: Identity | undefined;
    try {
      next = await this.#authenticate(request);
      if (next === undefined || previous === undefined) return refused(401, 'invalid_token');
      if (next.user !== previous.user) return refused(403, 'user_changed');
      if (!(await this.#onRefresh(previous, next))) return refused(403, 'refresh_denied');
    } catch (error) {
      const isRefusal = MinihubError.is(error) && /^MH_SERVER_(UNAUTHORIZED|FORBIDDEN)$/.test(error.code);
      if (!isRefusal) this.#log('authenticateFailed', { error });
      return refused(401, 'invalid_token');
    }
    connection.refreshIdentity(next);
    return { kind: 'refreshed', tokenLifetimeSeconds: this.lifetimeOf(next) };
  }
}

/** A refusal. */
export function refused(status: number, code: RefreshRefusal): RefreshOutcome {
  return { kind: 'refused', status, code };
}
