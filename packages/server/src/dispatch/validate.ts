import type { AnySchema, StandardResult } from '../hub/standard-schema.ts';

/** Runs a Standard Schema validator; synchronous where the validator is. A validator that throws has found an issue. */
export function validate(
  schema: AnySchema,
  value: unknown,
): StandardResult<unknown> | Promise<StandardResult<unknown>> {
  try {
    const result: unknown = schema['~standard'].validate(value);
    return result instanceof Promise ? result.then(checkResult, toIssue) : checkResult(result);
  } catch (error) {
    return toIssue(error);
  }
}

/** Validators are foreign code: one that answers nothing must not break the connection that it works for. */
function checkResult(result: unknown): StandardResult<unknown> {
  return typeof result === 'object' && result !== null
    ? (result as StandardResult<unknown>)
    : toIssue('The validator gave no result.');
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
