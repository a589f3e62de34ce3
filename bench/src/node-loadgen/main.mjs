/**
 * The load generator where no C++ compiler is: the command line and the JSON of `loadgen.cc`, in plain Node.
 * It costs more than most servers under test, so rates say little with it; the server's CPU per message still holds.
 */
import { Client, render, stampUs } from './client.mjs';
import { readOptions } from './options.mjs';

const options = readOptions(process.argv.slice(2));
/** @type {Client[]} */
const clients = [];
/** @type {Map<string, number>} */
const failures = new Map();
/** @type {number[]} */
const latencies = [];
let opened = 0;
let connecting = 0;
let started = 0;
let messages = 0;
let frames = 0;
let published = 0;
let isLoaded = false;
let isChurning = false;

const marker = Buffer.from(options.tsMarker, 'latin1');
const prefix = Buffer.from(options.countPrefix, 'latin1');

/** @param {Client} client @param {number} [stamp] */
function sendTo(client, stamp = stampUs()) {
  client.send(render(options.msg, { stamp, seq: client.seq++, index: client.index }));
}

/** @type {import('./client.mjs').ClientEvents} */
const events = {
  opened(client) {
    opened++;
    connecting--;
    if (isChurning) {
      client.reset();
      open();
    }
    connectMore();
  },
  failed(_client, why) {
    if (!isEnding) failures.set(why, (failures.get(why) ?? 0) + 1);
    connecting--;
    connectMore();
  },
  frame() {
    frames++;
  },
  message(client, message) {
    if (prefix.length > 0 && !message.subarray(0, prefix.length).equals(prefix)) return;
    messages++;
    const at = message.indexOf(marker);
    if (at >= 0) {
      const stamp = Number(message.toString('latin1', at + marker.length, at + marker.length + 16));
      if (stamp > 0) latencies.push(stampUs() - stamp);
    }
    if (!isLoaded || options.rate > 0) return;
    if (options.mode === 'echo') sendTo(client);
    else publishMore();
  },
};

let isEnding = false;

function open() {
  connecting++;
  clients.push(new Client(options, started++, events));
}

function connectMore() {
  if (options.mode === 'churn') return;
  while (started < options.conns && connecting < options.connectConcurrency) open();
}

let basePublished = 0;
let baseMessages = 0;

/** Closed loop: keeps as many publications in flight as asked for. */
function publishMore() {
  const live = clients.length;
  const done = Math.floor((messages - baseMessages) / Math.max(1, live));
  while (published - basePublished < done + options.pipeline) publish();
}

/** @param {number} [stamp] */
function publish(stamp) {
  const publisher = clients[published++ % Math.max(1, options.publishers)];
  if (publisher?.state === 'ready') sendTo(publisher, stamp);
}

let turn = 0;

/** Open loop: what is due is stamped with the time when it was due. */
function pace() {
  const stepUs = 1e6 / options.rate;
  let dueUs = stampUs();
  const timer = setInterval(() => {
    if (!isLoaded) return clearInterval(timer);
    for (const now = stampUs(); dueUs <= now; dueUs += stepUs) {
      const stamp = Math.round(dueUs);
      if (options.mode !== 'echo') publish(stamp);
      else sendTo(/** @type {Client} */ (clients[turn++ % clients.length]), stamp);
    }
  }, 1);
}

function startLoad() {
  isLoaded = options.mode === 'echo' || options.mode === 'fanout-recv';
  basePublished = published;
  baseMessages = messages;
  if (!isLoaded) return;
  if (options.rate > 0) pace();
  else if (options.mode === 'fanout-recv') publishMore();
  else for (const client of clients) for (let i = 0; i < options.pipeline; i++) sendTo(client);
}

/** @returns {Promise<{ user: number, system: number, rssBytes: number }>} */
async function usage() {
  if (options.control === '') return { user: 0, system: 0, rssBytes: 0 };
  const response = await fetch(`${options.control}/usage`);
  return /** @type {any} */ (await response.json());
}

/** @param {number} seconds @returns {Promise<void>} */
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** @param {readonly number[]} sorted @param {number} share */
const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Until everybody is ready, or has failed, or the time is up. */
async function connected() {
  const deadline = performance.now() + options.connectTimeout * 1_000;
  const over = () => [...failures.values()].reduce((sum, count) => sum + count, 0);
  while (opened + over() < options.conns && performance.now() < deadline) await sleep(0.01);
}

async function run() {
  const before = await usage();
  const connectStarted = performance.now();
  if (options.mode === 'churn') {
    isChurning = true;
    for (let i = 0; i < options.connectConcurrency; i++) open();
    await sleep(0.1);
  } else {
    connectMore();
    await connected();
  }
  const connectSeconds = (performance.now() - connectStarted) / 1_000;
  const accepted = await usage();
  await sleep(options.settle);
  const settled = await usage();
  startLoad();
  await sleep(options.warmup);
  const from = { opened, messages, frames, latency: latencies.length };
  const windowBefore = await usage();
  const ownBefore = process.cpuUsage();
  const windowStarted = performance.now();
  await sleep(options.duration);
  const windowAfter = await usage();
  const seconds = (performance.now() - windowStarted) / 1_000;
  const own = process.cpuUsage(ownBefore);
  const window = { opened: opened - from.opened, messages: messages - from.messages, frames: frames - from.frames };
  const sorted = latencies.slice(from.latency).sort((a, b) => a - b);
  isLoaded = false;
  isChurning = false;
  if (options.mode !== 'idle') await sleep(Math.min(0.1, options.drain));
  const cpuUs = (/** @type {typeof before} */ a, /** @type {typeof before} */ b) =>
    b.user + b.system - a.user - a.system;
  const inWindow = cpuUs(windowBefore, windowAfter);
  const isChurn = options.mode === 'churn';
  const result = {
    mode: options.mode,
    opened,
    connects_per_s: isChurn ? window.opened / seconds : opened / connectSeconds,
    messages: window.messages,
    msgs_per_s: window.messages / seconds,
    msgs_per_frame: window.frames === 0 ? 0 : window.messages / window.frames,
    latency_us: { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) },
    server: {
      cpu_pct: inWindow / seconds / 1e4,
      cpu_us_per_msg: window.messages === 0 ? 0 : inWindow / window.messages,
      accept_cpu_us: isChurn ? inWindow / Math.max(1, window.opened) : cpuUs(before, accepted) / Math.max(1, opened),
      rss_bytes_per_conn: (settled.rssBytes - before.rssBytes) / Math.max(1, opened),
    },
    loadgen: { cpu_pct: (own.user + own.system) / seconds / 1e4 },
    failures: Object.fromEntries(failures),
  };
  isEnding = true;
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(failures.size === 0 ? 0 : 1));
}

await run();
