import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, folder } from './places.mjs';
import { finished } from './processes.mjs';

const source = join(folder, 'loadgen.cc');
const binary = join(buildFolder, 'loadgen');

/** Longer than any sample: who connects for a minute and has not begun to measure never will. */
const patienceMs = 180_000;

/** Compiles the load generator, unless that is done already. @returns {string | undefined} why it cannot be had */
function compile() {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (existsSync(binary) && statSync(binary).mtimeMs > statSync(source).mtimeMs) return undefined;
  mkdirSync(buildFolder, { recursive: true });
  for (const compiler of ['c++', 'g++', 'clang++']) {
    const { status, stderr } = spawnSync(compiler, ['-O2', '-std=c++20', '-o', binary, source], { encoding: 'utf8' });
    if (status === 0) return undefined;
    if (stderr) console.error(`${compiler} does not compile loadgen.cc:\n${stderr.slice(0, 1_000)}`);
  }
  return 'there is no C++ compiler that can build it';
}

/** The load generator: the one in C++ where it can be had, else the one in Node. */
export class LoadGenerator {
  /** @param {{ isPlain: boolean, pin: readonly string[] }} options `isPlain` asks for the one in Node */
  constructor({ isPlain, pin }) {
    /** Why it is not the one in C++. */
    this.whyNot = isPlain ? 'it was asked for' : compile();
    this.isCompiled = this.whyNot === undefined;
    this.pin = pin;
  }

  get name() {
    return this.isCompiled ? 'C++ (loadgen.cc)' : `Node (src/node-loadgen), ${this.whyNot}`;
  }

  /**
   * Runs once; gives what it has measured.
   * @param {import('./server-process.mjs').ServerProcess} server
   * @param {readonly string[]} args
   * @param {() => void} [onSettled] when all connections are open and `--settle` is over
   * @returns {Promise<any>}
   */
  async run(server, args, onSettled) {
    const own = ['--port', `${server.port}`, '--json', ...args];
    const command = this.isCompiled
      ? [binary, ...own, '--server-pid', `${server.pid}`]
      : [process.execPath, join(folder, 'src/node-loadgen/main.mjs'), ...own, '--server-control', server.control];
    const { stdout, stderr } = await finished([...this.pin, ...command], {
      timeoutMs: patienceMs,
      onErrorText: (text) => {
        if (text.includes('settled\n')) onSettled?.();
      },
    });
    // With failed connections it ends with 1, and says so in its figures.
    if (stdout.startsWith('{')) return JSON.parse(stdout);
    throw Object.assign(new Error('the load generator failed'), { stderr });
  }
}
