import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { BenchError } from './bench-error.mjs';

/** Everything that was started and has not ended. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** How much of what a child complains about is kept. */
const keptLetters = 4_000;

/**
 * Starts a process that ends with us at the latest.
 * @param {readonly string[]} command
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start([command = '', ...args], options = {}) {
  const child = spawn(command, args, options);
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));
  return child;
}

/** Ends all that still runs. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** The end of a text that comes in pieces. @param {import('node:stream').Readable | null} stream */
export function tailOf(stream) {
  const tail = { text: '' };
  stream?.on('data', (chunk) => {
    tail.text = (tail.text + chunk).slice(-keptLetters);
  });
  return tail;
}

/**
 * Runs a command to its end.
 * @param {readonly string[]} command
 * @param {{ cwd?: string, timeoutMs?: number, onErrorText?: (text: string) => void }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function finished(command, { cwd, timeoutMs, onErrorText } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, { ...(cwd === undefined ? {} : { cwd }), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    const stderr = tailOf(child.stderr);
    child.stderr?.on('data', (chunk) => onErrorText?.(String(chunk)));
    const name = command.join(' ').includes('loadgen') ? 'The load generator' : 'A command';
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            child.kill('SIGKILL');
            reject(
              new BenchError('MH_BENCH_TIMEOUT', `${name} did not end within ${Math.round(timeoutMs / 1_000)} s.`),
            );
          }, timeoutMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, stdout, stderr: stderr.text });
    });
  });
}

/** What to put before a command so that servers run on one core and the load generator on another. @param {boolean} isWanted */
export function pins(isWanted) {
  const canPin = isWanted && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;
  return canPin ? { server: ['taskset', '-c', '0'], load: ['taskset', '-c', '1'] } : { server: [], load: [] };
}
