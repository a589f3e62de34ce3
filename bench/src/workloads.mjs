/**
 * What is measured.
 * @typedef {'delivery' | 'accept' | 'memory' | 'latency'} Figure what the headline of a workload is
 * @typedef {{
 *   id: string, title: string, unit: string, peers: string[], args: string[],
 *   message: 'publish' | 'echo' | 'count', conns: number, seconds: number, warmup: number, rounds: number,
 *   letters?: number, settings?: Record<string, unknown>, isFresh?: boolean, figure?: Figure, watchHold?: boolean,
 * }} Workload `isFresh`: a new server process for each sample
 */

const broadcastPeers = [
  'minihub',
  'minihub-pack',
  'ws-plain',
  'ws-framed',
  'ws-joined',
  'socket.io',
  'socket.io-recovery',
  'bun',
];
const echoPeers = [
  'minihub',
  'minihub-pack',
  'minihub-raw',
  'ws-plain',
  'ws-bytes',
  'socket.io',
  'socket.io-recovery',
  'bun',
];
const groupPeers = ['minihub', 'ws-framed', 'socket.io'];
const idlePeers = ['minihub', 'minihub-raw', 'ws-plain', 'socket.io', 'bun'];

const fanout = (/** @type {string[]} */ ...args) => ['--mode', 'fanout-recv', ...args];
const echo = (/** @type {string[]} */ ...args) => ['--mode', 'echo', ...args];

/**
 * @param {{ conns?: number | undefined, idleConns: number, isQuick: boolean }} scale `conns` replaces 500
 * @returns {Workload[]}
 */
export function allWorkloads({ conns = 500, idleConns, isQuick }) {
  const rounds = isQuick ? 2 : 10;
  const few = isQuick ? 2 : 5;
  const times = isQuick ? { seconds: 0.3, warmup: 0.1 } : { seconds: 0.45, warmup: 0.15 };
  /** @type {Workload[]} */
  const workloads = [
    {
      id: 'broadcast-burst',
      title: `Broadcast to ${conns}, 16 publications in flight`,
      unit: 'delivery',
      peers: broadcastPeers,
      args: fanout('--publishers', '4', '--pipeline', '16'),
      message: 'publish',
      conns,
      rounds,
      ...times,
    },
    {
      id: 'broadcast-steady',
      title: `Broadcast to ${conns}, 100 a second`,
      unit: 'delivery',
      peers: broadcastPeers,
      args: fanout('--publishers', '1', '--rate', '100'),
      message: 'publish',
      conns,
      rounds,
      ...times,
    },
    {
      id: 'invoke',
      title: 'Invoke with result, 64 connections, 1 in flight each',
      unit: 'round trip',
      peers: echoPeers,
      args: echo('--pipeline', '1'),
      message: 'echo',
      conns: 64,
      rounds,
      ...times,
    },
    {
      id: 'invoke-16',
      title: 'Invoke with result, 64 connections, 16 in flight each',
      unit: 'round trip',
      peers: echoPeers,
      args: echo('--pipeline', '16'),
      message: 'echo',
      conns: 64,
      rounds,
      ...times,
    },
    {
      id: 'latency',
      title: 'Invoke with result at 5,000 a second over 64 connections',
      unit: 'round trip',
      peers: ['minihub', 'ws-plain', 'socket.io', 'bun'],
      args: echo('--rate', '5000'),
      message: 'echo',
      conns: 64,
      rounds: few,
      figure: 'latency',
      ...times,
    },
    {
      id: 'stream',
      title: 'Stream of 10,000 items, 20 streams a second, one connection (Socket.IO: 10,000 emits)',
      unit: 'item',
      peers: ['minihub', 'minihub-pack', 'socket.io'],
      args: fanout('--publishers', '1', '--rate', '20'),
      message: 'count',
      conns: 1,
      rounds: few,
      ...times,
    },
    {
      id: 'accept',
      title: `Accept ${idleConns} connections, and hold them`,
      unit: 'connection',
      peers: idlePeers,
      args: ['--mode', 'idle', '--settle', '0.5', '--connect-timeout', '60'],
      message: 'echo',
      conns: idleConns,
      seconds: 0.1,
      warmup: 0,
      rounds: isQuick ? 1 : 5,
      isFresh: true,
      figure: 'accept',
      settings: { size: -1 },
    },
    {
      id: 'storm',
      title: `Reconnect storm: ${idleConns} connections at once`,
      unit: 'connection',
      peers: ['minihub', 'ws-plain', 'socket.io', 'bun'],
      args: ['--mode', 'idle', '--settle', '0.2', '--connect-timeout', '60', '--connect-concurrency', `${idleConns}`],
      message: 'echo',
      conns: idleConns,
      seconds: 0.1,
      warmup: 0,
      rounds: isQuick ? 1 : 3,
      figure: 'accept',
      settings: { size: -1 },
    },
  ];
  if (isQuick) return workloads;
  return [
    ...workloads,
    compressedWorkload(few, times),
    ...groupWorkloads(few, times),
    ...growthWorkloads(few, times),
    ...budgetWorkloads(few, times),
  ];
}

