import { basename, resolve } from 'node:path';
import { languageOf, languageOfArguments } from '@minihub/command-line';
import { nameFromFolder, readCommandLine } from './command-line.ts';
import { CreateError } from './errors.ts';
import { version } from './manifest.ts';
import { checkFolder, planProject, writeProject } from './project.ts';
import { helpText, nextSteps } from './words.ts';

/** Where text goes: a stream, as far as it needs to be known. */
export interface Output {
  write(text: string): unknown;
}

/** What the command has of the world. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that paths are relative to. */
  readonly cwd: string;
  /** A BCP 47 tag: decides on the language where the environment names none. @defaultValue the system's */
  readonly systemLocale?: string;
}

/** How the command ended. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What the exit codes mean. */
export const exitCodes: { readonly made: 0; readonly notMade: 1; readonly usage: 2; readonly bug: 3 } = {
  made: 0,
  notMade: 1,
  usage: 2,
  bug: 3,
};

function create(args: readonly string[], io: Io): ExitCode {
  const line = readCommandLine(args);
  const language = line.language ?? languageOf(io.env, io.systemLocale);
  if (line.version) {
    io.stdout.write(`${version}\n`);
    return exitCodes.made;
  }
  if (line.help) {
    io.stdout.write(helpText(language));
    return exitCodes.made;
  }
  if (line.folder === undefined) {
    io.stderr.write(`${helpText(language)}\n`);
    throw new CreateError('MH_CREATE_MISSING_VALUE', {
      en: 'In which folder? create-minihub FOLDER, or . for this one.',
      zh: '在哪个文件夹里？create-minihub 文件夹；. 表示当前文件夹。',
    });
  }
  const absoluteFolder = resolve(io.cwd, line.folder);
  checkFolder(absoluteFolder, line.force);
  const name = line.name ?? nameFromFolder(basename(absoluteFolder));
  const files = planProject({ ...line, name, language });
  writeProject(absoluteFolder, files);
  const made = { ...line, folder: line.folder, absoluteFolder, fileCount: files.size };
  io.stdout.write(nextSteps(made, language));
  return exitCodes.made;
}

// What a terminal would take for a command, in a path or an argument that is quoted back.
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/**
 * Runs the command line: `runCreate(['my-app', '--lang', 'en'], io)`. It never throws: what somebody got wrong is one
 * line on `stderr` in the user's language, with its code.
 * @returns the exit code: 0 made, 1 not made (the folder is not empty, the disk refused), 2 wrong usage, 3 a bug of this program
 */
export function runCreate(args: readonly string[], io: Io): ExitCode {
  try {
    return create(args, io);
  } catch (error) {
    if (CreateError.is(error)) {
      const language = languageOfArguments(args, languageOf(io.env, io.systemLocale));
      io.stderr.write(`create-minihub: ${error.code}: ${withoutControls(error.text[language])}\n`);
      const isDisk = error.code === 'MH_CREATE_FOLDER_NOT_EMPTY' || error.code === 'MH_CREATE_CANNOT_WRITE';
      return isDisk ? exitCodes.notMade : exitCodes.usage;
    }
    const told = error instanceof Error ? error : new Error(String(error));
    const detail = (io.env.MINIHUB_DEBUG ?? '') === '' ? `${told.message} (MINIHUB_DEBUG=1 shows where)` : told.stack;
    io.stderr.write(`create-minihub: this is a bug of create-minihub, please report it: ${detail}\n`);
    return exitCodes.bug;
  }
}
