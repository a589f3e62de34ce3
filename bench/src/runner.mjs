import { dialects } from './dialects.mjs';
import { peers } from './peers.mjs';
import { toSample } from './samples.mjs';
import { ServerProcess } from './server-process.mjs';

/**
 * @typedef {import('./workloads/workload.mjs').Workload} Workload
 * @typedef {import('./workloads/workload.mjs').Entry} Entry
 * @typedef {import('./samples.mjs').Sample} Sample
 * @typedef {import('./samples.mjs').Samples} Samples
 * @typedef {{ workload: string, row: string, text: string, stderr: string }} Fault what took a row out
 */

/** How often a sample in which nothing arrived is taken. */
const mostTries = 3;

/** Runs workloads: all rows of one side by side, one sample of each in turn, so that they share what the machine does. */
export class Runner {
  /** @type {Fault[]} */
  faults = [];

  /**
   * @param {{
   *   generator: import('./load-generator.mjs').LoadGenerator, pin: readonly string[], nodeArgs: readonly string[],
   *   settings: Record<string, unknown>, letters: number,
   *   onSample: (workload: Workload, entry: Entry, round: number, sample: Sample | undefined) => void,
   *   onFault: (fault: Fault) => void, mayBegin: (workload: Workload, round: number) => boolean,
   * }} options `mayBegin`: whether there is time for a further round
   */
  constructor(options) {
    this.options = options;
  }

  /**
   * @param {Workload} workload
   * @param {Samples} samples is filled
   */
  async run(workload, samples) {
    /** @type {Map<string, ServerProcess>} */
    const servers = new Map();
    /** @type {Set<string>} */
    const broken = new Set();
    for (const { key } of workload.entries) samples[key] = [];
    try {
      // Servers that live through the workload get one round to warm up, which is dropped.
      for (let round = workload.isFresh ? 0 : -1; round < workload.rounds; round++) {
        if (round > 0 && !this.options.mayBegin(workload, round)) break;
        for (const entry of inTurn(workload.entries, round)) {
          if (broken.has(entry.key)) continue;
          /** @type {[Workload, Entry]} */
          const way = round < 0 ? warming(workload, entry) : [workload, entry];
          const sample = await this.#sample(...way, servers).catch((/** @type {Error} */ error) => {
            broken.add(entry.key);
            this.#broken(workload, entry, error);
            return undefined;
          });
          this.options.onSample(workload, entry, round, sample);
          if (sample !== undefined && round >= 0) samples[entry.key]?.push(sample);
        }
      }
    } finally {
      await Promise.all([...servers.values()].map((server) => server.stop()));
    }
  }

  /** One row that fails must not cost the others their run. @param {Workload} workload @param {Entry} entry @param {Error & { stderr?: string }} error */
  #broken(workload, entry, error) {
    const fault = { workload: workload.id, row: entry.key, text: error.message, stderr: error.stderr ?? '' };
    this.faults.push(fault);
    this.options.onFault(fault);
  }

  /** @param {Workload} workload @param {Entry} entry @param {Map<string, ServerProcess>} servers @returns {Promise<Sample>} */
  async #sample(workload, entry, servers) {
    const peer = /** @type {import('./peers.mjs').Peer} */ (peers[entry.peer]);
    const settings = mergedSettings(this.options.settings, workload.settings, entry.settings, peer.settings);
    const id = `${peer.server} ${JSON.stringify(settings)}`;
    let server = servers.get(id);
    if (server === undefined || server.ending !== undefined) {
      const { pin, nodeArgs } = this.options;
      server = await ServerProcess.start(peer, { pin, nodeArgs, settings });
      servers.set(id, server);
    }
    try {
      const sample = await this.#measured(workload, entry, peer, server);
      if (!workload.isFresh) await server.isEmpty();
      return sample;
    } catch (error) {
      throw withCause(/** @type {Error} */ (error), server);
    } finally {
      if (workload.isFresh) {
        servers.delete(id);
        await server.stop();
      }
    }
  }

  /**
   * A sample with something in it: on a busy machine a server may get no time at all while we look.
   * @param {Workload} workload @param {Entry} entry @param {import('./peers.mjs').Peer} peer @param {ServerProcess} server
   * @returns {Promise<Sample>}
   */
  async #measured(workload, entry, peer, server) {
    const countsMessages = workload.figure === 'message' || workload.figure === 'hold';
    for (let tries = 1; tries <= mostTries; tries++) {
      const sample = await this.#measure(workload, entry, peer, server);
      if (!countsMessages || !Number.isNaN(sample.cpuUs)) return sample;
      await server.isEmpty();
    }
    throw new Error(`no message arrived, in ${mostTries} samples`);
  }

  /**
   * @param {Workload} workload @param {Entry} entry @param {import('./peers.mjs').Peer} peer @param {ServerProcess} server
   * @returns {Promise<Sample>}
   */
  async #measure(workload, entry, peer, server) {
    const { figure } = workload;
    const conns = entry.conns ?? workload.conns;
    const letters = workload.letters ?? this.options.letters;
    const args = loadArguments(workload, entry, peer, { conns, letters });
    const looksAtMemory = figure === 'accept';
    const before = looksAtMemory ? await server.ask('/collect') : undefined;
    if (figure === 'hold') await server.ask('/hold/start');
    /** @type {Promise<import('./samples.mjs').Memory> | undefined} */
    let held;
    const result = await this.options.generator.run(server, args, () => {
      if (looksAtMemory) held = server.ask('/collect');
    });
    const hold = figure === 'hold' ? await server.ask('/hold/stop') : undefined;
    if (server.ending !== undefined) throw new Error('the server is gone');
    if (figure === 'storm' && peer.resume !== undefined) await mustHaveResumed(server, conns);
    const isPaced = args.includes('--rate');
    const reach = workload.message !== 'publish' ? 1 : (settingOf(workload, entry, 'size') ?? 0) || conns;
    const sample = toSample(result, { reach, isPaced, before, held: await held, hold });
    if (peer.mustCompress && sample.bytes > letters) throw new Error('nothing was compressed');
    return sample;
  }
}

