import type { Mistake, Text } from '@minihub/command-line';

/** Every error code of `create-minihub`, with what it means. A retired code stays listed and is never used again. */
export const createErrorCodes = {
  MH_CREATE_UNKNOWN_OPTION: 'There is no option of that name.',
  MH_CREATE_MISSING_VALUE: 'An option, or the command itself, lacks a value that it needs.',
  MH_CREATE_INVALID_VALUE:
    'A value cannot be what it was given as: not a language, not a package name, one folder too many.',
  MH_CREATE_FOLDER_NOT_EMPTY: 'The folder holds files already, and --force was not given.',
  MH_CREATE_CANNOT_WRITE: 'The folder, or a file in it, cannot be made.',
} as const;

/** One of the codes of {@link createErrorCodes}. */
export type CreateErrorCode = keyof typeof createErrorCodes;

const brand = Symbol.for('minihub.error');

/** What somebody got wrong, or the disk refused, with a stable code. */
export class CreateError extends Error {
  readonly code: CreateErrorCode;
  /** What is wrong, in every language; `message` is the English one. */
  readonly text: Text;

  constructor(code: CreateErrorCode, text: Text, options: { readonly cause?: unknown } = {}) {
    super(text.en, options);
    this.name = 'CreateError';
    this.code = code;
    this.text = text;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is such an error, from whichever copy of the package. */
  static is(value: unknown): value is CreateError {
    const candidate = value as { code?: unknown } | null | undefined;
    return value instanceof Error && brand in value && String(candidate?.code).startsWith('MH_CREATE_');
  }
}

/** Makes a {@link CreateError} of what is wrong with a command line. */
export function refuse(mistake: Mistake, text: Text): CreateError {
  return new CreateError(`MH_CREATE_${mistake}`, text);
}
