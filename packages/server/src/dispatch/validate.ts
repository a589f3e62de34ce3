import type { AnySchema, StandardResult } from '../hub/standard-schema.ts';

/** Runs a Standard Schema validator; synchronous where the validator is. A validator that throws has found an issue. */
export function validate(
  schema: AnySchema,
  value: unknown,
): StandardResult<unknown> | Promise<StandardResult<unknown>> {
  try {
    const result = schema['~standard'].validate(value) as StandardResult<unknown> | Promise<StandardResult<unknown>>;
    return result instanceof Promise ? result.catch(toIssue) : result;
  } catch (error) {
    return toIssue(error);
  }
}

function toIssue(error: unknown): StandardResult<unknown> {
  return { issues: [{ message: error instanceof Error ? error.message : String(error) }] };
}

/** The issues in one line, for logs and detailed errors. */
export function describeIssues(result: StandardResult<unknown>): string {
  if (result.issues === undefined) return '';
  return result.issues
    .map(({ message, path }) => {
      const where = path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
      return where ? `${where}: ${message}` : message;
    })
    .join('; ');
}
