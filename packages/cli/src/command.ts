import type { GivenOptions, Language, OptionKinds, Text } from '@minihub/command-line';
import type { Lookup } from './doctor/probes/addresses.ts';
import type { Output, Paint } from './terminal.ts';

/** What a command may touch of the world. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** A BCP 47 tag: decides on the language where the environment names none. @defaultValue the system's */
  readonly systemLocale?: string;
  /** How names are resolved. @defaultValue the resolver of the system */
  readonly lookup?: Lookup;
}

/** What a command is run with. */
export interface CommandRun {
  readonly io: Io;
  readonly language: Language;
  readonly paint: Paint;
  readonly options: GivenOptions;
  /** What is no option, in its order. */
  readonly arguments: readonly string[];
}

/** How the process ends. */
export const exitCodes = { healthy: 0, findings: 1, usage: 2, bug: 3 } as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command of `minihub`. A new one is a file with one of these, and a line in the table of `commands.ts`. */
export interface Command {
  readonly name: string;
  /** What comes after the name, such as `<wss://host/path> [options]`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: Text;
  /** What it does and when one wants it: paragraphs. */
  readonly about: readonly Text[];
  /** Options by name, without the dashes. */
  readonly options: OptionKinds;
  /** Lines that can be typed as they are, each with what it does. */
  readonly examples: readonly { readonly line: string; readonly does: Text }[];
  run(run: CommandRun): Promise<ExitCode>;
}
