import { bindErrors } from '@minihub/protocol';
import type { AnySchema, StandardResult } from '../hub/standard-schema.ts';
import { describeIssues, validate } from './validate.ts';

/** The arguments of an invocation after validation, or why they do not fit. */
export type BoundArguments =
  | { readonly values: unknown[]; readonly error?: undefined }
  /** `error` may cross the wire with detailed errors; `issues` are for the log. */
  | { readonly error: string; readonly issues: string };

/**
 * Validates the arguments of an invocation. Arguments that are missing at the end are tried as `undefined`, so that
 * optional parameters can be left out. Synchronous when all validators are.
 */
export function bindArguments(
  schemas: readonly AnySchema[],
  provided: readonly unknown[],
): BoundArguments | Promise<BoundArguments> {
  if (provided.length > schemas.length) return countMismatch(provided, schemas);
  const values: unknown[] = [];
  for (let i = 0; i < schemas.length; i++) {
    const result = validate(schemas[i] as AnySchema, provided[i]);
    if (result instanceof Promise) return bindRest(schemas, provided, values, result);
    if (result.issues !== undefined) return mismatch(schemas, provided, i, result);
    values.push(result.value);
  }
  return { values };
}

async function bindRest(
  schemas: readonly AnySchema[],
  provided: readonly unknown[],
  values: unknown[],
  first: Promise<StandardResult<unknown>>,
): Promise<BoundArguments> {
  let pending: StandardResult<unknown> | Promise<StandardResult<unknown>> = first;
  for (let i = values.length; ; ) {
    const result: StandardResult<unknown> = await pending;
    if (result.issues !== undefined) return mismatch(schemas, provided, i, result);
    values.push(result.value);
    if (++i === schemas.length) return { values };
    pending = validate(schemas[i] as AnySchema, provided[i]);
  }
}

function mismatch(
  schemas: readonly AnySchema[],
  provided: readonly unknown[],
  index: number,
  result: StandardResult<unknown>,
): BoundArguments {
  if (index >= provided.length) return countMismatch(provided, schemas);
  return { error: bindErrors.argumentTypes, issues: `argument ${index}: ${describeIssues(result)}` };
}

function countMismatch(provided: readonly unknown[], schemas: readonly AnySchema[]): BoundArguments {
  const error = bindErrors.argumentCount(provided.length, schemas.length);
  return { error, issues: error };
}