/** @param {number} rounds @param {{ seconds: number, warmup: number }} times @returns {Workload} */
function compressedWorkload(rounds, times) {
  return {
    id: 'compressed',
    title: 'Broadcast to 500, 20 a second, 1,000 letters each',
    unit: 'delivery',
    peers: ['minihub', 'minihub-deflate', 'ws-plain', 'ws-deflate'],
    args: fanout('--publishers', '1', '--rate', '20'),
    message: 'publish',
    conns: 500,
    letters: 1_000,
    rounds,
    ...times,
    seconds: 1,
  };
}

/** @param {number} rounds @param {{ seconds: number, warmup: number }} times @returns {Workload[]} */
function groupWorkloads(rounds, times) {
  return [1, 10, 1_000].map((size) => ({
    id: `group-${size}`,
    title: `Send to groups of ${size}, 20,000 deliveries a second, 1,000 connections`,
    unit: 'delivery',
    peers: groupPeers,
    args: fanout('--publishers', '50', '--rate', `${20_000 / size}`),
    message: 'publish',
    conns: 1_000,
    rounds,
    settings: { size },
    ...times,
  }));
}

/** The same number of deliveries a second in all of them: the cost of one must not grow. @param {number} rounds @param {{ seconds: number, warmup: number }} times @returns {Workload[]} */
function growthWorkloads(rounds, times) {
  const base = {
    unit: 'delivery',
    message: /** @type {const} */ ('publish'),
    peers: ['minihub', 'ws-framed'],
    rounds,
    ...times,
  };
  const byConnections = [100, 1_000, 10_000].map((conns) => ({
    ...base,
    id: `growth-conns-${conns}`,
    title: `Broadcast to ${conns} connections, 50,000 deliveries a second`,
    args: fanout('--publishers', '1', '--rate', `${50_000 / conns}`),
    conns,
    seconds: Math.max(times.seconds, 0.6),
    rounds: Math.min(rounds, 3),
  }));
  // Looking for long turns costs CPU itself, so it is a workload of its own.
  const longestTurn = {
    ...base,
    id: 'longest-turn',
    title: 'Broadcast to 10,000 connections, 2 a second: how long one turn of the event loop takes',
    args: fanout('--publishers', '1', '--rate', '2'),
    conns: 10_000,
    seconds: 1.5,
    rounds: Math.min(rounds, 3),
    watchHold: true,
  };
  const byGroups = [1, 100, 10_000].map((groups) => ({
    ...base,
    id: `growth-groups-${groups}`,
    title: `Send to groups of 100 while there are ${groups} others, 20,000 deliveries a second, 1,000 connections`,
    args: fanout('--publishers', '10', '--rate', '200'),
    conns: 1_000,
    settings: { size: 100, groups, extra: Math.min(groups, 100) },
  }));
  return [...byConnections, longestTurn, ...byGroups];
}

/** @param {number} rounds @param {{ seconds: number, warmup: number }} times @returns {Workload[]} */
function budgetWorkloads(rounds, times) {
  return [0, 5, 10, 20, 50].map((flushIntervalMs) => ({
    id: `budget-${flushIntervalMs}`,
    title: `Broadcast to 500, 200 a second, \`flushIntervalMs: ${flushIntervalMs}\``,
    unit: 'delivery',
    peers: ['minihub'],
    args: fanout('--publishers', '1', '--rate', '200'),
    message: 'publish',
    conns: 500,
    rounds,
    settings: { options: { limits: { keepAliveIntervalMs: 0, flushIntervalMs } } },
    ...times,
  }));
}
