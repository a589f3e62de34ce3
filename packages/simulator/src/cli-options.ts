import { SimulatorError } from './errors.ts';
import { parseRoute, type Routes } from './routes.ts';

/** What the command line asked for. */
export interface CliOptions {
  readonly dir: string;
  readonly port: number;
  readonly host?: string;
  readonly open: boolean;
  readonly language?: 'zh' | 'en';
  /** Where addresses really lead. */
  readonly routes: Routes;
  readonly help: boolean;
}

const flags = ['--port', '--host', '--open', '--lang', '--route', '--help'];

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

function unknown(flag: string): SimulatorError {
  const [nearest = ''] = [...flags].sort((one, other) => distance(flag, one) - distance(flag, other));
  const hint = distance(flag, nearest) <= 3 ? `Did you mean ${nearest}?` : 'See --help.';
  return new SimulatorError('MH_SIM_OPTION', `There is no option ${flag}.`, { hint });
}

function portOf(text: string | undefined): number {
  const port = Number(text);
  if (text === undefined || text === '' || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new SimulatorError('MH_SIM_OPTION', `--port wants a number from 0 to 65535, not ${text ?? 'nothing'}.`);
  }
  return port;
}

function languageOf(text: string | undefined): 'zh' | 'en' {
  if (text === 'zh' || text === 'en') return text;
  throw new SimulatorError('MH_SIM_OPTION', `--lang wants zh or en, not ${text ?? 'nothing'}.`);
}

/** Reads the arguments of the command. @throws SimulatorError MH_SIM_OPTION */
export function readCliOptions(args: readonly string[]): CliOptions {
  const found: { -readonly [Name in keyof CliOptions]: CliOptions[Name] } = {
    dir: '',
    port: 8088,
    open: false,
    help: false,
    routes: {},
  };
  const rest = args.flatMap((arg) => (/^--\w+=/.test(arg) ? arg.split(/=(.*)/s, 2) : [arg]));
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help' || arg === '-h') found.help = true;
    else if (arg === '--open') found.open = true;
    else if (arg === '--port') found.port = portOf(rest.shift());
    else if (arg === '--lang') found.language = languageOf(rest.shift());
    else if (arg === '--route') found.routes = { ...found.routes, ...parseRoute(rest.shift()) };
    else if (arg === '--host') {
      const host = rest.shift();
      if (host === undefined || host === '') throw new SimulatorError('MH_SIM_OPTION', '--host wants an address.');
      found.host = host;
    } else if (arg.startsWith('-')) throw unknown(arg);
    else if (found.dir !== '') throw new SimulatorError('MH_SIM_OPTION', `One folder only: ${found.dir} or ${arg}?`);
    else found.dir = arg;
  }
  if (found.dir === '' && !found.help) {
    throw new SimulatorError('MH_SIM_OPTION', 'Which folder? minihub-simulator DIR', { hint: 'See --help.' });
  }
  return found;
}

/** What `--help` says. */
export const helpText = `minihub-simulator DIR [options]

Shows the mini program in DIR in a phone's frame in your browser, on a simulated network: hide it, take its
network away, let its connection die silently, skip ten minutes. It loads again when a file changes.

DIR is a folder with app.json, or a project whose project.config.json says where that is (miniprogramRoot).

  --port N        where to listen; 0 takes a free port               (8088)
  --host ADDRESS  who can reach it; whoever can may use its relay    (127.0.0.1: this machine)
  --open          opens the browser
  --lang zh|en    language of the page                               (what the browser prefers)
  --route FROM=TO where an address of the mini program really leads; as often as there are addresses:
                  example.com=127.0.0.1:3000 (all of a host), wss://example.com/chat=ws://127.0.0.1:3000/hub
  --help          this text

Example:
  npx minihub-simulator ./miniprogram --open --route api.example.com=127.0.0.1:3000
`;
