import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, folder } from './places.mjs';
import { finished } from './processes.mjs';

const source = join(folder, 'loadgen.cc');
const binary = join(buildFolder, 'loadgen');

/** Compiles the load generator, unless that is done already. @returns {boolean} false when there is no compiler */
function compile() {
  if (existsSync(binary) && statSync(binary).mtimeMs > statSync(source).mtimeMs) return true;
  mkdirSync(buildFolder, { recursive: true });
  return ['c++', 'g++', 'clang++'].some((compiler) => {
    const args = ['-O2', '-std=c++20', '-o', binary, source];
    return spawnSync(compiler, args, { stdio: 'ignore' }).status === 0;
  });
}

/** The load generator: the one in C++ where it can be had, else the one in Node. */
export class LoadGenerator {
  /** @param {{ isPlain: boolean, pin: readonly string[] }} options `isPlain` asks for the one in Node */
  constructor({ isPlain, pin }) {
    this.isCompiled = !isPlain && process.platform === 'linux' && compile();
    this.pin = pin;
  }

  get name() {
    return this.isCompiled ? 'C++ (loadgen.cc)' : 'Node (src/node-loadgen)';
  }

  /**
   * Runs once; gives what it has measured.
   * @param {import('./server-process.mjs').ServerProcess} server
   * @param {readonly string[]} args
   */
  async run(server, args) {
    const own = ['--port', `${server.port}`, '--json', ...args];
    const command = this.isCompiled
      ? [binary, ...own, '--server-pid', `${server.pid}`]
      : [process.execPath, join(folder, 'src/node-loadgen/main.mjs'), ...own, '--server-control', server.control];
    const { stdout, stderr } = await finished([...this.pin, ...command]);
    // With failed connections it ends with 1, and says so in its figures.
    if (!stdout.startsWith('{')) throw new Error(`the load generator failed: ${stderr}`);
    return JSON.parse(stdout);
  }
}
