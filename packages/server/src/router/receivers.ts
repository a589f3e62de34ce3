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

/**
 * What is called by name: `proxy.anything(…)` is `call('anything', […])`. There is one proxy for each choice of receivers and
 * one for each question, so they share their handler, and their state is this object, which nobody else can see.
 */
abstract class Callbacks {
  /** What is there besides callbacks; `undefined` for every other name. */
  abstract own(name: string): unknown;
  abstract call(name: string, args: unknown[]): unknown;
}

const handler: ProxyHandler<Callbacks> = {
  get(callbacks, name): unknown {
    // It must not look like a promise, so no `then`.
    if (typeof name !== 'string' || name === 'then') return undefined;
    return callbacks.own(name) ?? ((...args: unknown[]) => callbacks.call(name, args));
  },
  set: () => false,
  defineProperty: () => false,
  setPrototypeOf: () => false,
};

/** Whom to send to, and how. */
interface Address {
  readonly messenger: Messenger;
  readonly target: Target;
  /** The one connection that is the target: its answer is no list. */
  readonly connectionId: string | undefined;
  readonly beforeAsk: BeforeAsk | undefined;
}

class Receiving extends Callbacks {
  readonly #address: Address;
  readonly #rule: SendRule;

  constructor(address: Address, rule: SendRule) {
    super();
    this.#address = address;
    this.#rule = rule;
  }

  own(name: string): unknown {
    switch (name) {
      case 'send':
        return (callback: string, ...args: unknown[]) => this.call(callback, args);
      case 'ask':
        return (options: AskOptions = {}) => new Proxy(new Asking(this.#address, options), handler);
      case 'with':
        return (options: SendOptions) => createReceiver(this.#address, toSendRule(this.#rule, options));
      default:
        return undefined;
    }
  }

  call(name: string, args: unknown[]): Promise<void> {
    const { messenger, target } = this.#address;
    try {
      const message = { type: MessageType.Invocation, target: name, arguments: args };
      return messenger.send(target, new EncodedMessage(message, this.#rule)) ?? sent;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

class Asking extends Callbacks {
  readonly #address: Address;
  readonly #options: AskOptions;

  constructor(address: Address, options: AskOptions) {
    super();
    this.#address = address;
    this.#options = options;
  }

  own(): undefined {}

  call(name: string, args: unknown[]): Promise<unknown> {
    const { messenger, target, connectionId, beforeAsk } = this.#address;
    try {
      beforeAsk?.();
      if (connectionId === undefined) return messenger.askAll(target, name, args, this.#options);
      return messenger.askOne(connectionId, name, args, this.#options);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function createReceiver(address: Address, rule: SendRule): object {
  return new Proxy(new Receiving(address, rule), handler);
}

/** Makes `clients` for use outside of hub methods, and inside with what is relative to the caller. */
export class Receivers<Client> implements HubClients<Client> {
  readonly #messenger: Messenger;
  readonly #beforeAsk: BeforeAsk | undefined;

  constructor(messenger: Messenger, beforeAsk?: BeforeAsk) {
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
    return this.#receiver({ kind: 'connections', ids: [connectionId] }, connectionId) as SingleReceiver<Client>;
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
    return this.#receiver(target, undefined) as GroupReceiver<Client>;
  }

  #receiver(target: Target, connectionId: string | undefined): object {
    const messenger = this.#messenger;
    return createReceiver({ messenger, target, connectionId, beforeAsk: this.#beforeAsk }, messenger.sendRule);
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
