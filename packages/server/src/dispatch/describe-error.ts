import { withDetail } from '@minihub/protocol';
import { publicErrorOf } from '../hub/hub-error.ts';

/**
 * `prefix`, with the error behind it as far as clients may know it: a `HubError` always, anything else only with
 * detailed errors. A string stands for invalid data. @see signalr.md 1.11, "Error texts"
 */
export function describeError(prefix: string, error: unknown, detailedErrors: boolean): string {
  const shown = publicErrorOf(error);
  if (shown !== undefined) return withDetail(prefix, shown);
  if (!detailedErrors) return prefix;
  if (typeof error === 'string') return withDetail(prefix, { typeName: 'InvalidDataException', message: error });
  if (error instanceof Error) return withDetail(prefix, { typeName: error.name, message: error.message });
  return withDetail(prefix, { typeName: 'Error', message: textOf(error) });
}

/** What was thrown that is no error; an object may have no text. */
function textOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null ? 'An object was thrown that is no error.' : String(thrown);
}
