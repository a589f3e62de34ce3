import type { HubGroups, HubUsers, Member } from '../hub/hub-groups.ts';
import type { HubRouter, Recipient } from './hub-router.ts';

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

  async members(group: string): Promise<Member[]> {
    return [...(this.#router.members(group) ?? [])].map(({ id, user }) => ({ connectionId: id, user }));
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

  constructor(router: HubRouter<Recipient>) {
    this.#router = router;
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
