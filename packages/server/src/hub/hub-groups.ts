/** A connection as a list shows it. */
export interface Member {
  readonly connectionId: string;
  readonly user: string | undefined;
}

/**
 * Groups of connections: named sets, made by the first member and gone with the last. Names are case-sensitive.
 * The methods are asynchronous because members may be on other nodes; in one process they take effect at once.
 */
export interface HubGroups {
  /** Puts a connection into a group. Doing it twice, or with an unknown connection, is no error. */
  add(connectionId: string, group: string): Promise<void>;
  /** Takes a connection out of a group. */
  remove(connectionId: string, group: string): Promise<void>;
  /** The members of a group, in the order of joining. Empty when there is no such group. */
  members(group: string): Promise<Member[]>;
  /** How many members a group has. */
  count(group: string): Promise<number>;
  /** The groups that a connection is in. */
  of(connectionId: string): Promise<string[]>;
  /** The names of all groups that have members. */
  names(): Promise<string[]>;
}

/** Users: each may have many connections. */
export interface HubUsers {
  /** The ids of a user's connections. Empty when the user is away. */
  connections(user: string): Promise<string[]>;
  /** Whether the user has a connection. */
  isConnected(user: string): Promise<boolean>;
  /** How many users are connected. Connections without a user do not count. */
  count(): Promise<number>;
}
