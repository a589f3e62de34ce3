import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { folder } from './places.mjs';

/** Where Bun is, or `undefined`: it is optional. @returns {string | undefined} */
export function findBun() {
  const scope = join(folder, 'node_modules/@oven');
  const builds = existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name, 'bin/bun')) : [];
  const candidates = [join(folder, 'node_modules/bun/bin/bun.exe'), ...builds];
  return candidates.find((path) => existsSync(path) && spawnSync(path, ['--version']).status === 0);
}

/** A server under test, in a process of its own. */
export class ServerProcess {
  /** @param {import('node:child_process').ChildProcess} child @param {{ port: number, control: number }} ports */
  constructor(child, ports) {
    this.child = child;
    this.port = ports.port;
    this.control = `http://127.0.0.1:${ports.control}`;
  }

  get pid() {
    return this.child.pid;
  }

  /**
   * @param {import('./peers.mjs').Peer} peer
   * @param {{ settings: Record<string, unknown>, pin: readonly string[], nodeArgs?: readonly string[] }} options
   * @returns {Promise<ServerProcess>}
   */
  static start({ server }, { settings, pin, nodeArgs = [] }) {
    const runtime = server === 'bun' ? [findBun() ?? 'bun'] : [process.execPath, ...nodeArgs];
    const script = join(folder, 'peers', `${server}.mjs`);
    const [command = '', ...args] = [...pin, ...runtime, script, JSON.stringify(settings)];
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`${server} ended with ${code}`)));
      createInterface({ input: child.stdout }).once('line', (line) =>
        resolve(new ServerProcess(child, JSON.parse(line))),
      );
    });
  }

  /** Asks at the side door. @param {string} path @returns {Promise<any>} */
  async ask(path) {
    return (await fetch(this.control + path)).json();
  }

  /** @returns {Promise<void>} */
  stop() {
    return new Promise((resolve) => {
      this.child.on('close', () => resolve());
      this.child.stdin?.end();
    });
  }
}
