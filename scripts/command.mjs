import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './workspace.mjs';

/** @typedef {{ code: number, output: string, stdout: string, seconds: number }} Outcome */

/** The environment of a command: as ours, with the tools of the workspace on the path. */
export function toolEnvironment() {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, FORCE_COLOR: '0', NO_COLOR: '1' };
}

/**
 * Runs a command to its end and keeps what it wrote, so that a step which succeeds can be silent and one which fails
 * can show everything. There is no pipe through another program, which would hide the exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd = root, env = toolEnvironment() } = {}) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const all = [];
    /** @type {Buffer[]} */
    const out = [];
    child.stdout.on('data', (chunk) => {
      all.push(chunk);
      out.push(chunk);
    });
    child.stderr.on('data', (chunk) => all.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== null) all.push(Buffer.from(`\n${command} was ended by ${signal}\n`));
      resolve({
        code: code ?? 1,
        output: Buffer.concat(all).toString('utf8'),
        stdout: Buffer.concat(out).toString('utf8'),
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

/**
 * Runs a command that must succeed; what it wrote is in the error when it does not.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Outcome>}
 */
export async function runOrThrow(command, args, options) {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0)
    throw new Error(`${[command, ...args].join(' ')} ended with ${outcome.code}\n${outcome.output}`);
  return outcome;
}

/**
 * Does one thing per item, says how each went, and ends the process with 1 when one failed. The rest still runs, so
 * that one run shows every failure.
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} name
 * @param {(item: Item) => Promise<string | undefined>} task gives what went wrong, or undefined
 */
export async function forEachReported(items, name, task) {
  for (const item of items) {
    const started = performance.now();
    const failure = await task(item).catch((/** @type {unknown} */ error) => String(error));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${failure === undefined ? 'ok    ' : 'FAILED'} ${name(item)} (${seconds} s)`);
    if (failure !== undefined) {
      console.log(failure);
      process.exitCode = 1;
    }
  }
}
