import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { folder, repository } from './places.mjs';
import { findBun } from './server-process.mjs';

/** @param {string} name */
function installed(name) {
  try {
    return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return 'not installed';
  }
}

/** @param {readonly string[]} args */
const git = (...args) => spawnSync('git', args, { cwd: repository, encoding: 'utf8' }).stdout?.trim() ?? '';

/**
 * What the figures depend on. No name of the machine, no path.
 * @param {{ generator: string, note: string | undefined, given: readonly string[] }} run
 * @returns {Record<string, string> & { date: string, commit: string }}
 */
export function describeEnvironment({ generator, note, given }) {
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', with changes';
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed}`,
    machine: `${cpus()[0]?.model.trim() ?? '?'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    'load average before': loadavg()
      .map((value) => value.toFixed(2))
      .join(' '),
    node: process.version,
    peers: `ws ${installed('ws')}, Socket.IO ${installed('socket.io')}, Bun ${findBun() === undefined ? 'not installed' : installed('bun')}`,
    'load generator': generator,
    ...(given.length === 0 ? {} : { options: given.join(' ') }),
    ...(note === undefined ? {} : { 'scaled down': note }),
  };
}
