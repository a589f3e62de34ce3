import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { BenchError } from './bench-error.mjs';
import { bundleServer } from './bundle.mjs';
import { describeEnvironment } from './environment.mjs';
import { extras } from './extras.mjs';
import { mostConnections } from './file-limit.mjs';
import { LoadGenerator } from './load-generator.mjs';
import { addBaseline, peers } from './peers.mjs';
import { folder, repository, resultsFolder } from './places.mjs';
import { finished, pins } from './processes.mjs';
import { Progress } from './progress.mjs';
import { targetTable, workloadTable } from './report.mjs';
import { Results } from './results.mjs';
import { Runner } from './runner.mjs';
import { failedConnections } from './samples.mjs';
import { Schedule } from './schedule.mjs';
import { chosenExtras, chosenWorkloads } from './selection.mjs';
import { findBun } from './server-process.mjs';
import { allWorkloads } from './workloads/all.mjs';

export { listText } from './selection.mjs';

/** @typedef {import('./command-line.mjs').Options} Options @typedef {import('./workloads/workload.mjs').Scale} Scale */

/**
 * How long a run may take, the installation aside: on a slow machine there are fewer rounds then, but never none. A
 * quick run does what it can within two minutes.
 */
const limits = { quickSeconds: 105, wholeSeconds: 960 };
const profiles = join(folder, 'profiles');

/** Peers are installed when they are needed first, so that the workspace stays light. */
async function install() {
  if (existsSync(join(folder, 'node_modules/socket.io'))) return;
  console.log('Installing the peers into bench/node_modules…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code, stdout, stderr } = await finished([npm, 'install', '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0)
    throw new BenchError(
      'MH_BENCH_INSTALL_FAILED',
      `\`npm install\` in bench/ ended with ${code}.\n${stdout}${stderr}`,
    );
}

/** How many connections: what was asked for, or what this machine can have. @param {Options} options @param {boolean} isSmall @returns {{ scale: Scale, note: string | undefined }} */
function scaleOf({ conns, idleConns, quick, smoke }, isSmall) {
  const { most, why } = mostConnections();
  const asked = Math.max(conns ?? 0, idleConns ?? 0);
  if (asked > most)
    throw new BenchError('MH_BENCH_FEW_FILES', `${asked} connections were asked for, ${most} are possible: ${why}.`);
  if (most < 1_000 && !smoke)
    throw new BenchError('MH_BENCH_FEW_FILES', `1,000 connections are needed at least, ${most} are possible: ${why}.`);
  const wanted = idleConns ?? (isSmall ? 1_000 : quick ? 2_000 : 10_000);
  const scale = { conns: conns ?? (smoke ? 50 : 500), manyConns: Math.min(wanted, most), isQuick: quick || smoke };
  const note = wanted > most ? `${most} connections in place of ${wanted}: ${why}` : undefined;
  return { scale, note };
}

/** One run, from the choice of workloads to the report. */
export class Run {
  /** @type {Record<string, import('./samples.mjs').Samples>} */
  #results = {};
  /** @type {string[]} */
  #sections = [];
  #startedMs = performance.now();
  /** @type {Results | undefined} */
  #files;

  /**
   * @param {{
   *   options: Options, scale: Scale, environment: Record<string, string> & { date: string, commit: string },
   *   generator: LoadGenerator, bundle: string, pin: { server: string[], load: string[] },
   * }} parts
   */
  constructor({ options, scale, environment, generator, bundle, pin }) {
    this.options = options;
    this.scale = scale;
    this.environment = environment;
    this.workloads = chosenWorkloads(options, allWorkloads(scale));
    this.extras = chosenExtras(options);
    const extraSeconds = this.extras.reduce(
      (sum, id) => sum + (options.quick ? extras[id].quickSeconds : extras[id].seconds),
      0,
    );
    // Who says how many rounds gets them.
    const limitSeconds = options.quick ? limits.quickSeconds : limits.wholeSeconds;
    this.schedule = new Schedule(this.workloads, {
      extraSeconds,
      ...(options.rounds === undefined ? { limitSeconds } : {}),
    });
    this.progress = new Progress(this.workloads, this.schedule);
    this.runner = new Runner({
      generator,
      pin: pin.server,
      nodeArgs: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
      settings: { bundle },
      letters: options.letters,
      onSample: (...sample) => this.progress.sampled(...sample),
      onFault: (fault) => this.progress.broken(fault),
      mayBegin: (workload) => this.schedule.mayBegin(workload),
    });
    if (options.write && !options.smoke && !options.profile)
      this.#files = new Results(resultsFolder, { environment, given: options.given });
  }

