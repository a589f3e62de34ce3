import type { HubContract } from '@minihub/protocol';

// biome-ignore-start lint/suspicious/noExplicitAny: the only type that every function type is assignable to
/** A hub of which nothing is known: every name, every argument. */
export interface AnyHub {
  readonly methods: { readonly [name: string]: (...args: any[]) => any };
  readonly callbacks: { readonly [name: string]: (...args: any[]) => any };
}

/**
 * The contract of a hub: of `typeof hub` where the server defines one, or of `{ methods, callbacks }` written by hand.
 * Types only; importing the server's type with `import type` ships nothing of the server.
 */
export type ContractOf<Hub> = '~contract' extends keyof Hub
  ? NonNullable<Hub['~contract']>
  : Hub extends { methods: infer Methods; callbacks: infer Callbacks }
    ? { methods: Methods; callbacks: Callbacks }
    : HubContract;

type Methods<Hub> = ContractOf<Hub> extends { methods: infer M } ? M : never;
type Callbacks<Hub> = ContractOf<Hub> extends { callbacks: infer C } ? C : never;

type IsAny<T> = 0 extends 1 & T ? true : false;
type ResultOf<F> = F extends (...args: any[]) => infer R ? R : never;

/** The arguments of a method or callback. */
export type ArgumentsOf<F> = F extends (...args: infer A) => any ? A : never;

/** Last arguments that may be undefined may be left out: a tuple of schemas cannot say so. */
type OptionalTail<A extends any[]> = A extends [...infer Head, infer Last]
  ? undefined extends Last
    ? [...OptionalTail<Head>, Last?]
    : A
  : A;

/** Names of the methods that can be called, of whichever kind. */
export type MethodName<Hub> = keyof Methods<Hub> & string;

/** Names of the methods that answer once. */
export type InvokeName<Hub> = {
  [K in MethodName<Hub>]: IsAny<ResultOf<Methods<Hub>[K]>> extends true
    ? K
    : ResultOf<Methods<Hub>[K]> extends AsyncIterable<unknown>
      ? never
      : K;
}[MethodName<Hub>];

/** Names of the methods that answer with a stream. */
export type StreamName<Hub> = {
  [K in MethodName<Hub>]: ResultOf<Methods<Hub>[K]> extends AsyncIterable<unknown> ? K : never;
}[MethodName<Hub>];

/** The arguments of a hub method. An upload stream is any `AsyncIterable`. */
export type MethodArguments<Hub, Name extends MethodName<Hub>> = OptionalTail<ArgumentsOf<Methods<Hub>[Name]>>;

/** What `invoke` resolves to. */
export type MethodResult<Hub, Name extends MethodName<Hub>> = Awaited<ResultOf<Methods<Hub>[Name]>>;

/** What the items of a stream are. */
export type StreamItem<Hub, Name extends MethodName<Hub>> =
  IsAny<ResultOf<Methods<Hub>[Name]>> extends true
    ? any
    : ResultOf<Methods<Hub>[Name]> extends AsyncIterable<infer Item>
      ? Item
      : never;

/** Names of the callbacks that the server may call. */
export type CallbackName<Hub> = keyof Callbacks<Hub> & string;

/** What can be registered for a callback: one that returns a value answers the server (a client result). */
export type CallbackHandler<Hub, Name extends CallbackName<Hub>> = (
  ...args: ArgumentsOf<Callbacks<Hub>[Name]>
) => Answer<ResultOf<Callbacks<Hub>[Name]>>;

/** Where nothing is expected, anything may be returned. */
type Answer<R> = undefined extends R ? unknown : R | PromiseLike<Awaited<R>>;
// biome-ignore-end lint/suspicious/noExplicitAny: to here
