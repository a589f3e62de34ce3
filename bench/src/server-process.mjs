import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { folder } from './places.mjs';
import { start, tailOf } from './processes.mjs';

const patienceMs = 30_000;
/** How often it is looked whether all connections are gone. */
const lookMs = 20;

/** Where Bun is, or `undefined`: it is optional. @returns {string | undefined} */
export function findBun() {
  const scope = join(folder, 'node_modules/@oven');
  const builds = existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name, 'bin/bun')) : [];
  const candidates = [join(folder, 'node_modules/bun/bin/bun.exe'), ...builds];
  return candidates.find((path) => existsSync(path) && spawnSync(path, ['--version']).status === 0);
}

/** A server under test, in a process of its own. */
export class ServerProcess {
  /** How it ended; `undefined` while it runs. @type {string | undefined} */
  ending;

  /** @param {import('node:child_process').ChildProcess} child @param {{ text: string }} complaints */
  constructor(child, complaints) {
    this.child = child;
    this.complaints = complaints;
    this.port = 0;
    this.control = '';
    child.on('exit', (code, signal) => {
      this.ending = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    });
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
    // Everybody can be asked to collect garbage; Bun has that built in.
    const runtime = server === 'bun' ? [findBun() ?? 'bun'] : [process.execPath, '--expose-gc', ...nodeArgs];
    const command = [...pin, ...runtime, join(folder, 'peers', `${server}.mjs`), JSON.stringify(settings)];
    const child = start(command, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } });
    const complaints = tailOf(child.stderr);
    const made = new ServerProcess(child, complaints);
    return new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ text) => reject(Object.assign(new Error(text), { stderr: complaints.text }));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail('the server did not start');
      }, patienceMs);
      child.on('error', reject);
      child.on('close', () => fail(`the server ${made.ending}`));
      createInterface({ input: /** @type {any} */ (child.stdout) }).once('line', (line) => {
        clearTimeout(timer);
        const { port, control } = JSON.parse(line);
        made.port = port;
        made.control = `http://127.0.0.1:${control}`;
        resolve(made);
      });
    });
  }

  /** Asks at the side door. @param {string} path @returns {Promise<any>} */
  async ask(path) {
    const response = await fetch(this.control + path, { signal: AbortSignal.timeout(patienceMs) });
    return response.json();
  }

  /** Until all connections are gone: the next ones have to find an idle server. @returns {Promise<void>} */
  async isEmpty() {
    const deadline = performance.now() + patienceMs;
    while ((await this.ask('/connections')) > 0) {
      if (performance.now() > deadline) throw new Error('the server keeps connections whose clients are gone');
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    await this.ask('/reset');
  }

  /** @returns {Promise<void>} */
  stop() {
    if (this.ending !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.child.kill('SIGKILL'), patienceMs / 6);
      this.child.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.child.stdin?.end();
    });
  }
}
