import { dialects } from './dialects.mjs';
import { peers } from './peers.mjs';
import { ServerProcess } from './server-process.mjs';

/**
 * What one sample has brought.
 * @typedef {{
 *   cpuUs: number, acceptUs: number, rssBytes: number, perSecond: number, joined: number,
 *   p50Us: number, p99Us: number, holdMs?: number, loadCpu: number, failures: Record<string, number>,
 * }} Sample
 * @typedef {Record<string, Sample[]>} Samples by peer
 */

const letGoMs = 60;
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs workloads: all peers of one side by side, one sample of each in turn, so that they share what the machine does. */
export class Runner {
  /**
   * @param {{
   *   generator: import('./load-generator.mjs').LoadGenerator, pin: readonly string[], nodeArgs?: readonly string[],
   *   settings: Record<string, unknown>, letters: number, only: ReadonlySet<string> | undefined,
   *   onSample: (text: string) => void,
   * }} options `only`: the peers that take part
   */
  constructor(options) {
    this.options = options;
  }

  /** @param {import('./workloads.mjs').Workload} workload @returns {Promise<Samples>} */
  async run(workload) {
    const { only } = this.options;
    const names = workload.peers.filter((name) => peers[name] !== undefined && (only === undefined || only.has(name)));
    /** @type {Samples} */
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    /** @type {Map<string, ServerProcess>} */
    const servers = new Map();
    /** @type {Set<string>} */
    const broken = new Set();
    try {
      // Servers that live through the workload get one round to warm up, which is dropped.
      for (let round = workload.isFresh ? 0 : -1; round < workload.rounds; round++) {
        for (const name of inTurn(names, round)) {
          if (broken.has(name)) continue;
          const sample = await this.#sample(workload, name, servers).catch((/** @type {Error} */ error) => {
            // One peer that fails must not cost the others their run.
            broken.add(name);
            servers.delete(name);
            console.error(`${workload.id}: ${name} is left out: ${error.message}`);
          });
          if (sample === undefined) continue;
          this.options.onSample(
            `${workload.id} ${round + 1}/${workload.rounds} ${name}: ${headline(workload, sample)}`,
          );
          if (round >= 0) samples[name]?.push(sample);
        }
      }
    } finally {
      await Promise.all([...servers.values()].map((server) => server.stop()));
    }
    return samples;
  }

  /** @param {import('./workloads.mjs').Workload} workload @param {string} name @param {Map<string, ServerProcess>} servers */
  async #sample(workload, name, servers) {
    const peer = /** @type {import('./peers.mjs').Peer} */ (peers[name]);
    let server = servers.get(name);
    if (server === undefined) {
      const { pin, nodeArgs, settings } = this.options;
      server = await ServerProcess.start(peer, {
        pin,
        ...(nodeArgs === undefined ? {} : { nodeArgs }),
        settings: { ...settings, ...workload.settings, ...peer.settings },
      });
      servers.set(name, server);
    }
    const sample = await this.#measure(workload, peer, server);
    if (workload.isFresh) {
      servers.delete(name);
      await server.stop();
    } else {
      // The connections have to be gone before the next ones are counted.
      await pause(letGoMs);
      await server.ask('/reset');
    }
    return sample;
  }

  /**
   * @param {import('./workloads.mjs').Workload} workload @param {import('./peers.mjs').Peer} peer @param {ServerProcess} server
   * @returns {Promise<Sample>}
   */
  async #measure(workload, peer, server) {
    const dialect = dialects[peer.dialect]?.(workload.letters ?? this.options.letters);
    if (dialect === undefined) throw new Error(`${peer.label} speaks no known dialect`);
    if (workload.watchHold) await server.ask('/hold/start');
    const result = await this.options.generator.run(server, [
      ...['--path', peer.path ?? dialect.path, ...dialect.args, ...(peer.args ?? [])],
      ...['--conns', `${workload.conns}`, '--duration', `${workload.seconds}`, '--warmup', `${workload.warmup}`],
      ...['--settle', '0.1', '--drain', '0.2', '--msg', dialect[workload.message] || 'x', ...workload.args],
    ]);
    const hold = workload.watchHold ? await server.ask('/hold/stop') : undefined;
    return { ...toSample(result), ...(hold === undefined ? {} : { holdMs: hold.longestMs }) };
  }
}

/** @param {any} result @returns {Sample} */
function toSample({
  server,
  latency_us: latency,
  msgs_per_frame: joined,
  msgs_per_s,
  connects_per_s,
  messages,
  loadgen,
  failures,
}) {
  return {
    cpuUs: server.cpu_us_per_msg,
    acceptUs: server.accept_cpu_us,
    rssBytes: server.rss_bytes_per_conn,
    perSecond: messages > 0 ? msgs_per_s : connects_per_s,
    joined,
    p50Us: latency.p50,
    p99Us: latency.p99,
    loadCpu: loadgen.cpu_pct,
    failures,
  };
}

/** Another peer begins in each round. @param {readonly string[]} names @param {number} round */
function inTurn(names, round) {
  const first = (round + 1) % Math.max(1, names.length);
  return [...names.slice(first), ...names.slice(0, first)];
}

/** @param {import('./workloads.mjs').Workload} workload @param {Sample} sample */
function headline({ figure = 'delivery', unit }, sample) {
  if (figure === 'accept') return `${sample.acceptUs.toFixed(1)} us, ${sample.rssBytes.toFixed(0)} bytes a ${unit}`;
  return `${sample.cpuUs.toFixed(3)} us a ${unit}, p50 ${sample.p50Us} us`;
}
