import { broadcastWorkloads } from './broadcasts.mjs';
import { callWorkloads } from './calls.mjs';
import { connectionWorkloads } from './connections.mjs';

/** In the order in which they run: what targets hang on first. @type {readonly string[]} */
const order = [
  ...['broadcast-burst', 'broadcast-steady', 'invoke', 'invoke-16', 'accept', 'storm', 'compressed', 'budget', 'ask'],
  ...['longest-turn', 'stream', 'latency', 'group', 'growth-connections', 'growth-groups'],
];

/** @param {import('./workload.mjs').Scale} scale @returns {import('./workload.mjs').Workload[]} */
export function allWorkloads(scale) {
  const workloads = [...broadcastWorkloads(scale), ...callWorkloads(scale), ...connectionWorkloads(scale)];
  return workloads.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}
