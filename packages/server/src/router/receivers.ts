import { MessageType } from '@minihub/protocol';
import type {
  AskOptions,
  AskOutcome,
  Audience,
  GroupReceiver,
  HubCallerClients,
  HubClients,
  SingleReceiver,
} from '../hub/hub-clients.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import { type SendOptions, type SendRule, toSendRule } from '../outbound/send-options.ts';
import type { Target } from './target.ts';

/** What receivers need: someone who sends and asks. */
export interface Messenger {
  /** For messages that are sent without options of their own. */
  readonly sendRule: SendRule;
  /** Sends; a promise asks the sender to wait for slow receivers. @throws MH_PROTO_UNENCODABLE */
  send(target: Target, message: EncodedMessage): Promise<void> | undefined;
  /** Asks one connection. */
  askOne(connectionId: string, callback: string, args: readonly unknown[], options: AskOptions): Promise<unknown>;
  /** Asks everybody of a target. Never rejects because of a client. */
  askAll(
    target: Target,
    callback: string,
    args: readonly unknown[],
    options: AskOptions,
  ): Promise<AskOutcome<unknown>[]>;
}

/** Runs before a question goes out: gives back the slot of the asking call, or throws when asking is not allowed. */
export type BeforeAsk = () => void;

const sent: Promise<void> = Promise.resolve();

type AnyFunction = (...args: unknown[]) => unknown;

/** Calls by name: `proxy.anything(…)` is `call('anything', […])`. It must not look like a promise, so no `then`. */
function callByName(call: (name: string, args: unknown[]) => unknown, own: Record<string, unknown> = {}): object {
  return new Proxy(Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, own)), {
    get(target, name): unknown {
      if (typeof name !== 'string' || name === 'then') return undefined;
      return target[name] ?? ((...args: unknown[]) => call(name, args));
    },
  });
}

/** A target, and how messages to it are sent. */
interface Address {
  readonly target: Target;
  readonly rule: SendRule;
}

function sendTo(
  messenger: Messenger,
  { target, rule }: Address,
  callback: string,
  args: readonly unknown[],
): Promise<void> {
  try {
    const message = { type: MessageType.Invocation, target: callback, arguments: args };
    return messenger.send(target, new EncodedMessage(message, rule)) ?? sent;
  } catch (error) {
    return Promise.reject(error);
  }
}

function createReceiver(messenger: Messenger, address: Address, ask: AnyFunction): object {
  const send = (callback: string, ...args: unknown[]): Promise<void> => sendTo(messenger, address, callback, args);
  const withOptions = (options: SendOptions): object =>
    createReceiver(messenger, { target: address.target, rule: toSendRule(address.rule, options) }, ask);
  return callByName((name, args) => sendTo(messenger, address, name, args), { send, ask, with: withOptions });
}

/** Makes `clients` for use outside of hub methods, and inside with what is relative to the caller. */
export class Receivers<Client> implements HubClients<Client> {
  readonly #messenger: Messenger;
  readonly #beforeAsk: BeforeAsk;

  constructor(messenger: Messenger, beforeAsk: BeforeAsk = () => {}) {
    this.#messenger = messenger;
    this.#beforeAsk = beforeAsk;
  }

  get all(): GroupReceiver<Client> {
    return this.many({ kind: 'all' });
  }

  allExcept(connectionIds: readonly string[]): GroupReceiver<Client> {
    return this.many({ kind: 'all', except: new Set(connectionIds) });
  }

  client(connectionId: string): SingleReceiver<Client> {
    const ask = (options: AskOptions = {}): object =>
      callByName((name, args) => this.#ask(() => this.#messenger.askOne(connectionId, name, args, options)));
    const target: Target = { kind: 'connections', ids: [connectionId] };
    return createReceiver(this.#messenger, this.#address(target), ask as AnyFunction) as SingleReceiver<Client>;
  }

  clients(connectionIds: readonly string[]): GroupReceiver<Client> {
    return this.many({ kind: 'connections', ids: [...connectionIds] });
  }

  group(name: string): GroupReceiver<Client> {
    return this.many({ kind: 'groups', names: [name] });
  }

  groups(names: readonly string[]): GroupReceiver<Client> {
    return this.many({ kind: 'groups', names: [...names] });
  }

  groupExcept(name: string, connectionIds: readonly string[]): GroupReceiver<Client> {
    return this.many({ kind: 'groups', names: [name], except: new Set(connectionIds) });
  }

  user(user: string): GroupReceiver<Client> {
    return this.many({ kind: 'users', users: [user] });
  }

  users(users: readonly string[]): GroupReceiver<Client> {
    return this.many({ kind: 'users', users: [...users] });
  }

  anyOf({ groups = [], users = [], connections = [], except = [] }: Audience): GroupReceiver<Client> {
    return this.many({
      kind: 'any',
      names: [...groups],
      users: [...users],
      ids: [...connections],
      except: new Set(except),
    });
  }

  protected many(target: Target): GroupReceiver<Client> {
    const ask = (options: AskOptions = {}): object =>
      callByName((name, args) => this.#ask(() => this.#messenger.askAll(target, name, args, options)));
    return createReceiver(this.#messenger, this.#address(target), ask as AnyFunction) as GroupReceiver<Client>;
  }

  #address(target: Target): Address {
    return { target, rule: this.#messenger.sendRule };
  }

  async #ask(question: () => Promise<unknown>): Promise<unknown> {
    this.#beforeAsk();
    return question();
  }
}

/** `clients` as a hub method sees it. */
export class CallerReceivers<Client> extends Receivers<Client> implements HubCallerClients<Client> {
  readonly #callerId: string;

  constructor(messenger: Messenger, callerId: string, beforeAsk: BeforeAsk) {
    super(messenger, beforeAsk);
    this.#callerId = callerId;
  }

  get caller(): SingleReceiver<Client> {
    return this.client(this.#callerId);
  }

  get others(): GroupReceiver<Client> {
    return this.allExcept([this.#callerId]);
  }

  othersInGroup(name: string): GroupReceiver<Client> {
    return this.groupExcept(name, [this.#callerId]);
  }
}
