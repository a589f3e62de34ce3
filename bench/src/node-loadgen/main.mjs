/**
 * The load generator where no C++ compiler is: the command line and the JSON of `loadgen.cc`, in plain Node.
 * It costs more than most servers under test, so rates say little with it; the server's CPU per message still holds.
 */
import { Load } from './load.mjs';
import { readOptions } from './options.mjs';

/** @typedef {{ user: number, system: number, rssBytes: number }} Usage of the server */

const options = readOptions(process.argv.slice(2));
const load = new Load(options);

/** @returns {Promise<Usage>} */
async function usage() {
  if (options.control === '') return { user: 0, system: 0, rssBytes: 0 };
  const response = await fetch(`${options.control}/usage`);
  return /** @type {any} */ (await response.json());
}

/** @param {Usage} from @param {Usage} to */
const cpuUs = (from, to) => to.user + to.system - from.user - from.system;

/** @param {number} seconds @returns {Promise<void>} */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** @param {() => boolean} isSo */
async function until(isSo) {
  const deadline = performance.now() + options.connectTimeout * 1_000;
  while (!isSo() && performance.now() < deadline) await sleep(0.01);
}

/** @param {readonly number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Opens what is wanted. @returns {Promise<number>} how many seconds it took */
async function connectAll() {
  const started = performance.now();
  load.connect();
  await until(() => load.counts.opened + load.lost >= options.conns);
  return (performance.now() - started) / 1_000;
}

/** Everybody has had a message and is cut off at once; everybody comes back at once. */
async function storm() {
  const all = load.counts.opened;
  if (options.publishers > 0) load.publish();
  if (options.publishers > 0) await until(() => load.counts.messages >= all);
  if (load.counts.messages < all && options.publishers > 0)
    throw new Error(`only ${load.counts.messages} of ${all} connections got the message before the storm`);
  if (options.stormAck !== '') for (const client of load.clients) client.send(options.stormAck);
  await sleep(options.settle);
  const before = await usage();
  const started = performance.now();
  const ownBefore = process.cpuUsage();
  load.cutAndReturn();
  await until(() => load.counts.opened - all + load.lost >= all);
  const seconds = (performance.now() - started) / 1_000;
  const own = process.cpuUsage(ownBefore);
  await sleep(options.settle);
  const after = await usage();
  const back = load.counts.opened - all;
  if (back < all) load.failures.set('did not come back', all - back);
  return {
    mode: options.mode,
    opened: back,
    connects_per_s: back / seconds,
    server: {
      accept_cpu_us: back === 0 ? 0 : cpuUs(before, after) / back,
      rss_before_kb: before.rssBytes / 1_024,
      rss_end_kb: after.rssBytes / 1_024,
    },
    loadgen: { cpu_pct: (own.user + own.system) / seconds / 1e4 },
  };
}

/** What is measured between the end of the warm-up and the end of the run. */
async function measureWindow() {
  load.start();
  await sleep(options.warmup);
  const from = { ...load.counts, latency: load.latencies.length };
  const before = await usage();
  const ownBefore = process.cpuUsage();
  const started = performance.now();
  await sleep(options.duration);
  const after = await usage();
  const seconds = (performance.now() - started) / 1_000;
  const own = process.cpuUsage(ownBefore);
  const since = () => ({
    messages: load.counts.messages - from.messages,
    frames: load.counts.frames - from.frames,
    payloadBytes: load.counts.payloadBytes - from.payloadBytes,
    sent: load.counts.sent - from.sent,
  });
  const counted = since();
  const sorted = load.latencies.slice(from.latency).sort((a, b) => a - b);
  load.stop();
  if (options.mode !== 'idle') await sleep(options.drain);
  return { counted, drained: since(), sorted, seconds, cpuUs: cpuUs(before, after), own };
}

async function run() {
  const before = await usage();
  const connectSeconds = await connectAll();
  const accepted = await usage();
  if (load.counts.opened === 0) throw new Error(`no connection became ready: ${[...load.failures.keys()].join(', ')}`);
  await sleep(options.settle);
  const settled = await usage();
  process.stderr.write('settled\n');
  if (options.mode === 'storm') return storm();
  const { opened } = load.counts;
  const { counted, drained, sorted, seconds, cpuUs: inWindow, own } = await measureWindow();
  return {
    mode: options.mode,
    opened,
    connects_per_s: opened / connectSeconds,
    messages: counted.messages,
    msgs_per_s: counted.messages / seconds,
    msgs_per_frame: counted.frames === 0 ? 0 : counted.messages / counted.frames,
    payload_bytes: counted.payloadBytes,
    messages_with_drain: drained.messages,
    sent_with_drain: drained.sent,
    latency_us: { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) },
    server: {
      cpu_us_per_msg: counted.messages === 0 ? 0 : inWindow / counted.messages,
      accept_cpu_us: cpuUs(before, accepted) / opened,
      rss_bytes_per_conn: (settled.rssBytes - before.rssBytes) / opened,
    },
    loadgen: { cpu_pct: (own.user + own.system) / seconds / 1e4 },
  };
}

const result = { ...(await run()), failures: Object.fromEntries(load.failures) };
load.isEnding = true;
for (const client of load.clients) client.reset();
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(load.failures.size === 0 ? 0 : 1));
