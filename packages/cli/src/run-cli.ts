import {
  type Language,
  languageOf,
  languageOfArguments,
  type OptionKinds,
  type ReadArguments,
  readArguments,
  readLanguage,
} from '@minihub/command-line';
import { type Command, type CommandRun, type ExitCode, exitCodes, type Io } from './command.ts';
import { commonOptions, unknownCommand } from './command-line.ts';
import { commands } from './commands.ts';
import { CliError, refuse } from './errors.ts';
import { commandHelp, type HelpStyle, programHelp } from './help.ts';
import { paintFor, widthOf, withoutControls } from './terminal.ts';
import { version } from './version.ts';

function styleFor(io: Io, language: Language): HelpStyle {
  return { language, paint: paintFor(io.stdout, io.env), width: widthOf(io.stdout) };
}

function readOptions(args: readonly string[], kinds: OptionKinds, io: Io): ReadArguments & { language: Language } {
  const read = readArguments(args, kinds, refuse);
  return { ...read, language: readLanguage(read.options, refuse) ?? languageOf(io.env, io.systemLocale) };
}

function runCommand(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const { options, positionals, language } = readOptions(args, { ...command.options, ...commonOptions }, io);
  if (options.has('help')) {
    io.stdout.write(commandHelp(command, styleFor(io, language)));
    return Promise.resolve(exitCodes.healthy);
  }
  const run: CommandRun = { io, language, paint: paintFor(io.stdout, io.env), options, arguments: positionals };
  return command.run(run);
}

async function dispatch(args: readonly string[], io: Io): Promise<ExitCode> {
  const [word, ...rest] = args;
  const names = commands.map(({ name }) => name);
  if (word === '--version' || word === '-v') {
    io.stdout.write(`${version}\n`);
    return exitCodes.healthy;
  }
  if (word === undefined || word.startsWith('-') || word === 'help') {
    const [topic] = word === 'help' ? rest : [];
    const command = commands.find(({ name }) => name === topic);
    if (command !== undefined) return runCommand(command, ['--help', ...rest.slice(1)], io);
    if (topic !== undefined && !topic.startsWith('-')) throw unknownCommand(topic, names);
    const versionKind = { version: { help: commonOptions.help.help } };
    const { language } = readOptions(word === 'help' ? rest : args, { ...commonOptions, ...versionKind }, io);
    const help = programHelp(commands, styleFor(io, language));
    const asked = word !== undefined;
    (asked ? io.stdout : io.stderr).write(help);
    return asked ? exitCodes.healthy : exitCodes.usage;
  }
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) throw unknownCommand(word, names);
  return await runCommand(command, rest, io);
}

/**
 * Runs a command line: `runCli(['doctor', 'wss://example.com/hub'], io)`. It never throws: what a user got wrong is one
 * line on `stderr` in the user's language, with its code, and exit code 2.
 * @returns the exit code: 0 healthy, 1 something was found, 2 wrong usage, 3 a bug of this program
 */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    const paint = paintFor(io.stderr, io.env);
    if (error instanceof CliError) {
      const language = languageOfArguments(args, languageOf(io.env, io.systemLocale));
      const text = withoutControls(error.text[language]);
      io.stderr.write(`${paint('red', 'minihub:')} ${text} ${paint('dim', `(${error.code})`)}\n`);
      return exitCodes.usage;
    }
    const told = error instanceof Error ? error : new Error(String(error));
    const detail = (io.env.MINIHUB_DEBUG ?? '') === '' ? `${told.message} (MINIHUB_DEBUG=1 shows where)` : told.stack;
    io.stderr.write(`${paint('red', 'minihub: this is a bug of minihub, please report it:')} ${detail}\n`);
    return exitCodes.bug;
  }
}
