import { streamItems } from '../dialects.mjs';
import { echo, fanout, manyRounds, measures, rows, written } from './workload.mjs';

/** @typedef {import('./workload.mjs').Workload} Workload @typedef {import('./workload.mjs').Scale} Scale */

const callers = 64;

/** @param {Scale} scale @returns {Workload[]} */
export function callWorkloads(scale) {
  const { isQuick } = scale;
  const main = rows('minihub', 'minihub-pack', 'ws-plain', 'socket.io', 'bun');
  const all = isQuick ? main : [...main, ...rows('minihub-raw', 'ws-bytes', 'socket.io-recovery')];
  const common = {
    ...measures(scale),
    unit: 'round trip',
    figure: /** @type {const} */ ('message'),
    message: /** @type {const} */ ('echo'),
    reference: 'minihub',
    settings: { size: -1 },
    conns: callers,
  };
  return [
    {
      ...common,
      id: 'invoke',
      title: `Invoke with result, ${callers} connections, 1 in flight each`,
      entries: all,
      args: echo('--pipeline', 1),
      rounds: manyRounds(scale),
    },
    {
      ...common,
      id: 'invoke-16',
      title: `Invoke with result, ${callers} connections, 16 in flight each`,
      entries: isQuick ? main : [...main, ...rows('minihub-raw')],
      args: echo('--pipeline', 16),
      rounds: manyRounds(scale),
    },
    {
      ...common,
      id: 'ask',
      title: `Client results: a method asks its caller and answers with what it is told, ${callers} connections`,
      unit: 'round trip of both',
      message: 'ask',
      entries: isQuick
        ? rows('minihub', 'ws-plain', 'socket.io')
        : rows('minihub', 'minihub-pack', 'ws-plain', 'socket.io'),
      args: echo('--pipeline', 1),
    },
    {
      ...common,
      id: 'latency',
      title: `Invoke with result at 5,000 a second over ${callers} connections`,
      entries: isQuick ? rows('minihub', 'ws-plain') : rows('minihub', 'ws-plain', 'socket.io', 'bun'),
      args: echo('--rate', 5_000),
      warmArgs: echo('--pipeline', 4),
    },
    {
      ...common,
      id: 'stream',
      title: `Streams of ${written(streamItems)} items, one after another, one connection (Socket.IO: as many emits)`,
      unit: 'item',
      message: 'count',
      entries: rows('minihub', 'minihub-pack', 'socket.io'),
      // The items, and the completion.
      args: fanout('--publishers', 1, '--pipeline', 1, '--per-publication', streamItems + 1),
      conns: 1,
    },
  ];
}
