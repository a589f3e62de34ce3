import { assertMethodParts } from './check-hub.ts';
import type { HubContext } from './hub-context.ts';
import type { AnySchema, SchemaInput, SchemaOutput } from './standard-schema.ts';

/** Keeps `T` as it is, interfaces too, which have no index signature. */
// biome-ignore lint/suspicious/noExplicitAny: the only type that every function type is assignable to
export type CallbacksOf<T> = { [K in keyof T]: T[K] extends (...args: any[]) => unknown ? T[K] : never };

/** A parameter that the client fills with a stream; see {@link upload}. */
export interface UploadParameter<S extends AnySchema = AnySchema> {
  readonly uploadOf: S;
}

/** One parameter of a hub method: a schema, or an upload stream. */
export type Parameter = AnySchema | UploadParameter;

/** What the method gets for its parameters. */
export type ReceivedArguments<P extends readonly Parameter[]> = {
  -readonly [K in keyof P]: P[K] extends UploadParameter<infer S>
    ? AsyncIterable<SchemaOutput<S>>
    : P[K] extends AnySchema
      ? SchemaOutput<P[K]>
      : never;
};

/** What the client passes for the parameters. */
export type SentArguments<P extends readonly Parameter[]> = {
  -readonly [K in keyof P]: P[K] extends UploadParameter<infer S>
    ? AsyncIterable<SchemaInput<S>>
    : P[K] extends AnySchema
      ? SchemaInput<P[K]>
      : never;
};

/** What a method may be given besides. */
export interface MethodOptions<Client, Items> {
  /**
   * Who may call it. `false`, or a promise of it, refuses with SignalR's text; an error refuses too, and is logged.
   * @defaultValue everybody who is connected
   */
  readonly authorize?: ((context: HubContext<Client, Items>) => boolean | Promise<boolean>) | undefined;
}

/** A method of a hub, made by {@link method} or {@link stream}. */
export interface HubMethod<Client, Items, Signature> {
  readonly kind: 'method' | 'stream';
  readonly parameters: readonly Parameter[];
  // biome-ignore lint/suspicious/noExplicitAny: the schemas stand for the types
  readonly handler: (context: HubContext<Client, Items>, ...args: any[]) => unknown;
  /** Who may call it; see {@link MethodOptions}. */
  readonly authorize: MethodOptions<Client, Items>['authorize'];
  /** Never there at run time: the signature that clients see. */
  readonly '~signature'?: Signature;
}

/**
 * A method that answers once. It may return a value or a promise; the client's `invoke` gets it.
 * @param parameters one schema for each argument, and {@link upload} for each stream from the client
 * @param handler gets the context first, then the validated arguments
 * @throws MH_SERVER_INVALID_HUB when an argument has no schema
 * @example say: method([z.string().max(500)], ({ clients, user }, text) => clients.all.message(user, text))
 */
export function method<Client, Items, const P extends readonly Parameter[], Result>(
  parameters: P,
  handler: (context: HubContext<Client, Items>, ...args: ReceivedArguments<P>) => Result,
  options: MethodOptions<Client, Items> = {},
): HubMethod<Client, Items, (...args: SentArguments<P>) => Promise<Awaited<Result>>> {
  return toHubMethod('method', parameters, handler as AnyHandler<Client, Items>, options);
}

/**
 * A method that answers with a stream: an async generator, or anything async iterable.
 * Its `signal` is aborted when the client stops listening.
 * @throws MH_SERVER_INVALID_HUB when an argument has no schema
 * @example countdown: stream([z.int()], async function* ({ signal }, from) { … yield from; … })
 */
export function stream<Client, Items, const P extends readonly Parameter[], Item>(
  parameters: P,
  handler: (
    context: HubContext<Client, Items>,
    ...args: ReceivedArguments<P>
  ) => AsyncIterable<Item> | Iterable<Item> | Promise<AsyncIterable<Item> | Iterable<Item>>,
  options: MethodOptions<Client, Items> = {},
): HubMethod<Client, Items, (...args: SentArguments<P>) => AsyncIterable<Item>> {
  return toHubMethod('stream', parameters, handler as AnyHandler<Client, Items>, options);
}

type AnyHandler<Client, Items> = HubMethod<Client, Items, never>['handler'];

function toHubMethod<Client, Items>(
  kind: 'method' | 'stream',
  parameters: readonly Parameter[],
  handler: AnyHandler<Client, Items>,
  { authorize }: MethodOptions<Client, Items>,
): HubMethod<Client, Items, never> {
  assertMethodParts(kind, parameters, handler);
  return { kind, parameters, handler, authorize };
}

/**
 * A parameter that the client fills with a stream; the method gets an `AsyncIterable` of validated items.
 * @example sum: method([upload(z.number())], async (_, numbers) => { for await (const n of numbers) … })
 */
export function upload<S extends AnySchema>(item: S): UploadParameter<S> {
  return { uploadOf: item };
}

/** Whether `parameter` is an upload stream. */
export function isUpload(parameter: Parameter): parameter is UploadParameter {
  return 'uploadOf' in parameter;
}
