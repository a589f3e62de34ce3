export { CreateError, type CreateErrorCode, createErrorCodes } from './errors.ts';
export { type ExitCode, exitCodes, type Io, type Output, runCreate } from './run-create.ts';
