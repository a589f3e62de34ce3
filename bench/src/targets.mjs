import { pairedRatio } from './statistics.mjs';

/**
 * @typedef {{ title: string, workload: string, ours: string, theirs: string, most: number, figure?: 'cpuUs' | 'acceptUs' | 'rssBytes', oursIn?: string }} Target
 *   `oursIn`: the workload in which we are measured, where that is another one
 */

/** @type {Target[]} */
export const targets = [
  { title: 'broadcast burst', workload: 'broadcast-burst', ours: 'minihub', theirs: 'socket.io', most: 0.1 },
  { title: 'broadcast burst', workload: 'broadcast-burst', ours: 'minihub', theirs: 'ws-joined', most: 1.1 },
  { title: 'broadcast burst', workload: 'broadcast-burst', ours: 'minihub', theirs: 'bun', most: 1 },
  { title: 'steady broadcast', workload: 'broadcast-steady', ours: 'minihub', theirs: 'ws-framed', most: 1.1 },
  { title: 'steady broadcast', workload: 'broadcast-steady', ours: 'minihub', theirs: 'socket.io', most: 0.75 },
  { title: 'compressed broadcast', workload: 'compressed', ours: 'minihub-deflate', theirs: 'minihub', most: 1.1 },
  { title: 'invoke with result', workload: 'invoke', ours: 'minihub', theirs: 'ws-plain', most: 1.25 },
  { title: 'invoke with result', workload: 'invoke', ours: 'minihub', theirs: 'socket.io', most: 0.7 },
  { title: 'invoke, 16 in flight', workload: 'invoke-16', ours: 'minihub', theirs: 'socket.io', most: 0.2 },
  {
    title: 'idle connection, RSS',
    workload: 'accept',
    ours: 'minihub',
    theirs: 'ws-plain',
    most: 1,
    figure: 'rssBytes',
  },
  {
    title: 'idle connection, RSS',
    workload: 'accept',
    ours: 'minihub',
    theirs: 'socket.io',
    most: 0.4,
    figure: 'rssBytes',
  },
  { title: 'accept, CPU', workload: 'accept', ours: 'minihub', theirs: 'ws-plain', most: 1.2, figure: 'acceptUs' },
  { title: 'accept, CPU', workload: 'accept', ours: 'minihub', theirs: 'socket.io', most: 0.4, figure: 'acceptUs' },
];

/**
 * @param {Record<string, import('./runner.mjs').Samples>} results by workload
 * @returns {{ title: string, against: string, most: number, ratio: number, isMet: boolean }[]}
 */
export function judge(results) {
  return targets.flatMap(({ title, workload, ours, theirs, most, figure = 'cpuUs' }) => {
    const samples = results[workload];
    const mine = samples?.[ours]?.map((sample) => sample[figure]) ?? [];
    const others = samples?.[theirs]?.map((sample) => sample[figure]) ?? [];
    if (mine.length === 0 || others.length === 0) return [];
    const ratio = pairedRatio(mine, others);
    return [{ title, against: theirs, most, ratio, isMet: ratio <= most }];
  });
}
