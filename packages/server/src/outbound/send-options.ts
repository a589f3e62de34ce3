import { defaultSlowClients, type SlowClients } from '../defaults.ts';
import { serverError } from '../errors.ts';

/**
 * What becomes of a message for a client that does not take what is sent to it.
 *
 * * `disconnect`: it waits with the others; when more than `maxBufferedBytes` wait, the client is disconnected.
 * * `wait`: the same, and the promise of the send is fulfilled only when the receivers have room again.
 * * `drop-oldest`: when more than `maxBufferedBytes` wait, the oldest that may be dropped are.
 * * `latest`: a message of the same key that still waits is dropped, and the new one goes to the end of the line.
 */
export type SlowClientPolicy = 'disconnect' | 'wait' | 'drop-oldest' | 'latest';

/** How one message is sent, see `receiver.with`. What is left out is as the hub has it. */
export interface SendOptions {
  /** What happens when a receiver is slow. @defaultValue the hub's `slowClients.policy` */
  readonly policy?: SlowClientPolicy;
  /**
   * Which messages belong together: `latest` replaces those of the same key, `drop-oldest` drops them before others.
   * Each connection has keys of its own. @defaultValue `latest`: the name of the callback; `drop-oldest`: none
   */
  readonly key?: string;
  /**
   * Whether the message may be compressed where the hub compresses. False for secrets: who can put text of his own
   * beside a secret can guess it from the length (CRIME, BREACH). @defaultValue true
   */
  readonly compress?: boolean;
  /**
   * Whether the message leaves at the end of the turn although the hub has a `flushIntervalMs`. What waits for the same
   * receiver leaves with it. @defaultValue false
   */
  readonly urgent?: boolean;
  /** For `wait`: the longest that the promise waits, in milliseconds. Range 1 and up. @defaultValue the hub's `slowClients.waitMs` */
  readonly waitMs?: number;
}

/** {@link SendOptions} as they hold for a message, nothing left out. One object for many messages. */
export interface SendRule {
  readonly policy: SlowClientPolicy;
  readonly key: string | undefined;
  readonly waitMs: number;
  readonly compress: boolean;
  readonly urgent: boolean;
}

const policies: readonly unknown[] = ['disconnect', 'wait', 'drop-oldest', 'latest'] satisfies SlowClientPolicy[];
const sendNames = ['policy', 'key', 'waitMs', 'compress', 'urgent'];
const rawSendNames = ['policy', 'key', 'compress'];
const slowClientNames = Object.keys(defaultSlowClients);

/** The rule for messages that are sent with these options. @throws MH_SERVER_INVALID_OPTION */
export function toSendRule(hub: SendRule, options: SendOptions): SendRule {
  assertNames(options, sendNames);
  const { policy = hub.policy, key = hub.key, waitMs = hub.waitMs } = options;
  const { compress = hub.compress, urgent = hub.urgent } = options;
  if (key !== undefined && typeof key !== 'string') throw invalid(`'key' must be a text, not ${typeof key}.`);
  assertValues(policy, waitMs);
  if (typeof compress !== 'boolean') throw invalid(`'compress' must be true or false, not ${compress}.`);
  if (typeof urgent !== 'boolean') throw invalid(`'urgent' must be true or false, not ${urgent}.`);
  return { policy, key, waitMs, compress, urgent };
}

/** The same for raw endpoints, whose sends give no promise. @throws MH_SERVER_INVALID_OPTION */
export function toRawSendRule(endpoint: SendRule, options: object): SendRule {
  assertNames(options, rawSendNames);
  const rule = toSendRule(endpoint, options);
  if (rule.policy === 'wait') {
    throw invalid("The policy 'wait' is for hubs; a raw connection has 'writable()' to wait for.");
  }
  return rule;
}

/** What holds for slow clients: what is given, else the defaults. @throws MH_SERVER_INVALID_OPTION */
export function toSlowClients(given: Partial<SlowClients> = {}): SlowClients {
  assertNames(given, slowClientNames);
  const { policy, waitMs, tellClient } = defaultSlowClients;
  const slowClients = {
    policy: given.policy ?? policy,
    waitMs: given.waitMs ?? waitMs,
    tellClient: given.tellClient ?? tellClient,
  };
  assertValues(slowClients.policy, slowClients.waitMs);
  return slowClients;
}

/** Whether messages of that policy may be dropped. */
export function mayDrop(policy: SlowClientPolicy): boolean {
  return policy === 'drop-oldest' || policy === 'latest';
}

function assertNames(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`There is no option '${name}'. There are: ${known.join(', ')}.`);
  }
}

function assertValues(policy: unknown, waitMs: unknown): void {
  if (!policies.includes(policy)) throw invalid(`'policy' must be one of ${policies.join(', ')}, not ${policy}.`);
  if (typeof waitMs !== 'number' || !Number.isFinite(waitMs) || waitMs < 1) {
    throw invalid(`'waitMs' must be a number from 1 up, not ${waitMs}.`);
  }
}

function invalid(text: string): Error {
  return serverError('MH_SERVER_INVALID_OPTION', text);
}
