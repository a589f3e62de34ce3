import { median, pairedRatio } from './statistics.mjs';

/**
 * `theirs` is the row that we are compared with; without it `most` is a figure and no ratio. `figure` is CPU unless given.
 * `like` are two rows of another server: the ratio of ours is divided by that of theirs.
 * @typedef {{
 *   title: string, workload: string, ours: string, theirs?: string, like?: [string, string], most: number,
 *   figure?: 'cpuUs' | 'acceptUs' | 'rssBytes' | 'holdMs' | 'holdCpuMs', unit?: string,
 * }} Target
 * @typedef {Target & { value: number, isMet: boolean | undefined }} Judged `isMet` is undefined where a row is missing
 */

/** @param {string} title @param {string} workload @param {Target['figure']} figure @param {Record<string, number>} most by peer @returns {Target[]} */
const against = (title, workload, figure, most, ours = 'minihub') =>
  Object.entries(most).map(([theirs, ratio]) => ({
    ...{ title, workload, ours, theirs, most: ratio },
    ...(figure === undefined ? {} : { figure }),
  }));

/**
 * "Flat", with room for what caches and the machine do; and beside it how it grows beyond `ws` in one loop, which has
 * nothing that could grow but what the kernel does for more sockets.
 * @param {string} what @param {string} workload @param {number} few @param {number} many @returns {Target[]}
 */
function growth(what, workload, few, many) {
  const common = { workload, ours: `minihub@${many}`, theirs: `minihub@${few}` };
  return [
    { ...common, title: `growth with ${what}`, most: 1.25 },
    {
      ...common,
      title: 'the same, by that of `ws` in one loop',
      like: [`ws-framed@${many}`, `ws-framed@${few}`],
      most: 1.1,
    },
  ];
}

/** @param {number} manyConns the largest number of connections of the run @returns {Target[]} */
export function targetsOf(manyConns) {
  return [
    ...against('broadcast burst', 'broadcast-burst', 'cpuUs', { 'socket.io': 0.1, 'ws-joined': 1.1, bun: 1 }),
    ...against('steady broadcast', 'broadcast-steady', 'cpuUs', { 'ws-framed': 1.1, 'socket.io': 0.75 }),
    ...against('invoke with result', 'invoke', 'cpuUs', { 'ws-plain': 1.25, 'socket.io': 0.7 }),
    ...against('invoke, 16 in flight', 'invoke-16', 'cpuUs', { 'socket.io': 0.2 }),
    ...against('idle connection, RSS', 'accept', 'rssBytes', { 'ws-plain': 1, 'socket.io': 0.4 }),
    ...against('accept, CPU', 'accept', 'acceptUs', { 'ws-plain': 1.2, 'socket.io': 0.4 }),
    ...against('compressed broadcast', 'compressed', 'cpuUs', { minihub: 1.1 }, 'minihub-deflate'),
    // What the probe saved: 4.5, 3.4, 2.0 and 1.2 us against 7.6.
    ...Object.entries({ 5: 0.59, 10: 0.45, 20: 0.26, 50: 0.16 }).flatMap(([interval, most]) =>
      against(`\`flushIntervalMs: ${interval}\``, 'budget', 'cpuUs', { 'minihub@0': most }, `minihub@${interval}`),
    ),
    ...[
      {
        title: `longest turn, broadcast to ${manyConns.toLocaleString('en-US')}`,
        figure: /** @type {const} */ ('holdMs'),
      },
      { title: 'the same, of CPU time', figure: /** @type {const} */ ('holdCpuMs') },
    ].map((target) => ({ ...target, workload: 'longest-turn', ours: 'minihub', most: 20, unit: 'ms' })),
    ...growth('connections', 'growth-connections', 100, manyConns),
    ...growth('groups', 'growth-groups', 1, 10_000),
  ];
}

/**
 * @param {Record<string, import('./samples.mjs').Samples>} results by workload
 * @param {number} manyConns
 * @returns {Judged[]}
 */
export function judge(results, manyConns) {
  return targetsOf(manyConns)
    .filter(({ workload, ours }) => (results[workload]?.[ours]?.length ?? 0) > 0)
    .map((target) => {
      const { workload, ours, theirs, like, most, figure = 'cpuUs' } = target;
      const of = (/** @type {string} */ row) => results[workload]?.[row]?.map((sample) => sample[figure]) ?? [];
      const plain = theirs === undefined ? median(of(ours)) : pairedRatio(of(ours), of(theirs));
      const value = like === undefined ? plain : plain / pairedRatio(of(like[0]), of(like[1]));
      return { ...target, value, isMet: Number.isFinite(value) ? value <= most : undefined };
    });
}