/** @param {Workload} workload @param {Entry} entry @param {string} name @returns {number | undefined} */
const settingOf = (workload, entry, name) => entry.settings?.[name] ?? workload.settings?.[name];

/** What warms a server up for a row. @param {Workload} workload @param {Entry} entry @returns {[Workload, Entry]} */
function warming(workload, entry) {
  const { warmSeconds: seconds, warmArgs: args } = workload;
  return args === undefined
    ? [{ ...workload, seconds }, entry]
    : [
        { ...workload, seconds, args },
        { ...entry, args: [] },
      ];
}

/** Later ones win; the server's options are put together. @param {...(Record<string, any> | undefined)} all */
function mergedSettings(...all) {
  const options = Object.assign({}, ...all.map((settings) => settings?.options));
  return { ...Object.assign({}, ...all), options };
}

/**
 * @param {Workload} workload @param {Entry} entry @param {import('./peers.mjs').Peer} peer
 * @param {{ conns: number, letters: number }} size
 */
function loadArguments(workload, entry, peer, { conns, letters }) {
  const dialect = dialects[peer.dialect]?.(letters);
  const message = dialect?.[workload.message];
  if (dialect === undefined || message === undefined) throw new Error(`${peer.label} knows no ${workload.message}`);
  return [
    ...['--path', peer.path ?? dialect.path, ...dialect.args, ...(peer.args ?? [])],
    ...(workload.figure === 'storm' ? (peer.resume ?? []) : []),
    ...(workload.message === 'ask' ? (dialect.answer ?? []) : []),
    ...['--conns', `${conns}`, '--duration', `${workload.seconds}`, '--warmup', `${workload.warmup}`],
    ...['--settle', `${workload.settle}`, '--drain', '0.1', '--msg', message || 'x'],
    ...[...workload.args, ...(entry.args ?? [])],
  ];
}

/** Who came back as somebody new has cost something else. @param {ServerProcess} server @param {number} conns */
async function mustHaveResumed(server, conns) {
  const resumed = await server.ask('/resumed');
  if (resumed < conns) throw new Error(`only ${resumed} of ${conns} clients came back to what they had`);
}

/** What the server has said about it. @param {Error & { stderr?: string }} error @param {ServerProcess} server */
function withCause(error, { ending, complaints }) {
  const text = ending === undefined ? error.message : `the server ${ending} (${error.message})`;
  return Object.assign(new Error(text), { stderr: [error.stderr, complaints.text].filter(Boolean).join('\n') });
}

/** Another row begins in each round. @param {readonly Entry[]} entries @param {number} round */
function inTurn(entries, round) {
  const first = (round + 1) % Math.max(1, entries.length);
  return [...entries.slice(first), ...entries.slice(0, first)];
}
