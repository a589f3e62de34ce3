import type { Mistake, Text } from '@minihub/command-line';
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

/** What somebody got wrong, in every language; `message` is the English one. */
export class CliError extends MinihubError<CliErrorCode> {
  readonly text: Text;

  constructor(code: CliErrorCode, text: Text, options?: { readonly cause: unknown }) {
    super(code, text.en, options);
    this.text = text;
  }
}

/** Makes a {@link CliError}. */
export function cliError(code: CliErrorCode, text: Text, cause?: unknown): CliError {
  return cause === undefined ? new CliError(code, text) : new CliError(code, text, { cause });
}

/** Makes a {@link CliError} of what is wrong with a command line. */
export function refuse(mistake: Mistake, text: Text): CliError {
  return cliError(`MH_CLI_${mistake}`, text);
}
