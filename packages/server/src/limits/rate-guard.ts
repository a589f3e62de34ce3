import type { Excess, RateKeys, SharedRates } from './rate-limiter.ts';
import { TokenBucket } from './token-bucket.ts';

/** Watches how often one connection sends. */
export class RateGuard {
  readonly #messages: SharedRates;
  readonly #methods: ReadonlyMap<string, SharedRates>;
  readonly #keys: RateKeys;
  readonly #ownMessages: TokenBucket | undefined;
  // Made when a method is first called: most connections call few of them.
  readonly #ownCalls = new Map<string, TokenBucket>();

  constructor(messages: SharedRates, methods: ReadonlyMap<string, SharedRates>, keys: RateKeys, nowMs: number) {
    this.#messages = messages;
    this.#methods = methods;
    this.#keys = keys;
    const { perConnection } = messages.rates;
    if (perConnection !== undefined) this.#ownMessages = new TokenBucket(perConnection, nowMs);
  }

  /** A message wants to be let through. When the answer is an excess, it was not counted. */
  message(nowMs: number): Excess | undefined {
    return this.#messages.take(this.#keys, this.#ownMessages, nowMs);
  }

  /** A call of a method wants to be let through; as a message it was counted before. */
  call(target: string, nowMs: number): Excess | undefined {
    const rates = this.#methods.get(target.toLowerCase());
    if (rates === undefined) return undefined;
    const { perConnection } = rates.rates;
    let own = this.#ownCalls.get(rates.what);
    if (own === undefined && perConnection !== undefined) {
      own = new TokenBucket(perConnection, nowMs);
      this.#ownCalls.set(rates.what, own);
    }
    return rates.take(this.#keys, own, nowMs);
  }

  /** Messages have come that cannot be stopped any more: pings, acks, unknown and broken ones. */
  charge(nowMs: number, count: number): Excess | undefined {
    return this.#messages.charge(this.#keys, this.#ownMessages, nowMs, count);
  }
}
