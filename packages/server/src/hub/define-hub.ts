import type { CarriesContract } from '@minihub/protocol';
import { assertHub } from './check-hub.ts';
import type { DisconnectInfo, HubContext } from './hub-context.ts';
import type { CallbacksOf, HubMethod } from './hub-method.ts';

/** The methods of a hub by name. */
// biome-ignore lint/suspicious/noExplicitAny: methods of every signature are assignable to it
export type HubMethods<Client, Items> = Record<string, HubMethod<Client, Items, any>>;

/** What {@link defineHub} takes. */
export interface HubOptions<Client, Items, Methods extends HubMethods<Client, Items>> {
  /**
   * Runs after the handshake and before the first message is read. When it throws, the connection is closed
   * with an error and `disconnected` is not called.
   */
  readonly connected?: (context: HubContext<Client, Items>) => unknown;
  /**
   * Runs when a connection has come back by stateful reconnect: same id, same groups, same items, nothing lost.
   * Neither `connected` nor `disconnected` runs for that.
   */
  readonly resumed?: (context: HubContext<Client, Items>) => unknown;
  /** Runs when the client has renewed its token without a reconnect. The user is the same, the claims may differ. */
  readonly authenticationRefreshed?: (context: HubContext<Client, Items>) => unknown;
  /** Runs once after the connection has ended and has left its groups. */
  readonly disconnected?: (context: HubContext<Client, Items>, info: DisconnectInfo) => unknown;
  /** What clients may call. Names match case-insensitively. */
  readonly methods: Methods;
}

type SignaturesOf<Methods> = {
  // biome-ignore lint/suspicious/noExplicitAny: any client, any items
  [K in keyof Methods]: Methods[K] extends HubMethod<any, any, infer Signature> ? Signature : never;
};

/** A hub: pass it to `hubs.map`, and its type to the client's `connect`. Made by {@link defineHub}. */
export interface HubDefinition<Client, Items, Methods extends HubMethods<Client, Items>>
  extends HubOptions<Client, Items, Methods>,
    // biome-ignore lint/suspicious/noExplicitAny: the contract's constraint; the precise types are in the two members
    CarriesContract<{ methods: any; callbacks: any }> {
  readonly '~contract'?: { methods: SignaturesOf<Methods>; callbacks: CallbacksOf<Client> };
}

/** A hub of whichever types. */
// biome-ignore lint/suspicious/noExplicitAny: hubs of every type are assignable to it
export type AnyHub = HubDefinition<any, any, any>;

/** The callbacks of a hub's clients. */
// biome-ignore lint/suspicious/noExplicitAny: only the first parameter is looked at
export type ClientOf<Hub> = Hub extends HubDefinition<infer Client, any, any> ? Client : never;

/** The per-connection items of a hub. */
// biome-ignore lint/suspicious/noExplicitAny: only the second parameter is looked at
export type ItemsOf<Hub> = Hub extends HubDefinition<any, infer Items, any> ? Items : never;

/**
 * Defines a hub. It is called twice, because TypeScript infers either all type arguments or none: the first call
 * takes the types of the client's callbacks and of the connection's items, the second infers the rest.
 *
 * @example
 * type ChatClient = { message(from: string, text: string): void };
 * export const chat = defineHub<ChatClient>()({ methods: { say: method([z.string()], …) } });
 * @throws MH_SERVER_INVALID_HUB when two methods differ only in case, a name begins with `minihub:`, or what is there is not
 * made by `method` or `stream`
 */
export function defineHub<Client = Record<never, never>, Items = Record<string, unknown>>(
  ...nothing: readonly []
): <const Methods extends HubMethods<Client, Items>>(
  options: HubOptions<Client, Items, Methods>,
) => HubDefinition<Client, Items, NoInfer<Methods>> {
  if (nothing.length > 0) assertHub(() => {});
  return (options) => {
    assertHub(options);
    return options;
  };
}
