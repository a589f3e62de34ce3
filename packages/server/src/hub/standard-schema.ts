/**
 * The Standard Schema interface, version 1: what zod, valibot, arktype and others offer under `~standard`.
 * Declared here so that no validator is a dependency. @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validator answers: a value, or the issues that it found. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Any schema: what it reads and gives is found with {@link SchemaInput} and {@link SchemaOutput}. */
// biome-ignore lint/suspicious/noExplicitAny: schemas of every type are assignable to it
export type AnySchema = StandardSchema<any, any>;

/** The type that a schema reads. */
export type SchemaInput<S extends AnySchema> = NonNullable<S['~standard']['types']>['input'];

/** The type that a schema gives. */
export type SchemaOutput<S extends AnySchema> = NonNullable<S['~standard']['types']>['output'];
