/**
 * What is measured.
 * @typedef {'message' | 'accept' | 'storm' | 'hold'} Figure what the rows of a workload say
 * @typedef {{
 *   key: string, peer: string, label?: string, args?: string[], conns?: number, settings?: Record<string, any>,
 *   against?: string,
 * }} Entry one row: a server, perhaps in a variant. `against`: the row that it is compared with, not that of the workload
 * @typedef {{
 *   id: string, title: string, unit: string, entries: Entry[], args: string[], figure: Figure,
 *   message: 'publish' | 'echo' | 'count' | 'ask', conns: number, seconds: number, warmup: number, settle: number,
 *   rounds: number, letters?: number, settings?: Record<string, any>, isFresh?: boolean, reference: string, note?: string,
 *   warmSeconds: number, warmArgs?: string[],
 * }} Workload
 *   `isFresh`: a new server process for each sample. `reference`: the row that the others are compared with.
 *   `warmSeconds`: how long a sample of the round is that warms servers up, and is dropped; `warmArgs`: what the load
 *   generator does then, in place of `args` and those of the rows: a fixed rate has too few messages to make code hot.
 * @typedef {{ conns: number, manyConns: number, isQuick: boolean }} Scale `conns` for broadcasts, `manyConns` for the rest
 */

/** One row for each server. @param {...string} names @returns {Entry[]} */
export const rows = (...names) => names.map((name) => ({ key: name, peer: name }));

/**
 * One row for each server in each variant.
 * @param {readonly string[]} names
 * @param {readonly (Omit<Entry, 'key' | 'peer'> & { key: string })[]} variants
 * @returns {Entry[]}
 */
export function variants(names, variants) {
  return variants.flatMap((variant) => names.map((peer) => ({ ...variant, key: `${peer}@${variant.key}`, peer })));
}

/** Everybody gets what one sends. @param {...(string | number)} args */
export const fanout = (...args) => ['--mode', 'fanout-recv', ...args.map(String)];

/** Everybody gets an answer to what it sends. @param {...(string | number)} args */
export const echo = (...args) => ['--mode', 'echo', ...args.map(String)];

/** What makes a server hot that then gets a fixed rate: everybody gets what some send, as fast as it goes. */
export const fanoutAtFullSpeed = fanout('--publishers', 4, '--pipeline', 16);

/** How long and how often, in general. @param {Scale} scale */
export function measures({ isQuick }) {
  return isQuick
    ? { seconds: 0.25, warmSeconds: 0.25, warmup: 0.1, settle: 0.05, rounds: 1 }
    : { seconds: 0.4, warmSeconds: 0.8, warmup: 0.1, settle: 0.05, rounds: 5 };
}

/** How often, where a target hangs on it. @param {Scale} scale */
export const manyRounds = ({ isQuick }) => (isQuick ? 2 : 10);

/** So many publications a second to `conns`, or fewer, so that `most` deliveries a second are not exceeded. @param {number} wanted @param {number} conns @param {number} most */
export const paced = (wanted, conns, most) => Math.min(wanted, most / conns);

/** A number as people write it. @param {number} value */
export const written = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
