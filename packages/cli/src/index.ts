export type { ExitCode, Io } from './command.ts';
export { exitCodes } from './command.ts';
export type { Lookup } from './doctor/probes/addresses.ts';
export type { HostAddress } from './doctor/probes/route.ts';
export { type CliErrorCode, cliErrorCodes } from './errors.ts';
export { runCli } from './run-cli.ts';
export type { Output } from './terminal.ts';
