import { serverError } from '../errors.ts';
import type { HubGroups, HubUsers, ListPart, Member, PresenceChange } from '../hub/hub-groups.ts';
import type { Log } from '../log.ts';
import type { HubRouter, Recipient } from './hub-router.ts';

/** Takes a part out of a list. @throws MH_SERVER_INVALID_OPTION */
function partOf<Item>(items: readonly Item[], { offset = 0, limit = items.length }: ListPart): readonly Item[] {
  for (const [name, value] of Object.entries({ offset, limit })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw serverError('MH_SERVER_INVALID_OPTION', `'${name}' must be a whole number from 0 up, not ${value}.`);
  }
  return items.slice(offset, offset + limit);
}

/** Groups of one node, as hubs see them. */
export class RouterGroups implements HubGroups {
  readonly #router: HubRouter<Recipient>;

  constructor(router: HubRouter<Recipient>) {
    this.#router = router;
  }

  async add(connectionId: string, group: string): Promise<void> {
    this.#router.join(connectionId, group);
  }

  async remove(connectionId: string, group: string): Promise<void> {
    this.#router.leave(connectionId, group);
  }

  async members(group: string, part: ListPart = {}): Promise<Member[]> {
    const members = partOf([...(this.#router.members(group) ?? [])], part);
    return members.map(({ id, user }) => ({ connectionId: id, user }));
  }

  async count(group: string): Promise<number> {
    return this.#router.members(group)?.size ?? 0;
  }

  async of(connectionId: string): Promise<string[]> {
    return this.#router.groupsOf(connectionId);
  }

  async names(): Promise<string[]> {
    return this.#router.groupNames();
  }
}

/** Users of one node, as hubs see them. */
export class RouterUsers implements HubUsers {
  readonly #router: HubRouter<Recipient>;
  readonly #log: Log;
  readonly #listeners = new Set<(change: PresenceChange) => unknown>();

  constructor(router: HubRouter<Recipient>, log: Log) {
    this.#router = router;
    this.#log = log;
  }

  async list(part: ListPart = {}): Promise<string[]> {
    return [...partOf(this.#router.userNames(), part)];
  }

  onChange(listener: (change: PresenceChange) => unknown): () => void {
    // A function that is given twice is called twice, and each of its ends is one end.
    const own = (change: PresenceChange): unknown => listener(change);
    this.#listeners.add(own);
    this.#router.onPresence ??= (user, isConnected) => {
      for (const each of this.#listeners) void this.#tell(each, { user, isConnected });
    };
    return () => void this.#listeners.delete(own);
  }

  async #tell(listener: (change: PresenceChange) => unknown, change: PresenceChange): Promise<void> {
    try {
      await listener(change);
    } catch (error) {
      this.#log('presenceListenerThrew', { user: change.user, error });
    }
  }

  async connections(user: string): Promise<string[]> {
    return [...(this.#router.connectionsOf(user) ?? [])].map(({ id }) => id);
  }

  async isConnected(user: string): Promise<boolean> {
    return this.#router.connectionsOf(user) !== undefined;
  }

  async count(): Promise<number> {
    return this.#router.userCount;
  }
}
