import { BenchError } from './bench-error.mjs';
import { extras } from './extras.mjs';
import { baselineOf, peers } from './peers.mjs';
import { allWorkloads } from './workloads/all.mjs';

/**
 * @typedef {import('./workloads/workload.mjs').Workload} Workload
 * @typedef {import('./workloads/workload.mjs').Entry} Entry
 * @typedef {import('./command-line.mjs').Options} Options
 * @typedef {keyof typeof extras} ExtraId
 */

const extraIds = /** @type {ExtraId[]} */ (Object.keys(extras));

/** @param {string} id @param {readonly string[] | undefined} wanted */
const isWanted = (id, wanted) =>
  wanted === undefined || wanted.some((name) => id === name || id.startsWith(`${name}-`));

/** @param {readonly string[]} wanted @param {readonly string[]} known @param {string} code @param {string} what */
function mustBeKnown(wanted, known, code, what) {
  const unknown = wanted.filter((name) => !known.some((id) => isWanted(id, [name])));
  if (unknown.length === 0) return;
  throw new BenchError(code, `There is no ${what} "${unknown.join('", "')}". There are: ${known.join(', ')}.`);
}

/** The same row of an older build beside ours. @param {Entry} entry @returns {Entry[]} */
function withBaseline(entry) {
  const peer = baselineOf(entry.peer);
  if (peer === entry.peer) return [entry];
  return [entry, { ...entry, key: entry.key.replace(entry.peer, peer), peer }];
}

/**
 * What was asked for, as it was asked for.
 * @param {Options} options
 * @param {readonly Workload[]} all
 * @returns {Workload[]}
 * @throws MH_BENCH_UNKNOWN_WORKLOAD, MH_BENCH_UNKNOWN_PEER
 */
export function chosenWorkloads({ only, peers: wanted, rounds, seconds, baseline, smoke }, all) {
  const ids = all.map(({ id }) => id);
  mustBeKnown(only ?? [], [...ids, ...extraIds], 'MH_BENCH_UNKNOWN_WORKLOAD', 'workload');
  const names = Object.keys(peers);
  const baselines = names.filter((name) => baselineOf(name) !== name).map(baselineOf);
  const unknown = (wanted ?? []).filter((name) => !names.includes(name) && !baselines.includes(name));
  // Who is known but not here (Bun) is no mistake.
  if (unknown.length > 0 && !(unknown.length === 1 && unknown[0] === 'bun'))
    throw new BenchError(
      'MH_BENCH_UNKNOWN_PEER',
      `There is no peer "${unknown.join('", "')}". There are: ${names.join(', ')}.`,
    );
  // Whoever is chosen brings its older build along.
  const allowed = smoke ? ['minihub'] : wanted?.flatMap((name) => [name, baselineOf(name)]);
  return all
    .filter(({ id }) => isWanted(id, smoke ? ['broadcast-burst'] : only))
    .map((workload) => ({
      ...workload,
      entries: workload.entries
        .flatMap((entry) => (baseline === undefined ? [entry] : withBaseline(entry)))
        .filter(({ peer }) => peers[peer] !== undefined && (allowed === undefined || allowed.includes(peer))),
      rounds: rounds ?? (smoke ? 1 : workload.rounds),
      seconds: workload.seconds === 0 ? 0 : (seconds ?? workload.seconds),
    }))
    .filter(({ entries }) => entries.length > 0);
}

/** What is measured without a server. @param {Options} options @returns {ExtraId[]} */
export function chosenExtras({ only, peers: wanted, quick, smoke }) {
  if (smoke || (only === undefined && wanted !== undefined)) return [];
  return extraIds.filter((id) => (only === undefined ? extras[id].isQuick || !quick : isWanted(id, only)));
}

/** All that can be asked for. */
export function listText() {
  const workloads = allWorkloads({ conns: 500, manyConns: 10_000, isQuick: false });
  return [
    'Workloads (`--only`):',
    ...workloads.map(({ id, title }) => `  ${id.padEnd(20)} ${title}`),
    '  codecs               The codecs alone, against what they are made of',
    '  client               Dispatch, bundle sizes, type-checking',
    'Peers (`--peers`):',
    ...Object.entries(peers).map(([name, { label }]) => `  ${name.padEnd(20)} ${label}`),
  ].join('\n');
}
