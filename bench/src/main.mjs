/** `npm run bench`: see the README beside. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleServer } from './bundle.mjs';
import { describeEnvironment } from './environment.mjs';
import { runExtras } from './extras.mjs';
import { LoadGenerator } from './load-generator.mjs';
import { addBaseline, peers } from './peers.mjs';
import { folder, repository, resultsFolder } from './places.mjs';
import { finished, pins } from './processes.mjs';
import { report, targetTable, workloadTable } from './report.mjs';
import { Runner } from './runner.mjs';
import { findBun } from './server-process.mjs';
import { allWorkloads } from './workloads.mjs';

const { values: options } = parseArgs({
  args: process.argv.slice(2),
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    letters: { type: 'string', default: '32' },
    conns: { type: 'string' },
    'idle-conns': { type: 'string' },
    baseline: { type: 'string' },
    profile: { type: 'boolean', default: false },
    'node-loadgen': { type: 'boolean', default: false },
    'no-pin': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
  },
});

/** Peers are installed when they are needed first, so that the workspace stays light. */
async function install() {
  if (options.smoke || existsSync(join(folder, 'node_modules/socket.io'))) return;
  console.log('Installing the peers into bench/node_modules…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code, stdout, stderr } = await finished([npm, 'install', '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0) throw new Error(`npm install failed in bench/\n${stdout}${stderr}`);
}

/** @param {string | undefined} list */
const names = (list) => (list === undefined ? undefined : new Set(list.split(',')));

function chosenWorkloads() {
  const conns = options.conns === undefined ? undefined : Number(options.conns);
  const isSmall = options.smoke || options['node-loadgen'] || !generator.isCompiled;
  const idleConns = Number(options['idle-conns'] ?? (isSmall ? 1_000 : 10_000));
  const only = options.smoke ? new Set(['broadcast-burst']) : names(options.only);
  return allWorkloads({ conns: options.smoke ? 50 : conns, idleConns, isQuick: options.quick || options.smoke })
    .filter(({ id }) => only === undefined || [...only].some((wanted) => id === wanted || id.startsWith(`${wanted}-`)))
    .map((workload) => ({
      ...workload,
      peers: options.baseline === undefined ? workload.peers : withBaselines(workload.peers),
      rounds: options.rounds === undefined ? (options.smoke ? 1 : workload.rounds) : Number(options.rounds),
      seconds: options.seconds === undefined ? workload.seconds : Number(options.seconds),
    }));
}

/** @param {readonly string[]} list */
function withBaselines(list) {
  return list.flatMap((name) => (name.startsWith('minihub') ? [name, name.replace('minihub', 'baseline')] : [name]));
}

const started = performance.now();
await install();
const pin = pins(!options['no-pin'] && !options.smoke);
const generator = new LoadGenerator({ isPlain: options['node-loadgen'] || options.smoke, pin: pin.load });
const bundle = await bundleServer(repository, 'minihub');
if (options.baseline !== undefined) addBaseline(await bundleServer(resolve(options.baseline), 'baseline'));
if (findBun() === undefined) delete peers.bun;
const environment = describeEnvironment(generator.name);
for (const [name, value] of Object.entries(environment)) console.log(`${name}: ${value}`);
if ((loadavg()[0] ?? 0) > 1) console.log('The machine is busy: believe ratios, not figures.');

const profiles = join(folder, 'profiles');
const runner = new Runner({
  generator,
  pin: pin.server,
  nodeArgs: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
  settings: { bundle },
  letters: Number(options.letters),
  only: options.smoke ? new Set(['minihub']) : names(options.peers),
  onSample: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  },
});

const workloads = chosenWorkloads();
/** @type {Record<string, import('./runner.mjs').Samples>} */
const results = {};
for (const workload of workloads) {
  const samples = await runner.run(workload);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  results[workload.id] = samples;
  console.log(`\n${workload.title}\n${workloadTable(workload, samples)}`);
}
console.log(`\n${targetTable(results)}`);
const isWhole = options.only === undefined && !options.quick && !options.smoke && options.peers === undefined;
const extras = isWhole || options.only?.includes('extras') ? await runExtras(repository) : [];
for (const extra of extras) console.log(`\n${extra}`);
environment['load average after'] = loadavg()
  .map((value) => value.toFixed(2))
  .join(' ');
environment.took = `${Math.round((performance.now() - started) / 1_000)} s`;
console.log(`\nTook ${environment.took}.`);

if (!options.smoke && !options['no-write'] && !options.profile) {
  mkdirSync(resultsFolder, { recursive: true });
  const day = environment.date.slice(0, 10);
  const file = join(resultsFolder, `${day}-${environment.commit.split(',')[0]}.md`);
  writeFileSync(file, report({ environment, workloads, results, extras }));
  writeFileSync(join(resultsFolder, 'latest.json'), `${JSON.stringify({ environment, results }, undefined, 1)}\n`);
  console.log(`Written to ${file}`);
}
if (options.profile) console.log(`Profiles are in ${profiles}; \`node bench/src/profile.mjs FILE\` reads one.`);
