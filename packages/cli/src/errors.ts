import { MinihubError } from '@minihub/protocol';

/** Every error code of `@minihub/cli`, with what it means. A retired code stays listed and is never used again. */
export const cliErrorCodes = {
  MH_CLI_UNKNOWN_COMMAND: 'There is no command of that name.',
  MH_CLI_UNKNOWN_OPTION: 'The command has no option of that name.',
  MH_CLI_MISSING_VALUE: 'An option, or the command itself, lacks a value that it needs.',
  MH_CLI_INVALID_VALUE: 'A value cannot be what it was given as: not a number, not in the range, not an address.',
  MH_CLI_UNREADABLE: 'A file or folder that was named cannot be read.',
} as const;

/** One of the codes of {@link cliErrorCodes}. */
export type CliErrorCode = keyof typeof cliErrorCodes;

/** Makes a {@link MinihubError} with a code of this package. */
export function cliError(code: CliErrorCode, message: string, cause?: unknown): MinihubError<CliErrorCode> {
  return cause === undefined ? new MinihubError(code, message) : new MinihubError(code, message, { cause });
}
