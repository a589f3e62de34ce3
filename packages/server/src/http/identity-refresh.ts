import { MinihubError } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { AuthenticateRequest, Identity } from './connect-request.ts';
import { type Identification, reasonOf } from './identification.ts';

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
  | 'refresh_denied'
  /** Not one of .NET's: it could not be found out whether the token is good; it may be tried again. */
  | 'authentication_unavailable';

/** Has the last word on a refresh; false refuses it. */
export type OnRefresh = (previous: Identity, next: Identity) => boolean | Promise<boolean>;

/** Gives connections that are open a new token, without a reconnect. The user cannot change that way. */
export class IdentityRefresh {
  readonly #identification: Identification;
  readonly #onRefresh: OnRefresh;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(parts: {
    readonly identification: Identification;
    readonly onRefresh: OnRefresh | undefined;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#identification = parts.identification;
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
      next = await this.#identification.identify(request);
      if (next === undefined || previous === undefined) return refused(401, 'invalid_token');
      if (next.user !== previous.user) return refused(403, 'user_changed');
      if (!(await this.#onRefresh(previous, next))) return refused(403, 'refresh_denied');
    } catch (error) {
      return this.#refusalOf(error);
    }
    connection.refreshIdentity(next);
    return { kind: 'refreshed', tokenLifetimeSeconds: this.lifetimeOf(next) };
  }

  #refusalOf(error: unknown): RefreshOutcome {
    if (MinihubError.is(error)) {
      if (error.code === 'MH_SERVER_UNAUTHORIZED') return refused(401, 'invalid_token');
      if (error.code === 'MH_SERVER_FORBIDDEN') return refused(403, 'refresh_denied');
      if (error.code === 'MH_SERVER_UNAVAILABLE') {
        this.#log('authenticationUnavailable', { why: reasonOf(error) });
        return refused(503, 'authentication_unavailable');
      }
    }
    this.#log('authenticateFailed', { error });
    return refused(401, 'invalid_token');
  }
}

/** A refusal. */
export function refused(status: number, code: RefreshRefusal): RefreshOutcome {
  return { kind: 'refused', status, code };
}
