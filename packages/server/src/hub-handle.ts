import type { DisconnectOptions } from './connection/disconnect-options.ts';
import type { HubHost } from './connection/hub-host.ts';
import type { HubClients } from './hub/hub-clients.ts';
import type { HubGroups, HubUsers } from './hub/hub-groups.ts';
import { Receivers } from './router/receivers.ts';
import type { Target } from './router/target.ts';

/** Whom to disconnect: one connection, all connections of a user, or the members of a group. */
export type DisconnectTarget = { readonly connection: string } | { readonly user: string } | { readonly group: string };

/** A mapped hub, seen from outside of its methods: from an HTTP route, a job, a message queue. */
export class HubHandle<Client> {
  /** Whom to send to. */
  readonly clients: HubClients<Client>;
  /** Who is in which group. */
  readonly groups: HubGroups;
  /** Who is connected. */
  readonly users: HubUsers;
  readonly #host: HubHost;

  /** @internal Use `hubs.hub(definition)`. */
  constructor(host: HubHost) {
    this.#host = host;
    this.clients = new Receivers<Client>(host);
    this.groups = host.groups;
    this.users = host.users;
  }

  /** Connections of this hub. */
  get connectionCount(): number {
    return this.#host.connectionCount;
  }

  /**
   * Ends connections, and says how many there were. Clients see `reason` as the error of their close event.
   * @example await hubs.hub(chat).disconnect({ user: 'mallory' }, { reason: 'Too loud.' });
   */
  async disconnect(target: DisconnectTarget, options: DisconnectOptions = {}): Promise<number> {
    return this.#host.disconnect(toTarget(target), options);
  }
}

function toTarget(target: DisconnectTarget): Target {
  if ('connection' in target) return { kind: 'connections', ids: [target.connection] };
  if ('user' in target) return { kind: 'users', users: [target.user] };
  return { kind: 'groups', names: [target.group] };
}
