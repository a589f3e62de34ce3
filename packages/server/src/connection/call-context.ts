import type { CallScope } from '../dispatch/caller.ts';
import { type RefreshOutcome, refused } from '../http/identity-refresh.ts';
import type { HubCallerClients } from '../hub/hub-clients.ts';
import type { HubConnectionInfo, HubContext } from '../hub/hub-context.ts';
import type { HubGroups } from '../hub/hub-groups.ts';
import { CallerReceivers } from '../router/receivers.ts';
import type { HubConnection } from './hub-connection.ts';

/** What a hub method gets first. Its parts are made when they are asked for, because most methods want one or two. */
export class CallContext implements HubContext<unknown, unknown> {
  readonly #connection: HubConnection;
  readonly #scope: CallScope;

  constructor(connection: HubConnection, scope: CallScope) {
    this.#connection = connection;
    this.#scope = scope;
  }

  get connection(): HubConnectionInfo<unknown> {
    return this.#connection.info;
  }

  get user(): string | undefined {
    return this.#connection.user;
  }

  get items(): unknown {
    return this.#connection.info.items;
  }

  get clients(): HubCallerClients<unknown> {
    const connection = this.#connection;
    return new CallerReceivers(connection.host, connection.id, () => {
      connection.assertMayAsk();
      this.#scope.releaseSlot();
    });
  }

  get groups(): HubGroups {
    return this.#connection.host.groups;
  }

  /** Renews the identity of the connection; for the built-in method. */
  refresh(token: string): Promise<RefreshOutcome> {
    const connection = this.#connection;
    const { identityRefresh } = connection.host;
    const { path, query, headers: kept, remoteAddress } = connection.opening.request;
    const headers = { ...kept, authorization: `Bearer ${token}` };
    const request = { path, query, headers, remoteAddress, token, incoming: undefined };
    return identityRefresh?.refresh(connection, request) ?? Promise.resolve(refused(404, 'refresh_disabled'));
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#scope.headers;
  }
}