  /** Everything that may fail before the first sample. @param {Options} options @throws MH_BENCH_… */
  static async prepare(options) {
    const { baseline, smoke } = options;
    if (baseline !== undefined && !existsSync(join(baseline, 'packages/server/src/index.ts')))
      throw new BenchError('MH_BENCH_NO_BASELINE', '--baseline wants the folder of a checkout of this repository.');
    // Mistakes are told before anything is installed or built.
    chosenWorkloads(options, allWorkloads({ conns: 500, manyConns: 10_000, isQuick: false }));
    if (!smoke) await install();
    const pin = pins(options.pin && !smoke);
    const generator = new LoadGenerator({ isPlain: options.nodeLoadgen || smoke, pin: pin.load });
    const { scale, note } = scaleOf(options, !generator.isCompiled);
    const bundle = await bundleServer(repository, 'minihub');
    if (baseline !== undefined) addBaseline(await bundleServer(resolve(baseline), 'baseline'));
    if (findBun() === undefined) delete peers.bun;
    const environment = describeEnvironment({ generator: generator.name, note, given: options.given });
    const run = new Run({ options, scale, environment, generator, bundle, pin });
    if (run.workloads.length > 0 || run.extras.length > 0) return run;
    const why = peers.bun === undefined ? ' Bun is not installed.' : '';
    throw new BenchError('MH_BENCH_NOTHING_TO_MEASURE', `None of these peers takes part in these workloads.${why}`);
  }

  /** The whole run. @returns {Promise<number>} the exit code: 1 when something was left out */
  async whole() {
    for (const [name, value] of Object.entries(this.environment)) console.log(`${name}: ${value}`);
    if ((loadavg()[0] ?? 0) > 1) console.log('The machine is busy: believe ratios, not figures.');
    this.progress.begin();
    for (const workload of this.workloads) {
      this.progress.entered(workload);
      this.#results[workload.id] = {};
      await this.runner.run(workload, this.#results[workload.id] ?? {});
      this.schedule.finished(workload);
      this.progress.clear();
      console.log(`\n${workload.title}\n${workloadTable(workload, this.#results[workload.id] ?? {})}`);
      this.#write(true);
    }
    if (this.workloads.length > 0) {
      console.log(`\n${targetTable(this.#results, { workloads: this.workloads, manyConns: this.scale.manyConns })}`);
    }
    for (const id of this.extras) await this.#extra(id);
    this.#end();
    const file = this.#write(false);
    if (file !== undefined) console.log(`Written to ${relative(process.cwd(), file)}`);
    if (this.options.profile)
      console.log(
        `Profiles are in ${relative(process.cwd(), profiles)}; \`node bench/src/profile.mjs FILE\` reads one.`,
      );
    return this.#verdict();
  }

  /** The run ends here; what it has is kept. @param {string} signal */
  cut(signal) {
    this.progress.clear();
    this.#end();
    const file = this.#write(true);
    console.log(
      `Cut by ${signal}.${file === undefined ? '' : ` What there is, marked as partial, is in ${relative(process.cwd(), file)}`}`,
    );
  }

  /** One that fails must not cost the report of all the rest. @param {keyof typeof extras} id */
  async #extra(id) {
    this.progress.say(id);
    const section = await extras[id].run({ isQuick: this.options.quick }).catch((error) => {
      const fault = { workload: id, row: id, text: error.message, stderr: error.stderr ?? '' };
      this.runner.faults.push(fault);
      this.progress.broken(fault);
    });
    this.progress.clear();
    if (section === undefined) return;
    this.#sections.push(section);
    console.log(`\n${section}`);
    this.#write(true);
  }

  #end() {
    const load = loadavg().map((value) => value.toFixed(2));
    this.environment['load average after'] = load.join(' ');
    this.environment.took = `${Math.round((performance.now() - this.#startedMs) / 1_000)} s`;
    console.log(`\nTook ${this.environment.took}.`);
  }

  /** @param {boolean} isPartial */
  #write(isPartial) {
    return this.#files?.write({
      environment: this.environment,
      workloads: this.workloads,
      results: this.#results,
      extras: this.#sections,
      faults: this.runner.faults,
      manyConns: this.scale.manyConns,
      isPartial,
    });
  }

  #verdict() {
    const samples = Object.values(this.#results).flatMap((rows) => Object.values(rows).flat());
    const failed = failedConnections(samples);
    if (failed > 0) console.error(`${failed} connections failed: see the rows that say so.`);
    const { faults } = this.runner;
    if (faults.length > 0)
      console.error(`Left out: ${faults.map(({ workload, row }) => `${row} in ${workload}`).join(', ')}.`);
    return faults.length === 0 && failed === 0 ? 0 : 1;
  }
}
