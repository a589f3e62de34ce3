/** @typedef {import('./workloads/workload.mjs').Workload} Workload @typedef {import('./samples.mjs').Sample} Sample */

/** @param {number} seconds */
function written(seconds) {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** @param {Workload} workload @param {Sample} sample */
function headline({ figure, unit }, sample) {
  if (figure === 'accept' || figure === 'storm') return `${sample.acceptUs.toFixed(1)} µs per ${unit}`;
  if (figure === 'hold') return `longest turn ${sample.holdMs.toFixed(1)} ms`;
  return `${sample.cpuUs.toFixed(3)} µs per ${unit}`;
}

/** Says on stderr where a run is and how long it will take: one line that changes, or one for each workload. */
export class Progress {
  #isLive = process.stderr.isTTY === true;
  #number = 0;

  /** @param {readonly Workload[]} workloads @param {import('./schedule.mjs').Schedule} schedule */
  constructor(workloads, schedule) {
    this.workloads = workloads;
    this.schedule = schedule;
  }

  begin() {
    if (this.workloads.length === 0) return;
    const count = this.workloads.length === 1 ? 'One workload' : `${this.workloads.length} workloads`;
    console.error(`${count}, about ${written(this.schedule.estimate)}.`);
  }

  /** @param {Workload} workload */
  entered({ id }) {
    this.#number++;
    this.say(id);
  }

  /** @param {string} id */
  say(id) {
    const place = this.workloads.length === 0 ? '' : `[${this.#number}/${this.workloads.length}] `;
    const text = `${place}${id}, about ${written(this.schedule.left)} left`;
    if (this.#isLive) this.#show(text);
    else console.error(text);
  }

  /** @param {Workload} workload @param {import('./workloads/workload.mjs').Entry} entry @param {number} round @param {Sample | undefined} sample */
  sampled(workload, entry, round, sample) {
    this.schedule.sampled(workload, entry);
    if (!this.#isLive || sample === undefined) return;
    const turn = round < 0 ? 'warm-up' : `${round + 1}/${workload.rounds}`;
    const where = `[${this.#number}/${this.workloads.length}] ${workload.id} ${turn}`;
    this.#show(`${where}, about ${written(this.schedule.left)} left; ${entry.key}: ${headline(workload, sample)}`);
  }

  /** @param {import('./runner.mjs').Fault} fault */
  broken({ workload, row, text, stderr }) {
    this.clear();
    console.error(`${workload}: ${row} is left out: ${text}`);
    if (stderr.trim() !== '') console.error(stderr.trim().replaceAll(/^/gm, '    '));
  }

  clear() {
    if (this.#isLive) process.stderr.write('\r\x1b[K');
  }

  /** @param {string} text */
  #show(text) {
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 120) - 1)}`);
  }
}
