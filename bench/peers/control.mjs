/**
 * The side door of every server under test: its own CPU time and memory, and what it counts, over HTTP on a port of its
 * own. So the harness needs no /proc, and the figures are the process's own on every platform.
 */
import { createServer } from 'node:http';
import { writeHeapSnapshot } from 'node:v8';

const holdLimitMs = 60_000;

/** Turns that begin this long after a publication are its doing; connections come and go in long turns too. */
const windowMs = 150;

/** The longest time between two turns of the event loop after a publication, while somebody looks. */
function createHoldWatch() {
  let longestMs = 0;
  let isOn = false;
  let last = 0;
  let publishedAt = Number.NEGATIVE_INFINITY;
  const turn = () => {
    const now = performance.now();
    if (last - publishedAt < windowMs) longestMs = Math.max(longestMs, now - last);
    last = now;
    if (isOn) setImmediate(turn);
  };
  return {
    start() {
      longestMs = 0;
      last = performance.now();
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
    /** @returns {number} milliseconds */
    stop() {
      isOn = false;
      return longestMs;
    },
  };
}

const hold = createHoldWatch();

/** To be called for each publication. */
export const published = () => hold.published();

/**
 * Opens the side door and tells the harness where both ports are.
 * @param {number} port where the workload is served
 * @param {Record<string, () => unknown>} [actions] further requests, by path
 */
export function tellHarness(port, actions = {}) {
  /** @type {Record<string, () => unknown>} */
  const answers = {
    '/usage': () => ({ ...process.cpuUsage(), rssBytes: process.memoryUsage().rss }),
    '/heap': () => {
      const collect = /** @type {{ gc?: () => void }} */ (globalThis).gc;
      collect?.();
      const { heapUsed, external, rss } = process.memoryUsage();
      return { isCollected: collect !== undefined, heapBytes: heapUsed + external, rssBytes: rss };
    },
    '/hold/start': () => hold.start(),
    '/hold/stop': () => ({ longestMs: hold.stop() }),
    '/snapshot': () => writeHeapSnapshot(),
    ...actions,
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer?.() ?? {}));
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
