import { serverError } from '../errors.ts';
import type { Rate } from './token-bucket.ts';

/**
 * What happens to a message that exceeds its rate.
 * `refuse`: a call is answered with an error that begins with `MH_SERVER_RATE_LIMITED`; one that wants no answer is
 * dropped. What cannot be refused (items of a stream, answers, pings) is delayed.
 * `delay`: nothing is read from the connection until it may go on: nothing is lost, and its client's socket fills up.
 * `disconnect`: the connection is ended with `MH_SERVER_RATE_LIMITED`, and without leave to come back by itself.
 */
export type OnExcess = 'refuse' | 'delay' | 'disconnect';

/** Rates of what clients send. Each holds for itself; one that is absent is off. */
export interface MessageRates {
  /** For each connection. */
  readonly perConnection?: Rate;
  /** For each user, all connections together. Connections without a user are not counted. */
  readonly perUser?: Rate;
  /** For each address, all connections together. IPv6 addresses are taken by their network (/64). */
  readonly perAddress?: Rate;
  /** What happens to more. @defaultValue 'delay' for `messages`, 'refuse' for `methods` */
  readonly onExcess?: OnExcess;
}

/** Rates of new connections. */
export interface ConnectRates {
  /** For each user. More are answered with 429. */
  readonly perUser?: Rate;
  /** For each address; counted before `authenticate`, so that guessing tokens counts as well. More are answered with 429. */
  readonly perAddress?: Rate;
}

/**
 * How often clients may do things. Everything is off unless given: how much is too much only the application knows,
 * and behind one address there may be a whole city's phones. Sizes, counts and memory are bounded in any case.
 *
 * Limits that are given to the server are counted for all endpoints together that have none of their own.
 * @example
 * rateLimits: {
 *   connects: { perAddress: { perSecond: 5, burst: 50 } },
 *   messages: { perConnection: { perSecond: 50, burst: 200 } },
 *   methods: { login: { perAddress: { perSecond: 0.1, burst: 5 } } },
 * }
 */
export interface RateLimits {
  /** New connections: each negotiate, each WebSocket without negotiate, each request with an id that is unknown. */
  readonly connects?: ConnectRates;
  /** Everything that clients send, pings, unknown methods and broken messages included. */
  readonly messages?: MessageRates;
  /** Calls of single methods, by name (case does not matter). They count as messages as well. Not for raw endpoints. */
  readonly methods?: Readonly<Record<string, MessageRates>>;
}

/** A rate limit that was checked. */
export interface CheckedRates {
  readonly perConnection: Required<Rate> | undefined;
  readonly perUser: Required<Rate> | undefined;
  readonly perAddress: Required<Rate> | undefined;
  readonly onExcess: OnExcess;
}

/** {@link RateLimits} that were checked. */
export interface CheckedRateLimits {
  readonly connects: CheckedRates;
  readonly messages: CheckedRates;
  readonly methods: ReadonlyMap<string, CheckedRates>;
}

const scopes = ['perConnection', 'perUser', 'perAddress'];
const excesses: readonly unknown[] = ['refuse', 'delay', 'disconnect'];

/** Completes rate limits. @throws MH_SERVER_INVALID_OPTION */
export function checkRateLimits(limits: RateLimits): CheckedRateLimits {
  assertMembers('rateLimits', limits, ['connects', 'messages', 'methods']);
  const methods = Object.entries(limits.methods ?? {}).map(([name, rates]): [string, CheckedRates] => [
    name.toLowerCase(),
    checkRates(`methods.${name}`, rates, 'refuse'),
  ]);
  assertMembers('connects', limits.connects ?? {}, ['perUser', 'perAddress']);
  return {
    connects: checkRates('connects', limits.connects ?? {}, 'refuse'),
    messages: checkRates('messages', limits.messages ?? {}, 'delay'),
    methods: new Map(methods),
  };
}

function checkRates(name: string, rates: MessageRates, defaultExcess: OnExcess): CheckedRates {
  assertMembers(name, rates, [...scopes, 'onExcess']);
  const { onExcess = defaultExcess } = rates;
  if (!excesses.includes(onExcess)) {
    throw invalid(`'${name}.onExcess' must be 'refuse', 'delay' or 'disconnect', not ${String(onExcess)}.`);
  }
  return {
    perConnection: checkRate(`${name}.perConnection`, rates.perConnection),
    perUser: checkRate(`${name}.perUser`, rates.perUser),
    perAddress: checkRate(`${name}.perAddress`, rates.perAddress),
    onExcess,
  };
}

function checkRate(name: string, rate: Rate | undefined): Required<Rate> | undefined {
  if (rate === undefined) return undefined;
  assertMembers(name, rate, ['perSecond', 'burst']);
  const { perSecond } = rate;
  const burst = rate.burst ?? Math.max(1, perSecond);
  assertNumber(`${name}.perSecond`, perSecond, 0);
  assertNumber(`${name}.burst`, burst, 1);
  return perSecond === 0 ? undefined : { perSecond, burst };
}

function assertNumber(name: string, value: unknown, lowest: number): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= lowest) return;
  throw invalid(`'${name}' must be a number from ${lowest} up, not ${String(value)}.`);
}

function assertMembers(name: string, value: unknown, members: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw invalid(`'${name}' must be an object.`);
  for (const member of Object.keys(value)) {
    if (members.includes(member)) continue;
    throw invalid(`'${name}' has no member '${member}'. It has: ${members.join(', ')}.`);
  }
}

function invalid(message: string): Error {
  return serverError('MH_SERVER_INVALID_OPTION', message);
}
