import { peers } from './peers.mjs';

/** @typedef {import('./workloads/workload.mjs').Workload} Workload @typedef {import('./workloads/workload.mjs').Entry} Entry */

/** What it takes about to connect one client, in microseconds: only the estimate of the remaining time hangs on it. */
const connectUs = { minihub: 250, ws: 170, 'socket-io': 480, bun: 80 };

/** Starting the load generator, and looking at the server before and after. */
const overheadSeconds = 0.25;
const serverStartSeconds = 0.4;
const drainSeconds = 0.1;

/** @param {Workload} workload @param {Entry} entry */
function sampleSeconds(workload, entry) {
  const { figure, settle, warmup, seconds, isFresh } = workload;
  const connects = ((entry.conns ?? workload.conns) * connectUs[peers[entry.peer]?.server ?? 'minihub']) / 1e6;
  const isStorm = figure === 'storm';
  const load = isStorm ? 2 * connects + 3 * settle : connects + settle + warmup + seconds + drainSeconds;
  return overheadSeconds + load + (isFresh ? serverStartSeconds : 0);
}

/** @param {Workload} workload */
const roundSeconds = (workload) => workload.entries.reduce((sum, entry) => sum + sampleSeconds(workload, entry), 0);

/** @param {Workload} workload */
function workloadSeconds(workload) {
  const { rounds, isFresh, warmSeconds: seconds } = workload;
  return rounds * roundSeconds(workload) + (isFresh ? 0 : roundSeconds({ ...workload, seconds }));
}

/** How long a run takes, and how much of it is left. What it takes here is learned while it runs. */
export class Schedule {
  #startedMs = performance.now();
  /** Of the estimate: what lies behind, skipped rounds included. */
  #behind = 0;
  /** Of the estimate: what was really done, and how long it took. */
  #worked = 0;
  #workedSeconds = 0;
  #total = 0;
  /** When each workload should be over, as shares of the whole. @type {Map<string, number>} */
  #ends = new Map();

  /**
   * @param {readonly Workload[]} workloads
   * @param {{ limitSeconds?: number | undefined, extraSeconds: number }} options `limitSeconds`: the workloads then get
   *   fewer rounds where the machine is slow, but never less than one; `extraSeconds`: what comes after them
   */
  constructor(workloads, { limitSeconds, extraSeconds }) {
    this.limitSeconds = limitSeconds === undefined ? undefined : limitSeconds - extraSeconds;
    this.extraSeconds = extraSeconds;
    for (const workload of workloads) {
      this.#total += workloadSeconds(workload);
      this.#ends.set(workload.id, this.#total);
    }
  }

  /** Seconds that it takes in all, as far as is known before. */
  get estimate() {
    return Math.min(this.#total, this.limitSeconds ?? Number.POSITIVE_INFINITY) + this.extraSeconds;
  }

  get #elapsed() {
    return (performance.now() - this.#startedMs) / 1_000;
  }

  /** How much slower than estimated this machine is. */
  get #pace() {
    return this.#worked === 0 ? 1 : this.#workedSeconds / this.#worked;
  }

  /** A sample has been taken. @param {Workload} workload @param {Entry} entry */
  sampled(workload, entry) {
    const seconds = sampleSeconds(workload, entry);
    this.#behind += seconds;
    this.#worked += seconds;
    this.#workedSeconds = this.#elapsed;
  }

  /** A workload is over, perhaps with fewer rounds than planned. @param {Workload} workload */
  finished({ id }) {
    this.#behind = this.#ends.get(id) ?? this.#behind;
  }

  /** Whether there is time for one more round. @param {Workload} workload */
  mayBegin(workload) {
    if (this.limitSeconds === undefined) return true;
    const share = (this.#ends.get(workload.id) ?? 0) / this.#total;
    return this.#elapsed + roundSeconds(workload) * this.#pace <= this.limitSeconds * share;
  }

  /** Seconds that are left. */
  get left() {
    const left = Math.max(0, this.#total - this.#behind) * this.#pace;
    const most = this.limitSeconds === undefined ? left : Math.max(0, this.limitSeconds - this.#elapsed);
    return Math.min(left, most) + this.extraSeconds;
  }
}
