import type { RateKeys } from './rate-limiter.ts';

/** How many connections each user and each address has. Only those who have some are known. */
export class ConnectionCounts {
  readonly #maxPerUser: number;
  readonly #maxPerAddress: number;
  readonly #users = new Map<string, number>();
  readonly #addresses = new Map<string, number>();

  /** 0 turns a limit off. */
  constructor(limits: { readonly maxConnectionsPerUser: number; readonly maxConnectionsPerAddress: number }) {
    this.#maxPerUser = limits.maxConnectionsPerUser;
    this.#maxPerAddress = limits.maxConnectionsPerAddress;
  }

  /** Users and addresses that are known. */
  get size(): number {
    return this.#users.size + this.#addresses.size;
  }

  /** Counts a connection; says who has too many already, and then does not count it. */
  enter({ user, address }: RateKeys): 'user' | 'address' | undefined {
    if (isReached(this.#users, user, this.#maxPerUser)) return 'user';
    if (isReached(this.#addresses, address, this.#maxPerAddress)) return 'address';
    if (this.#maxPerUser > 0) change(this.#users, user, 1);
    if (this.#maxPerAddress > 0) change(this.#addresses, address, 1);
    return undefined;
  }

  /** A connection that was counted is over. */
  leave({ user, address }: RateKeys): void {
    if (this.#maxPerUser > 0) change(this.#users, user, -1);
    if (this.#maxPerAddress > 0) change(this.#addresses, address, -1);
  }
}

function isReached(counts: Map<string, number>, key: string | undefined, most: number): boolean {
  return most > 0 && key !== undefined && (counts.get(key) ?? 0) >= most;
}

function change(counts: Map<string, number>, key: string | undefined, by: number): void {
  if (key === undefined) return;
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
