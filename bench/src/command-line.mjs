import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.mjs';

/**
 * What each option is. `range` is that of a number.
 * @type {Record<string, { type: 'boolean' | 'string', value?: string, range?: [number, number], help: string }>}
 */
const known = {
  quick: { type: 'boolean', help: 'fewer and shorter samples: under two minutes' },
  only: { type: 'string', value: 'A,B', help: 'these workloads: an id, or the beginning of several' },
  peers: { type: 'string', value: 'A,B', help: 'these servers' },
  letters: { type: 'string', value: 'N', range: [0, 30_000], help: 'letters of text in each message [32]' },
  conns: { type: 'string', value: 'N', range: [4, 50_000], help: 'connections of the broadcasts [500]' },
  'idle-conns': { type: 'string', value: 'N', range: [1, 50_000], help: 'the many connections [10,000]' },
  rounds: {
    type: 'string',
    value: 'N',
    range: [1, 1_000],
    help: 'samples of each server, without the one that is dropped',
  },
  seconds: { type: 'string', value: 'S', range: [0.05, 60], help: 'how long each sample is' },
  baseline: { type: 'string', value: 'DIR', help: 'another checkout of this repository takes part' },
  profile: { type: 'boolean', help: 'servers write CPU profiles to bench/profiles; nothing else is written' },
  'node-loadgen': { type: 'boolean', help: 'the load generator in plain Node' },
  'no-pin': { type: 'boolean', help: 'do not tie servers and load generator to a core each' },
  'no-write': { type: 'boolean', help: 'print only' },
  smoke: { type: 'boolean', help: 'one tiny workload, our server only, nothing installed: whether the bench works' },
  list: { type: 'boolean', help: 'print the workloads and the peers' },
  help: { type: 'boolean', help: 'print this' },
};

/**
 * @typedef {{
 *   quick: boolean, only: string[] | undefined, peers: string[] | undefined, letters: number, conns: number | undefined,
 *   idleConns: number | undefined, rounds: number | undefined, seconds: number | undefined, baseline: string | undefined,
 *   profile: boolean, nodeLoadgen: boolean, pin: boolean, write: boolean, smoke: boolean, list: boolean, help: boolean,
 *   given: string[],
 * }} Options `given`: the options that change what is measured, as they were written, without a path
 */

/** @param {string} name @param {string | undefined} text */
function numberOf(name, text) {
  if (text === undefined) return undefined;
  const [least, most] = known[name]?.range ?? [0, Number.POSITIVE_INFINITY];
  const value = Number(text);
  const isWhole = name === 'seconds' || Number.isInteger(value);
  if (text.trim() !== '' && isWhole && value >= least && value <= most) return value;
  const kind = name === 'seconds' ? 'a number' : 'a whole number';
  throw new BenchError('MH_BENCH_BAD_VALUE', `--${name} wants ${kind} from ${least} to ${most}, not "${text}".`);
}

/** @param {string} name @param {string | undefined} text */
function listOf(name, text) {
  if (text === undefined) return undefined;
  const list = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (list.length > 0) return list;
  throw new BenchError('MH_BENCH_BAD_VALUE', `--${name} wants names with commas between them.`);
}

/** The list of all options. */
export function helpText() {
  const rows = Object.entries(known).map(([name, { value, help }]) => {
    const option = `--${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${option.padEnd(20)} ${help}`;
  });
  return ['npm run bench -- [options]', ...rows, 'More in bench/README.md.'].join('\n');
}

/** @param {readonly string[]} args @returns {Record<string, any>} */
function parse(args) {
  const options = Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    if (code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    throw new BenchError('MH_BENCH_UNKNOWN_OPTION', `${message.split('. ')[0]}.\n${helpText()}`);
  }
}

/** @param {Record<string, any>} values */
function givenOf(values) {
  return Object.entries(values)
    .filter(([name]) => !['baseline', 'profile', 'no-write', 'smoke', 'list', 'help'].includes(name))
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${value}`));
}

/** @param {readonly string[]} args @returns {Options} @throws MH_BENCH_UNKNOWN_OPTION, MH_BENCH_BAD_VALUE */
export function readCommandLine(args) {
  const values = parse(args);
  return {
    quick: values.quick === true,
    only: listOf('only', values.only),
    peers: listOf('peers', values.peers),
    letters: numberOf('letters', values.letters) ?? 32,
    conns: numberOf('conns', values.conns),
    idleConns: numberOf('idle-conns', values['idle-conns']),
    rounds: numberOf('rounds', values.rounds),
    seconds: numberOf('seconds', values.seconds),
    baseline: values.baseline,
    profile: values.profile === true,
    nodeLoadgen: values['node-loadgen'] === true,
    pin: values['no-pin'] !== true,
    write: values['no-write'] !== true,
    smoke: values.smoke === true,
    list: values.list === true,
    help: values.help === true,
    given: [...givenOf(values), ...(values.baseline === undefined ? [] : ['--baseline'])],
  };
}
