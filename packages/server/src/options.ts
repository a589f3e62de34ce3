import { type Compression, defaultCompression, defaultStatefulReconnect, type StatefulReconnect } from './defaults.ts';
import { serverError } from './errors.ts';
import type { EndpointOptions } from './server-options.ts';
import type { TransportName } from './transport/transport.ts';

const atLeastOne: ReadonlySet<string> = new Set([
  'maxParallelInvocations',
  'maxPendingInvocations',
  'maxPendingMessages',
  'uploadBufferItems',
  'maxFragments',
  'closeTimeoutMs',
  'connectTimeoutMs',
  'pollTimeoutMs',
  'sendTimeoutMs',
  'maxWaitingPosts',
  'windowMs',
  'level',
]);

/**
 * The limits that hold: the given ones, else the defaults.
 * @throws MH_SERVER_INVALID_OPTION for a name that does not exist or a value that it cannot have
 */
export function checkLimits<Limits extends object>(defaults: Limits, given: Partial<Limits> = {}): Limits {
  const limits = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) {
      const known = Object.keys(defaults).join(', ');
      throw serverError('MH_SERVER_INVALID_OPTION', `There is no limit '${name}'. There are: ${known}.`);
    }
    const lowest = atLeastOne.has(name) ? 1 : 0;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < lowest) {
      throw serverError('MH_SERVER_INVALID_OPTION', `'${name}' must be a number from ${lowest} up, not ${value}.`);
    }
    Object.assign(limits, { [name]: value });
  }
  return limits;
}

/** The settings of stateful reconnect; `undefined` when it is off. @throws MH_SERVER_INVALID_OPTION */
export function toStatefulReconnect(
  given: boolean | Partial<StatefulReconnect> | undefined,
): StatefulReconnect | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return defaultStatefulReconnect;
  const { withoutNegotiation = false, ...numbers } = given;
  const { withoutNegotiation: _, ...defaults } = defaultStatefulReconnect;
  return { ...checkLimits(defaults, numbers), withoutNegotiation };
}

const maxLevel = 9;

/** The settings of compression; `undefined` when it is off. @throws MH_SERVER_INVALID_OPTION */
export function toCompression(given: boolean | Partial<Compression> | undefined): Compression | undefined {
  if (given === undefined || given === false) return undefined;
  const compression = checkLimits(defaultCompression, given === true ? {} : given);
  if (compression.level <= maxLevel && Number.isInteger(compression.level)) return compression;
  throw serverError(
    'MH_SERVER_INVALID_OPTION',
    `'level' must be a whole number from 1 to 9, not ${compression.level}.`,
  );
}

const allTransports: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];

/** The transports that are offered, in order. @throws MH_SERVER_INVALID_OPTION */
export function toTransports({ transports = allTransports, webSocket }: EndpointOptions): readonly TransportName[] {
  for (const name of transports) {
    if (allTransports.includes(name)) continue;
    throw serverError(
      'MH_SERVER_INVALID_OPTION',
      `There is no transport '${name}'. There are: ${allTransports.join(', ')}.`,
    );
  }
  const offered = webSocket?.enabled === false ? transports.filter((name) => name !== 'WebSockets') : transports;
  if (offered.length > 0) return offered;
  throw serverError('MH_SERVER_INVALID_OPTION', 'An endpoint without any transport could not be reached.');
}
