/**
 * The side door of every server under test: its own CPU time and memory, and what it counts, over HTTP on a port of its
 * own. So the harness needs no /proc, and the figures are the process's own on every platform.
 */
import { createServer } from 'node:http';

// Whoever compiles a large package gets pages of Node's text and arenas of its compiler threads then, 8 MB of them. `ws` and
// Socket.IO have them before their first connection, where they count as nobody's: so have all servers on Node.
if (/** @type {any} */ (globalThis).Bun === undefined) await import('ws');

const holdLimitMs = 60_000;

/** Turns that begin this long after a publication are its doing; connections come and go in long turns too. */
const windowMs = 150;

/** CPU time of the process, in milliseconds. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * The longest time between two turns of the event loop after a publication, while somebody looks: by the clock, and by
 * the CPU time in it, in which others that had the core are not.
 */
function createHoldWatch() {
  let longestMs = 0;
  let longestCpuMs = 0;
  let lastCpuMs = 0;
  let isOn = false;
  let last = 0;
  let publishedAt = Number.NEGATIVE_INFINITY;
  const turn = () => {
    const now = performance.now();
    const nowCpuMs = cpuMs();
    if (last - publishedAt < windowMs) {
      longestMs = Math.max(longestMs, now - last);
      longestCpuMs = Math.max(longestCpuMs, nowCpuMs - lastCpuMs);
    }
    last = now;
    lastCpuMs = nowCpuMs;
    if (isOn) setImmediate(turn);
  };
  return {
    start() {
      longestMs = 0;
      longestCpuMs = 0;
      last = performance.now();
      lastCpuMs = cpuMs();
      publishedAt = Number.NEGATIVE_INFINITY;
      if (!isOn) setImmediate(turn);
      isOn = true;
      setTimeout(() => {
        isOn = false;
      }, holdLimitMs).unref();
    },
    published() {
      publishedAt = performance.now();
    },
    stop() {
      isOn = false;
      return { longestMs, longestCpuMs };
    },
  };
}

const hold = createHoldWatch();

/** To be called for each publication. */
export const published = () => hold.published();

/**
 * Memory after a full collection. Twice: what the first one finalizes, the second one frees.
 * @returns {{ heapBytes: number, rssBytes: number }}
 */
function collected() {
  const { Bun, gc } = /** @type {any} */ (globalThis);
  for (let i = 0; i < 2; i++) {
    if (Bun === undefined) gc();
    else Bun.gc(true);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}

/** How many sockets a server has. @param {import('node:net').Server} server @returns {Promise<number>} */
export function socketsOf(server) {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

/**
 * Opens the side door and tells the harness where both ports are.
 * @param {number} port where the workload is served
 * @param {{ '/reset': () => void, '/connections': () => Promise<number> | number, '/resumed'?: () => number }} actions
 *   `/reset` forgets who was there; `/connections` says how many are; `/resumed` how many came back to what they had
 */
export function tellHarness(port, actions) {
  /** @type {Record<string, () => unknown>} */
  const answers = {
    '/usage': () => ({ ...process.cpuUsage(), rssBytes: process.memoryUsage().rss }),
    '/collect': collected,
    '/hold/start': () => hold.start(),
    '/hold/stop': () => hold.stop(),
    ...actions,
  };
  const server = createServer(async (request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json', Connection: 'close' });
    response.end(JSON.stringify((await answer?.()) ?? null));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const control = typeof address === 'object' ? address?.port : undefined;
    process.stdout.write(`${JSON.stringify({ port, control })}\n`);
  });
  // The harness holds our input open: when it goes, so do we.
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

/** What the harness wants this server to be. @returns {Record<string, any>} */
export function readSettings() {
  return JSON.parse(process.argv[2] ?? '{}');
}
