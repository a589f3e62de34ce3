import { fanout, fanoutAtFullSpeed, measures, paced, rows, variants, written } from './workload.mjs';

/** @typedef {import('./workload.mjs').Workload} Workload @typedef {import('./workload.mjs').Scale} Scale */

/** @param {Scale} scale @returns {Workload[]} */
export function connectionWorkloads(scale) {
  const { manyConns, isQuick } = scale;
  const many = written(manyConns);
  const common = {
    unit: 'connection',
    message: /** @type {const} */ ('echo'),
    reference: 'minihub',
    conns: manyConns,
    isFresh: true,
    warmSeconds: 0,
    warmup: 0,
  };
  return [
    {
      ...common,
      id: 'accept',
      title: `Accept ${many} connections, and hold them`,
      figure: 'accept',
      entries: isQuick
        ? rows('minihub', 'ws-plain', 'socket.io', 'bun')
        : rows('minihub', 'minihub-raw', 'ws-plain', 'socket.io', 'bun'),
      args: ['--mode', 'idle', '--connect-timeout', '60'],
      settle: 1,
      seconds: 0.5,
      rounds: isQuick ? 1 : 5,
      settings: { size: -1 },
    },
    {
      ...common,
      id: 'storm',
      title: `Reconnect storm: ${many} clients are cut off, and all come back at once`,
      unit: 'client',
      figure: 'storm',
      entries: isQuick
        ? rows('minihub', 'minihub-resume', 'ws-plain')
        : rows('minihub', 'minihub-resume', 'ws-plain', 'socket.io', 'socket.io-recovery', 'bun'),
      args: ['--mode', 'storm', '--connect-timeout', '60', '--publishers', '1'],
      message: 'publish',
      settle: 0.3,
      seconds: 0,
      rounds: isQuick ? 1 : 2,
    },
    longestTurn(scale),
    growthWithConnections(scale),
    growthWithGroups(scale),
  ];
}

/** Looking for long turns costs CPU itself, so it is a workload of its own. @param {Scale} scale @returns {Workload} */
function longestTurn(scale) {
  const { manyConns, isQuick } = scale;
  return {
    ...measures(scale),
    id: 'longest-turn',
    title: `Broadcast to ${written(manyConns)}, 2 a second: how long one turn of the event loop takes`,
    unit: 'delivery',
    figure: 'hold',
    message: 'publish',
    entries: isQuick ? rows('minihub', 'ws-framed') : rows('minihub', 'ws-framed', 'socket.io'),
    args: fanout('--publishers', 1, '--rate', 2, '--connect-timeout', 60),
    conns: manyConns,
    reference: 'minihub',
    // A quarter of a second longer than to the last publication: the end of the connections is no part of it.
    seconds: isQuick ? 1.25 : 2.25,
    warmup: 0.5,
    rounds: isQuick ? 1 : 3,
  };
}

/** The same number of deliveries a second in all of them: the cost of one must not grow. @param {Scale} scale @returns {Workload} */
function growthWithConnections(scale) {
  const { manyConns, isQuick } = scale;
  const counts = [...new Set([100, 1_000, manyConns].filter((count) => count <= manyConns))];
  const shown = isQuick ? [...new Set([counts[0] ?? manyConns, manyConns])] : counts;
  return {
    ...measures(scale),
    id: 'growth-connections',
    title: 'Broadcast, 30,000 deliveries a second in all: what one costs among many connections',
    unit: 'delivery',
    figure: 'message',
    message: 'publish',
    entries: variants(
      ['minihub', 'ws-framed'],
      shown.map((conns) => ({
        key: `${conns}`,
        label: `${written(conns)} connections`,
        conns,
        args: ['--rate', `${paced(300, conns, 30_000)}`],
        against: `minihub@${conns}`,
      })),
    ),
    args: fanout('--publishers', 1, '--connect-timeout', 60),
    warmArgs: [...fanoutAtFullSpeed, '--connect-timeout', '60'],
    conns: manyConns,
    reference: 'minihub@100',
    seconds: isQuick ? 0.6 : 1,
    rounds: isQuick ? 1 : 5,
  };
}

/** @param {Scale} scale @returns {Workload} */
function growthWithGroups(scale) {
  const groups = scale.isQuick ? [1, 10_000] : [1, 100, 10_000];
  return {
    ...measures(scale),
    id: 'growth-groups',
    title:
      'Send to groups of 100, 10,000 deliveries a second in all, 1,000 connections: what one costs among many groups',
    unit: 'delivery',
    figure: 'message',
    message: 'publish',
    entries: variants(
      ['minihub', 'ws-framed'],
      groups.map((count) => ({
        key: `${count}`,
        label: `${written(count)} other ${count === 1 ? 'group' : 'groups'}, each in ${Math.min(count, 100)}`,
        settings: { size: 100, groups: count, extra: Math.min(count, 100) },
        against: `minihub@${count}`,
      })),
    ),
    args: fanout('--publishers', 10, '--rate', 100),
    conns: 1_000,
    reference: 'minihub@1',
    ...(scale.isQuick ? {} : { seconds: 0.8, rounds: 6 }),
  };
}
