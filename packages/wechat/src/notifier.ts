import { type HubClients, type HubHandle, MinihubError } from '@minihub/server';
import { SubscribeGrants } from './grants.ts';
import { type SubscribeMessage, type SubscribeOutcome, sendSubscribeMessage } from './subscribe-message.ts';
import { toApi, type WechatApi, type WechatAppOptions } from './wechat-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: any arguments
type ArgumentsOf<F> = F extends (...args: infer A) => any ? A : never;

/** What a client is to be told: the name of one of its callbacks, and the arguments. */
export type Notice<Client> = {
  [K in keyof Client & string]: readonly [callback: K, ...args: ArgumentsOf<Client[K]>];
}[keyof Client & string];

/** What {@link Notifier.notify} does besides. */
export interface NotifyOptions<Client> {
  /**
   * The callback for clients that are connected. Absent: nobody is told over the hub; only presence decides. A connection that
   * is lost and may yet be resumed is present: to know that somebody is there, send a message and let it be answered.
   */
  readonly message?: Notice<Client>;
  /** What WeChat is to deliver when no client took the message. Absent: nothing. */
  readonly ifOffline?: SubscribeMessage;
  /** The openid, when the hub's users are something else. @defaultValue the user */
  readonly openid?: string;
  /**
   * How long clients may take to say that they have the message, in milliseconds. A connection whose phone sleeps is
   * still connected: only an answer shows that somebody is there. 0 asks for no answer: being connected is enough.
   * @defaultValue 5_000
   */
  readonly acknowledgeWithinMs?: number;
}

/** How a notification went. */
export type NotifyResult =
  /** Clients had it. `connections` says how many of the user's took it. */
  | { readonly via: 'hub'; readonly connections: number }
  /** WeChat took it. */
  | { readonly via: 'wechat'; readonly messageId: string | undefined }
  /** Nobody was reached: no client was there, and WeChat did not take it, or was not asked. */
  | { readonly via: 'nobody'; readonly outcome: Exclude<SubscribeOutcome, { status: 'sent' }> | undefined };

/** The default of {@link NotifyOptions.acknowledgeWithinMs}. */
const defaultAcknowledgeMs = 5_000;

/** Tells users something wherever they are: over the hub, else by WeChat. Made by {@link createNotifier}. */
export class Notifier<Client> {
  /** What users have agreed to. */
  readonly grants: SubscribeGrants;
  readonly #api: WechatApi;
  readonly #hub: HubHandle<Client>;

  /** @internal Use {@link createNotifier}. */
  constructor(api: WechatApi, hub: HubHandle<Client>) {
    this.#api = api;
    this.#hub = hub;
    this.grants = new SubscribeGrants(api);
  }

  /**
   * Tells a user something.
   * @throws MH_WECHAT_UNREACHABLE, MH_PROTO_UNENCODABLE
   * @example
   * const result = await notifier.notify(user, {
   *   message: ['message', 'Ada', 'Dinner?'],
   *   ifOffline: subscribeMessage(template, { thing1: 'Dinner?' }, 'pages/room/room?id=7'),
   * });
   */
  async notify(user: string, options: NotifyOptions<Client>): Promise<NotifyResult> {
    const connections = await this.#overHub(user, options);
    if (connections > 0) return { via: 'hub', connections };
    const { ifOffline, openid = user } = options;
    if (ifOffline === undefined) return { via: 'nobody', outcome: undefined };
    const outcome = await sendSubscribeMessage(this.#api, openid, ifOffline);
    if (outcome.status === 'not-subscribed') await this.grants.exhausted(openid, ifOffline.templateId);
    if (outcome.status !== 'sent') return { via: 'nobody', outcome };
    await this.grants.used(openid, ifOffline.templateId);
    return { via: 'wechat', messageId: outcome.messageId };
  }

  /** How many of the user's connections have the message. */
  async #overHub(user: string, options: NotifyOptions<Client>): Promise<number> {
    const { message, acknowledgeWithinMs = defaultAcknowledgeMs } = options;
    const connections = (await this.#hub.users.connections(user)).length;
    if (message === undefined || connections === 0) return connections;
    const [callback, ...args] = message as unknown as [string, ...unknown[]];
    const receiver = (this.#hub.clients as HubClients<Record<string, (...args: unknown[]) => unknown>>).user(user);
    if (acknowledgeWithinMs === 0) {
      await receiver.send(callback, ...args);
      return connections;
    }
    const asked = receiver.ask({ timeoutMs: acknowledgeWithinMs })[callback] as (
      ...args: unknown[]
    ) => Promise<{ status: string; error?: unknown }[]>;
    const outcomes = await asked(...args);
    // A callback that returns nothing is answered with an error by its client, and an answer it is.
    return outcomes.filter(({ status, error }) => status === 'answered' || isAnswer(error)).length;
  }
}

function isAnswer(error: unknown): boolean {
  return MinihubError.is(error) && error.code === 'MH_SERVER_ASK_FAILED';
}

/**
 * Tells users of a hub something wherever they are.
 * @param options an api, or what one is made of; `login.api` serves as well
 * @example const notifier = createNotifier(hubs.hub(chat), { api: login.api });
 */
export function createNotifier<Client>(
  hub: HubHandle<Client>,
  options: WechatAppOptions | { readonly api: WechatApi },
): Notifier<Client> {
  return new Notifier(toApi(options), hub);
}
