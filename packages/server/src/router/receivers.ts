import { MessageType } from '@minihub/protocol';
import type {
  AskOptions,
  AskOutcome,
  GroupReceiver,
  HubCallerClients,
  HubClients,
  SingleReceiver,
} from '../hub/hub-clients.ts';
import { EncodedMessage } from '../outbound/encoded-message.ts';
import type { Target } from './target.ts';

/** What receivers need: someone who sends and asks. */
export interface Messenger {
  /** @throws MH_PROTO_UNENCODABLE */
  send(target: Target, message: EncodedMessage): void;
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

function sendTo(messenger: Messenger, target: Target, callback: string, args: readonly unknown[]): Promise<void> {
  try {
    messenger.send(target, new EncodedMessage({ type: MessageType.Invocation, target: callback, arguments: args }));
    return sent;
  } catch (error) {
    return Promise.reject(error);
  }
}

function createReceiver(messenger: Messenger, target: Target, ask: AnyFunction): object {
  const send = (callback: string, ...args: unknown[]): Promise<void> => sendTo(messenger, target, callback, args);
  return callByName((name, args) => sendTo(messenger, target, name, args), { send, ask });
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
    return createReceiver(this.#messenger, target, ask as AnyFunction) as SingleReceiver<Client>;
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

  protected many(target: Target): GroupReceiver<Client> {
    const ask = (options: AskOptions = {}): object =>
      callByName((name, args) => this.#ask(() => this.#messenger.askAll(target, name, args, options)));
    return createReceiver(this.#messenger, target, ask as AnyFunction) as GroupReceiver<Client>;
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
