/**
 * The shape of a hub as TypeScript sees it from both sides: the server's definition carries it, the client reads it.
 * It exists in types only; nothing of it is there at run time, and no code is generated.
 */
export interface HubContract {
  /** What the client may call, with the types that the client passes and gets. */
  // biome-ignore lint/suspicious/noExplicitAny: the only type that every function type is assignable to
  readonly methods: Record<string, (...args: any[]) => unknown>;
  /** What the server may call on the client; a callback that returns a value is a client result. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly callbacks: Record<string, (...args: any[]) => unknown>;
}

/** A value that carries a {@link HubContract} in its type, as hub definitions do. */
export interface CarriesContract<Contract extends HubContract> {
  /** Never there at run time. */
  readonly '~contract'?: Contract;
}
