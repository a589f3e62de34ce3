/** A connection as a list shows it. */
export interface Member {
  readonly connectionId: string;
  readonly user: string | undefined;
}

/** A part of a list. Members may come and go between one part and the next. */
export interface ListPart {
  /** How many of the first to leave out. @defaultValue 0 */
  readonly offset?: number;
  /** How many to list at most. @defaultValue all */
  readonly limit?: number;
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
  /**
   * The members of a group, in the order of joining. Empty when there is no such group.
   * @throws MH_SERVER_INVALID_OPTION
   * @example await groups.members('lobby', { offset: 100, limit: 50 });
   */
  members(group: string, part?: ListPart): Promise<Member[]>;
  /** How many members a group has. */
  count(group: string): Promise<number>;
  /** The groups that a connection is in. */
  of(connectionId: string): Promise<string[]>;
  /** The names of all groups that have members. */
  names(): Promise<string[]>;
}

/** A user has come or gone. */
export interface PresenceChange {
  readonly user: string;
  /** true: their first connection has come. false: their last one has gone. */
  readonly isConnected: boolean;
}

/** Users: each may have many connections. */
export interface HubUsers {
  /**
   * The users that are connected, in the order of coming. Connections without a user are not among them.
   * @throws MH_SERVER_INVALID_OPTION
   */
  list(part?: ListPart): Promise<string[]>;
  /**
   * Has a function called when a user comes with the first connection, and goes with the last one. With stateful
   * reconnect a connection that is away is still there until its window has passed, so a lift is no absence.
   * What the function throws is logged. Gives back a function that ends it.
   * @example hubs.hub(chat).users.onChange(({ user, isConnected }) => …)
   */
  onChange(listener: (change: PresenceChange) => unknown): () => void;
  /** The ids of a user's connections. Empty when the user is away. */
  connections(user: string): Promise<string[]>;
  /** Whether the user has a connection. */
  isConnected(user: string): Promise<boolean>;
  /** How many users are connected. Connections without a user do not count. */
  count(): Promise<number>;
}
