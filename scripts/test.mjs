/**
 * Every gate, then every test: `npm test`. `npm run test:quick` takes the steps that need no build, about a minute.
 * A step that succeeds is one line; one that fails shows everything it wrote. All steps run, whatever fails, unless
 * what they need has failed. The last line is the count of all tests; the exit code is 1 when anything failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.mjs';

/**
 * @typedef {{ name: string, command: string[], quick?: boolean, needs?: string, vitest?: string, tap?: boolean }} Step
 *   `vitest` is the project whose tests are counted; `tap` says that the command counts, in TAP; `needs` is a step without which this one would only fail again.
 * @type {readonly Step[]}
 */
const steps = [
  { name: 'setup', command: ['node', 'scripts/setup-debian.mjs'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'], quick: true },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'], quick: true },
  { name: 'import direction', command: ['npm', 'run', '--silent', 'deps'] },
  { name: 'unused code', command: ['npm', 'run', '--silent', 'unused'] },
  { name: 'source size', command: ['npm', 'run', '--silent', 'size'] },
  { name: 'reference', command: ['npm', 'run', '--silent', 'reference', '--', '--check'], quick: true },
  { name: 'links', command: ['npm', 'run', '--silent', 'links'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'api reports', command: ['npm', 'run', '--silent', 'api', '--', '--check'], needs: 'build' },
  { name: 'package shape', command: ['npm', 'run', '--silent', 'check:packages'], needs: 'build' },
  { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit'], quick: true, vitest: 'unit' },
  {
    name: 'integration tests',
    command: ['vitest', 'run', '--project', 'integration'],
    needs: 'build',
    vitest: 'integration',
  },
  { name: 'mini-program packer', command: ['node', 'scripts/test-packer.mjs'], needs: 'build', tap: true },
];

/** @typedef {{ passed: number, failed: number }} Count */

/** What a run of vitest counted, from its JSON report. @param {string} file @returns {Count | undefined} */
function readCount(file) {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(readFileSync(file, 'utf8'));
    // A file that cannot even be loaded has no failed test in it, and is a failure.
    const failed = numFailedTests > 0 || success ? numFailedTests : Math.max(1, numFailedTestSuites);
    return { passed: numPassedTests, failed };
  } catch {
    return undefined;
  }
}

/** What a run of node:test counted, from the end of its TAP. @param {string} output @returns {Count | undefined} */
function readTap(output) {
  const [, passed] = /^# pass (\d+)$/m.exec(output) ?? [];
  const [, failed] = /^# fail (\d+)$/m.exec(output) ?? [];
  return passed === undefined || failed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}

/** @param {Step} step @param {string} folder */
async function runStep({ name, command, vitest, tap = false }, folder) {
  const [program = '', ...args] = command;
  const report = join(folder, `${vitest}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code, output, seconds } = await run(program, vitest === undefined ? args : [...args, ...reporters]);
  const counts = vitest !== undefined || tap;
  const count = tap ? readTap(output) : vitest === undefined ? undefined : readCount(report);
  const lost = counts && count === undefined;
  const good = code === 0 && !lost;
  const counted = count === undefined ? '' : `, ${count.passed} passed, ${count.failed} failed`;
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s${counted})`);
  if (!good) console.log(output);
  if (lost) console.log('no tests were counted');
  // A run that failed without a failed test (an unhandled error) still counts as one failure.
  const failed = good ? 0 : Math.max(1, count?.failed ?? 1);
  return { good, count: { passed: count?.passed ?? 0, failed: counts ? failed : 0 } };
}

const quick = process.argv.includes('--quick');
const folder = mkdtempSync(join(tmpdir(), 'minihub-test-'));
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const failures = [];
try {
  for (const step of steps.filter((candidate) => !quick || candidate.quick)) {
    if (step.needs !== undefined && failures.includes(step.needs)) {
      console.log(`FAILED ${step.name} (not run: ${step.needs} failed)`);
      failures.push(step.name);
      continue;
    }
    const { good, count } = await runStep(step, folder);
    if (!good) failures.push(step.name);
    total.passed += count.passed;
    total.failed += count.failed;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.log(`\nFailed: ${failures.join(', ')}`);
  process.exitCode = 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
