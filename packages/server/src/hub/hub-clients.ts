import type { MinihubError } from '@minihub/protocol';
import type { SendOptions } from '../outbound/send-options.ts';

/** Names that a receiver has itself; a callback of such a name is sent with {@link Receiver.send}. */
type ReservedName = 'send' | 'ask' | 'with' | 'then';

// biome-ignore lint/suspicious/noExplicitAny: any arguments
type Arguments<F> = F extends (...args: infer A) => any ? A : never;
// biome-ignore lint/suspicious/noExplicitAny: any arguments
type Answer<F> = F extends (...args: any[]) => infer R ? Awaited<R> : never;

/**
 * One or more clients to send to: `receiver.message('Ada', 'hello')` calls the callback `message`.
 * The promise is fulfilled when the message is in the outbound queues of all receivers; a receiver that is gone or
 * broken never makes it fail. It is rejected when the arguments cannot be encoded (MH_PROTO_UNENCODABLE).
 * With the policy `wait` it is fulfilled when the receivers on this node have room again, or after `waitMs`.
 * Messages of one sender arrive in the order of the calls, whether they are awaited or not.
 */
export type Receiver<Client> = {
  readonly [K in Exclude<keyof Client, ReservedName>]: (...args: Arguments<Client[K]>) => Promise<void>;
} & {
  /** The same by name, for names that are computed or reserved (`send`, `ask`, `with`, `then`). */
  send<K extends keyof Client & string>(callback: K, ...args: Arguments<Client[K]>): Promise<void>;
};

/** How long to wait for answers, and what ends the waiting. */
export interface AskOptions {
  /**
   * The deadline, in milliseconds; 0 waits as long as the connection lives. It is never early, and late by two milliseconds at
   * most and what holds up the event loop: questions that may take equally long share a timer. @defaultValue 30_000
   */
  readonly timeoutMs?: number;
  /** Ends the waiting when aborted. */
  readonly signal?: AbortSignal;
}

/** One client: it can be sent to, and asked. */
export type SingleReceiver<Client> = Receiver<Client> & {
  /**
   * The same client, sent to with options. Keep what it gives where the options are always the same.
   * @throws MH_SERVER_INVALID_OPTION
   * @example await clients.caller.with({ policy: 'wait' }).row(next);
   */
  with(options: SendOptions): SingleReceiver<Client>;
  /**
   * Calls a callback and waits for its result.
   * @throws MH_SERVER_CONNECTION_NOT_FOUND, MH_SERVER_CONNECTION_LOST, MH_SERVER_ASK_TIMEOUT, MH_SERVER_ASK_CANCELED,
   * MH_SERVER_ASK_FAILED (the client's error text is the message), MH_SERVER_ASK_NOT_ALLOWED (inside `connected`)
   * @example const yes = await clients.caller.ask().confirm('Really?');
   */
  ask(options?: AskOptions): {
    readonly [K in keyof Client]: (...args: Arguments<Client[K]>) => Promise<Answer<Client[K]>>;
  };
};

/** What one of several clients answered. */
export type AskOutcome<Value> =
  | {
      readonly connectionId: string;
      readonly user: string | undefined;
      readonly status: 'answered';
      readonly value: Value;
    }
  | {
      readonly connectionId: string;
      readonly user: string | undefined;
      readonly status: 'failed';
      readonly error: MinihubError;
    };

/** Several clients: they can be sent to, and asked all at once. */
export type GroupReceiver<Client> = Receiver<Client> & {
  /**
   * The same clients, sent to with options. Keep what it gives where the options are always the same.
   * @throws MH_SERVER_INVALID_OPTION
   * @example clients.group('traders').with({ policy: 'latest', key: 'AAPL' }).price('AAPL', 187.2);
   */
  with(options: SendOptions): GroupReceiver<Client>;
  /**
   * Asks all of them at once and collects what came before the deadline. Never rejects because of a client: who did
   * not answer is there with `status: 'failed'` and the error (MH_SERVER_ASK_TIMEOUT and so on).
   * @example const votes = await clients.group('jury').ask({ timeoutMs: 5000 }).vote('yes or no?');
   */
  ask(options?: AskOptions): {
    readonly [K in keyof Client]: (...args: Arguments<Client[K]>) => Promise<AskOutcome<Answer<Client[K]>>[]>;
  };
};

/** Whom {@link HubClients.anyOf} reaches: who is in at least one of these. */
export interface Audience {
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
  readonly connections?: readonly string[];
  /** The ids of connections that are left out all the same. */
  readonly except?: readonly string[];
}

/** Whom a hub can send to, from anywhere. */
export interface HubClients<Client> {
  /** Every connection of the hub. */
  readonly all: GroupReceiver<Client>;
  /** Every connection but these. */
  allExcept(connectionIds: readonly string[]): GroupReceiver<Client>;
  /** One connection. An unknown id is ignored by sends, and refused by `ask`. */
  client(connectionId: string): SingleReceiver<Client>;
  /** These connections. */
  clients(connectionIds: readonly string[]): GroupReceiver<Client>;
  /** The members of a group. */
  group(name: string): GroupReceiver<Client>;
  /** The members of these groups; who is in two of them gets one message. */
  groups(names: readonly string[]): GroupReceiver<Client>;
  /** The members of a group, but not these connections. */
  groupExcept(name: string, connectionIds: readonly string[]): GroupReceiver<Client>;
  /** All connections of a user. */
  user(user: string): GroupReceiver<Client>;
  /** All connections of these users. */
  users(users: readonly string[]): GroupReceiver<Client>;
  /**
   * Groups, users and connections together: who belongs to several of them gets one message.
   * @example clients.anyOf({ groups: ['team'], users: ['boss'] }).message('build', 'green');
   */
  anyOf(audience: Audience): GroupReceiver<Client>;
}

/** Whom a hub method can send to: the same, and what is relative to the caller. */
export interface HubCallerClients<Client> extends HubClients<Client> {
  /** The caller. */
  readonly caller: SingleReceiver<Client>;
  /** Everybody but the caller. */
  readonly others: GroupReceiver<Client>;
  /** The members of a group, but not the caller. */
  othersInGroup(name: string): GroupReceiver<Client>;
}
