import { fanout, fanoutAtFullSpeed, manyRounds, measures, paced, rows, variants, written } from './workload.mjs';

/** @typedef {import('./workload.mjs').Workload} Workload @typedef {import('./workload.mjs').Scale} Scale */

/** @param {Scale} scale @returns {Workload[]} */
export function broadcastWorkloads(scale) {
  const { conns, isQuick } = scale;
  const all = isQuick
    ? rows('minihub', 'minihub-pack', 'ws-framed', 'ws-joined', 'socket.io', 'bun')
    : rows(
        ...['minihub', 'minihub-pack', 'ws-plain', 'ws-framed', 'ws-joined', 'socket.io', 'socket.io-recovery', 'bun'],
      );
  const common = {
    ...measures(scale),
    unit: 'delivery',
    figure: /** @type {const} */ ('message'),
    message: /** @type {const} */ ('publish'),
    reference: 'minihub',
    conns,
  };
  const steady = paced(100, conns, 50_000);
  return [
    {
      ...common,
      id: 'broadcast-burst',
      title: `Broadcast to ${written(conns)}, 16 publications in flight`,
      entries: all,
      args: fanout('--publishers', 4, '--pipeline', 16),
      rounds: manyRounds(scale),
    },
    {
      ...common,
      id: 'broadcast-steady',
      title: `Broadcast to ${written(conns)}, ${written(steady)} a second`,
      entries: all,
      args: fanout('--publishers', 1, '--rate', steady),
      warmArgs: fanoutAtFullSpeed,
      rounds: manyRounds(scale),
    },
    compressed(scale, common),
    budget(scale, common),
    groups(scale, common),
  ];
}

/** @param {Scale} scale @param {Omit<Workload, 'id' | 'title' | 'entries' | 'args'>} common @returns {Workload} */
function compressed({ conns, isQuick }, common) {
  const rate = paced(20, conns, 10_000);
  return {
    ...common,
    id: 'compressed',
    title: `Broadcast to ${written(conns)}, ${written(rate)} a second, 1,000 letters each`,
    entries: rows('minihub', 'minihub-deflate', 'ws-plain', 'ws-deflate'),
    args: fanout('--publishers', 1, '--rate', rate),
    warmArgs: fanoutAtFullSpeed,
    letters: 1_000,
    seconds: isQuick ? 0.5 : 0.8,
    rounds: isQuick ? 1 : 6,
    note: 'Compressed frames count as one message each; their time stamps cannot be read.',
  };
}

/** The CPU that a wait saves. @param {Scale} scale @param {Omit<Workload, 'id' | 'title' | 'entries' | 'args'>} common @returns {Workload} */
function budget({ conns, isQuick }, common) {
  const rate = paced(200, conns, 100_000);
  const intervals = isQuick ? [0, 20] : [0, 5, 10, 20, 50];
  return {
    ...common,
    id: 'budget',
    title: `Broadcast to ${written(conns)}, ${written(rate)} a second, with \`flushIntervalMs\``,
    entries: variants(
      ['minihub'],
      intervals.map((flushIntervalMs) => ({
        key: `${flushIntervalMs}`,
        label: `${flushIntervalMs} ms`,
        settings: { options: { limits: { flushIntervalMs } } },
      })),
    ),
    args: fanout('--publishers', 1, '--rate', rate),
    warmArgs: fanoutAtFullSpeed,
    reference: 'minihub@0',
    // Twenty flushes of the longest interval at least.
    ...(isQuick ? { seconds: 0.5 } : { seconds: 1, rounds: 8 }),
  };
}

/** @param {Scale} scale @param {Omit<Workload, 'id' | 'title' | 'entries' | 'args'>} common @returns {Workload} */
function groups({ conns, isQuick }, common) {
  const members = Math.max(conns, 1_000);
  const sizes = isQuick ? [10] : [1, 10, 1_000];
  return {
    ...common,
    id: 'group',
    title: `Send to groups, 10,000 deliveries a second in all, ${written(members)} connections`,
    entries: variants(
      isQuick ? ['minihub', 'ws-framed'] : ['minihub', 'ws-framed', 'socket.io', 'bun'],
      sizes.map((size) => ({
        key: `${size}`,
        label: size === 1 ? '1 member' : `${written(size)} members`,
        args: ['--rate', `${10_000 / size}`],
        settings: { size },
        against: `minihub@${size}`,
      })),
    ),
    args: fanout('--publishers', 50),
    conns: members,
    ...(isQuick ? {} : { seconds: 0.6 }),
  };
}
