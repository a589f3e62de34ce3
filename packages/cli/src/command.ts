import type { Lookup } from './doctor/probes/addresses.ts';
import type { Output, Paint } from './terminal.ts';
import type { Language, Text } from './text.ts';

/** What a command may touch of the world. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** How names are resolved. @defaultValue the resolver of the system */
  readonly lookup?: Lookup;
}

/** An option of a command: `--name VALUE`, or `--name` alone for a switch. */
export interface CommandOption {
  /** What stands for the value in help, such as `SECONDS`. A switch has none. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  readonly help: Text;
}

/** The options that were given, by name. */
export class GivenOptions {
  readonly #values: ReadonlyMap<string, readonly (string | true)[]>;

  constructor(values: ReadonlyMap<string, readonly (string | true)[]>) {
    this.#values = values;
  }

  /** Whether a switch was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value that was given last. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  /** All values that were given. */
  texts(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).filter((value) => value !== true);
  }
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
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Lines that can be typed as they are, each with what it does. */
  readonly examples: readonly { readonly line: string; readonly does: Text }[];
  run(run: CommandRun): Promise<ExitCode>;
}
