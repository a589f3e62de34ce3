import { median, pairedRatio } from './statistics.mjs';

/**
 * `theirs` is the row that we are compared with; without it `most` is a figure and no ratio. `figure` is CPU unless given.
 * @typedef {{
 *   title: string, workload: string, ours: string, theirs?: string, most: number,
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
    // "Flat", with room for what caches and the machine do.
    ...against(
      'growth with connections',
      'growth-connections',
      'cpuUs',
      { 'minihub@100': 1.25 },
      `minihub@${manyConns}`,
    ),
    ...against('growth with groups', 'growth-groups', 'cpuUs', { 'minihub@1': 1.25 }, 'minihub@10000'),
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
      const { workload, ours, theirs, most, figure = 'cpuUs' } = target;
      const of = (/** @type {string} */ row) => results[workload]?.[row]?.map((sample) => sample[figure]) ?? [];
      const value = theirs === undefined ? median(of(ours)) : pairedRatio(of(ours), of(theirs));
      return { ...target, value, isMet: Number.isFinite(value) ? value <= most : undefined };
    });
}
