import { BucketMap } from './bucket-map.ts';
import { RateGuard } from './rate-guard.ts';
import type { CheckedRateLimits, CheckedRates, OnExcess } from './rate-limits.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Whom a rate counts together. */
export type RateScope = 'connection' | 'user' | 'address';

/** Whom a connection's messages count for, besides itself. */
export interface RateKeys {
  readonly user: string | undefined;
  readonly address: string | undefined;
}

/** A rate that was exceeded. */
export interface Excess {
  readonly onExcess: OnExcess;
  /** `connects`, `messages`, or the name of the method. */
  readonly what: string;
  readonly scope: RateScope;
  /** How long until it may happen. */
  readonly waitMs: number;
}

/** One rate limit, with the buckets that connections share. */
export class SharedRates {
  readonly what: string;
  readonly rates: CheckedRates;
  readonly #perUser: BucketMap | undefined;
  readonly #perAddress: BucketMap | undefined;

  constructor(what: string, rates: CheckedRates, maxKeys: number) {
    this.what = what;
    this.rates = rates;
    if (rates.perUser !== undefined) this.#perUser = new BucketMap(rates.perUser, maxKeys);
    if (rates.perAddress !== undefined) this.#perAddress = new BucketMap(rates.perAddress, maxKeys);
  }

  /** Whether nothing is limited. */
  get isOff(): boolean {
    const { perConnection, perUser, perAddress } = this.rates;
    return perConnection === undefined && perUser === undefined && perAddress === undefined;
  }

  /** Keys that are known, in all. */
  get size(): number {
    return (this.#perUser?.size ?? 0) + (this.#perAddress?.size ?? 0);
  }

  /** The buckets that something must pass. */
  *bucketsOf(keys: RateKeys, own: TokenBucket | undefined, nowMs: number): Iterable<[RateScope, TokenBucket]> {
    if (own !== undefined) yield ['connection', own];
    if (keys.user !== undefined && this.#perUser !== undefined) {
      yield ['user', this.#perUser.bucketOf(keys.user, nowMs)];
    }
    if (keys.address !== undefined && this.#perAddress !== undefined) {
      yield ['address', this.#perAddress.bucketOf(keys.address, nowMs)];
    }
  }

  /** Takes a token from each bucket, or none: then the answer says which was empty. */
  take(keys: RateKeys, own: TokenBucket | undefined, nowMs: number): Excess | undefined {
    const empty = this.#longest(keys, own, nowMs, 1);
    if (empty === undefined) for (const [, bucket] of this.bucketsOf(keys, own, nowMs)) bucket.take(nowMs);
    return empty;
  }

  /** Takes tokens for what has happened already. The answer says how long it must be quiet in return. */
  charge(keys: RateKeys, own: TokenBucket | undefined, nowMs: number, count: number): Excess | undefined {
    for (const [, bucket] of this.bucketsOf(keys, own, nowMs)) bucket.take(nowMs, count);
    return this.#longest(keys, own, nowMs, 0);
  }

  /** Forgets whom nothing is held against. */
  sweep(nowMs: number): void {
    this.#perUser?.sweep(nowMs);
    this.#perAddress?.sweep(nowMs);
  }

  #longest(keys: RateKeys, own: TokenBucket | undefined, nowMs: number, count: number): Excess | undefined {
    let longest: Excess | undefined;
    for (const [scope, bucket] of this.bucketsOf(keys, own, nowMs)) {
      const waitMs = bucket.waitMs(nowMs, count);
      if (waitMs <= (longest?.waitMs ?? 0)) continue;
      longest = { onExcess: this.rates.onExcess, what: this.what, scope, waitMs };
    }
    return longest;
  }
}

/** The rate limits of an endpoint, or of several that share them. */
export class RateLimiter {
  readonly #connects: SharedRates;
  readonly #messages: SharedRates;
  readonly #methods: ReadonlyMap<string, SharedRates>;

  /** @param maxKeys users and addresses that each rate tells apart; 0 for no limit */
  constructor(limits: CheckedRateLimits, maxKeys: number) {
    this.#connects = new SharedRates('connects', limits.connects, maxKeys);
    this.#messages = new SharedRates('messages', limits.messages, maxKeys);
    const methods = [...limits.methods].map(([name, rates]) => new SharedRates(name, rates, maxKeys));
    this.#methods = new Map(methods.filter((rates) => !rates.isOff).map((rates) => [rates.what, rates]));
  }

  /** Somebody wants to connect. */
  connect(keys: RateKeys, nowMs: number): Excess | undefined {
    return this.#connects.take(keys, undefined, nowMs);
  }

  /** What watches one connection; `undefined` when its messages are not limited. */
  guard(keys: RateKeys, nowMs: number): RateGuard | undefined {
    if (this.#messages.isOff && this.#methods.size === 0) return undefined;
    return new RateGuard(this.#messages, this.#methods, keys, nowMs);
  }

  /** Keys that are known, in all. */
  get size(): number {
    return [...this.#methods.values()].reduce((sum, { size }) => sum + size, this.#connects.size + this.#messages.size);
  }

  /** Looks at the time. */
  sweep(nowMs: number): void {
    this.#connects.sweep(nowMs);
    this.#messages.sweep(nowMs);
    for (const rates of this.#methods.values()) rates.sweep(nowMs);
  }
}
