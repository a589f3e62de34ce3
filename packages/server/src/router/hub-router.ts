import type { EncodedMessage } from '../outbound/encoded-message.ts';
import type { Target } from './target.ts';

/** A connection as the router needs it. */
export interface Recipient {
  readonly id: string;
  readonly user: string | undefined;
  /** Queues a message. Never throws because the connection is over; throws when the message cannot be encoded. */
  send(message: EncodedMessage): void;
}

/** Sets by name that appear with their first member and vanish with their last. */
class SetIndex<Value> {
  readonly #sets = new Map<string, Set<Value>>();

  get size(): number {
    return this.#sets.size;
  }

  get(name: string): ReadonlySet<Value> | undefined {
    return this.#sets.get(name);
  }

  names(): string[] {
    return [...this.#sets.keys()];
  }

  /** Whether it is the first of its set. */
  add(name: string, value: Value): boolean {
    const set = this.#sets.get(name);
    if (set === undefined) this.#sets.set(name, new Set([value]));
    else set.add(value);
    return set === undefined;
  }

  /** Whether it was the last of its set. */
  delete(name: string, value: Value): boolean {
    const set = this.#sets.get(name);
    return set?.delete(value) === true && set.size === 0 && this.#sets.delete(name);
  }
}

const noGroups: readonly string[] = [];

/**
 * Who receives: the connections of one hub on this node, with their groups and users.
 * Everything is an index look-up; a send to a group touches the members and nobody else.
 */
export class HubRouter<Connection extends Recipient> {
  readonly #connections = new Map<string, Connection>();
  readonly #groups = new SetIndex<Connection>();
  readonly #users = new SetIndex<Connection>();
  readonly #groupsOf = new Map<Connection, Set<string>>();
  /** Told when a user has come with the first connection, and gone with the last. */
  onPresence: ((user: string, isConnected: boolean) => void) | undefined;

  /** The connections of this hub on this node, by id. */
  get connections(): ReadonlyMap<string, Connection> {
    return this.#connections;
  }

  /** Takes up a connection. */
  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
    const { user } = connection;
    if (user !== undefined && this.#users.add(user, connection)) this.onPresence?.(user, true);
  }

  /** Forgets a connection; says in which groups it was. */
  remove(connection: Connection): readonly string[] {
    if (this.#connections.get(connection.id) !== connection) return noGroups;
    this.#connections.delete(connection.id);
    const groups = this.#groupsOf.get(connection);
    if (groups !== undefined) {
      this.#groupsOf.delete(connection);
      for (const group of groups) this.#groups.delete(group, connection);
    }
    const { user } = connection;
    if (user !== undefined && this.#users.delete(user, connection)) this.onPresence?.(user, false);
    return groups === undefined ? noGroups : [...groups];
  }

  /** Puts a connection into a group; unknown connections are ignored. */
  join(connectionId: string, group: string): void {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return;
    this.#groups.add(group, connection);
    const groups = this.#groupsOf.get(connection);
    if (groups === undefined) this.#groupsOf.set(connection, new Set([group]));
    else groups.add(group);
  }

  /** Takes a connection out of a group. */
  leave(connectionId: string, group: string): void {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return;
    this.#groups.delete(group, connection);
    const groups = this.#groupsOf.get(connection);
    if (groups?.delete(group) && groups.size === 0) this.#groupsOf.delete(connection);
  }

  /** The groups of a connection. */
  groupsOf(connectionId: string): string[] {
    const connection = this.#connections.get(connectionId);
    const groups = connection === undefined ? undefined : this.#groupsOf.get(connection);
    return groups === undefined ? [] : [...groups];
  }

  /** The members of a group. */
  members(group: string): ReadonlySet<Connection> | undefined {
    return this.#groups.get(group);
  }

  /** The connections of a user. */
  connectionsOf(user: string): ReadonlySet<Connection> | undefined {
    return this.#users.get(user);
  }

  /** The names of the groups that have members. */
  groupNames(): string[] {
    return this.#groups.names();
  }

  /** The users that are connected. */
  userNames(): string[] {
    return this.#users.names();
  }

  /** How many users are connected. */
  get userCount(): number {
    return this.#users.size;
  }

  /** Queues a message for every connection of the target, each once. @throws MH_PROTO_UNENCODABLE */
  send(target: Target, message: EncodedMessage): void {
    // The plain cases first: no set of seen connections, no copy.
    if (target.kind === 'groups' && target.names.length === 1) {
      sendTo(this.#groups.get(target.names[0] as string)?.values(), target.except, message);
    } else if (target.kind === 'all') {
      sendTo(this.#connections.values(), target.except, message);
    } else {
      for (const connection of this.resolve(target)) connection.send(message);
    }
  }

  /** The connections of a target, each once. */
  resolve(target: Target): Connection[] {
    const found = new Set<Connection>();
    const addAll = (connections: Iterable<Connection> | undefined, except?: ReadonlySet<string>): void => {
      if (connections === undefined) return;
      for (const connection of connections) if (!except?.has(connection.id)) found.add(connection);
    };
    switch (target.kind) {
      case 'all':
        addAll(this.#connections.values(), target.except);
        break;
      case 'connections':
        addAll(this.#known(target.ids));
        break;
      case 'groups':
        for (const name of target.names) addAll(this.#groups.get(name), target.except);
        break;
      case 'users':
        for (const user of target.users) addAll(this.#users.get(user));
        break;
      case 'any':
        for (const name of target.names) addAll(this.#groups.get(name), target.except);
        for (const user of target.users) addAll(this.#users.get(user), target.except);
        addAll(this.#known(target.ids), target.except);
        break;
    }
    return [...found];
  }

  #known(ids: readonly string[]): Connection[] {
    return ids.map((id) => this.#connections.get(id)).filter((connection) => connection !== undefined);
  }
}

function sendTo(
  connections: Iterable<Recipient> | undefined,
  except: ReadonlySet<string> | undefined,
  message: EncodedMessage,
): void {
  if (connections === undefined) return;
  if (except === undefined || except.size === 0) {
    for (const connection of connections) connection.send(message);
    return;
  }
  for (const connection of connections) if (!except.has(connection.id)) connection.send(message);
}
