import type { Clock } from '../clock.ts';
import type { ConnectionCounts } from '../limits/connection-counts.ts';
import type { RateGuard } from '../limits/rate-guard.ts';
import type { Excess, RateKeys, RateLimiter } from '../limits/rate-limiter.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import { Refusal } from './refusal.ts';

// Nobody knows when a connection of somebody else ends.
const retryWhenFullSeconds = 5;

/** Why nobody may enter. */
export interface Turned {
  readonly refusal: Refusal;
  readonly reason: RefusalReason;
}

/** Says how many connections somebody may open, how often, and how many at once. */
export class ConnectGate {
  readonly #limiter: RateLimiter | undefined;
  readonly #counts: ConnectionCounts;
  readonly #clock: Clock;

  constructor(parts: {
    readonly limiter: RateLimiter | undefined;
    readonly counts: ConnectionCounts;
    readonly clock: Clock;
  }) {
    this.#limiter = parts.limiter;
    this.#counts = parts.counts;
    this.#clock = parts.clock;
  }

  /** Somebody wants to connect, and is not known yet: to be asked before `authenticate`, which costs. */
  knock(address: string | undefined): Turned | undefined {
    const excess = this.#limiter?.connect({ user: undefined, address }, this.#clock.now());
    return excess === undefined ? undefined : tooFast(excess);
  }

  /** A new connection of somebody who is known. When it may enter it must {@link ConnectGate.leave} once. */
  enter(keys: RateKeys): Turned | undefined {
    const excess = this.#limiter?.connect({ user: keys.user, address: undefined }, this.#clock.now());
    if (excess !== undefined) return tooFast(excess);
    const full = this.#counts.enter(keys);
    return full === undefined ? undefined : tooMany(full);
  }

  /** A connection is over. */
  leave(keys: RateKeys): void {
    this.#counts.leave(keys);
  }

  /** What watches the messages of a connection; `undefined` when they are not limited. */
  guard(keys: RateKeys): RateGuard | undefined {
    return this.#limiter?.guard(keys, this.#clock.now());
  }
}

function tooFast({ scope, waitMs }: Excess): Turned {
  const text = `MH_SERVER_RATE_LIMITED: Too many new connections of this ${scope}.`;
  return { refusal: new Refusal(429, text, Math.ceil(waitMs / 1_000)), reason: 'connect_rate' };
}

function tooMany(scope: 'user' | 'address'): Turned {
  const text = `MH_SERVER_TOO_MANY_CONNECTIONS: This ${scope} has too many connections already.`;
  return { refusal: new Refusal(429, text, retryWhenFullSeconds), reason: 'too_many_connections' };
}
