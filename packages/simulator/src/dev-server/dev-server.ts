import { createReadStream, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, resolve, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { same } from '@minihub/command-line';
import { SimulatorError } from '../errors.ts';
import type { ExtConfig } from '../pages/api/platform-hooks.ts';
import { compileMiniProgram } from '../pages/compile/compile-mini-program.ts';
import { filesOf } from '../pages/compile/project-files.ts';
import type { Routes } from '../routes.ts';
import { relayRequest, SocketRelay } from './relay.ts';
import { loadUi, type UiFiles } from './ui-files.ts';
import { watchFolder } from './watch.ts';

/** Options of {@link startDevServer}. */
export interface DevServerOptions {
  /** The folder of the mini program, or of its project. */
  readonly dir: string;
  /** Where to listen; 0 takes a free port. @defaultValue 8088 */
  readonly port?: number;
  /** @defaultValue '127.0.0.1': nobody but this machine. Whoever reaches the server can use its relay */
  readonly host?: string;
  /**
   * Settings that the mini program is given from outside, by `wx.getExtConfigSync`.
   * @defaultValue what its `ext.json` says, if it has one
   */
  readonly extConfig?: ExtConfig;
  /**
   * Where addresses that the mini program asks for really lead, by what they begin with:
   * `{ 'wss://example.com': 'ws://127.0.0.1:3000' }`.
   * @defaultValue every address leads where it says
   */
  readonly routes?: Routes;
  /** Language of the pages; left out: what the browser prefers. */
  readonly language?: 'zh' | 'en';
}

/** A simulator that is being served. */
export interface DevServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it, the sockets of the phones included. */
  close(): Promise<void>;
}

const types: { readonly [ending: string]: string } = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
};

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** One mini program, served. */
class Serving {
  readonly #options: DevServerOptions;
  readonly #ui: UiFiles;
  readonly #root: string;
  readonly #relay: SocketRelay = new SocketRelay();
  readonly #listeners: Set<ServerResponse> = new Set();
  #compiled: Promise<string> | undefined;

  constructor(options: DevServerOptions, ui: UiFiles, root: string) {
    this.#options = options;
    this.#ui = ui;
    this.#root = root;
  }

  changed(): void {
    this.#compiled = undefined;
    for (const listener of this.#listeners) listener.write('event: change\ndata: {}\n\n');
  }

  close(): void {
    this.#relay.close();
    for (const listener of this.#listeners) listener.end();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The relay reaches whatever this machine reaches: only our own page may use it, not any page in the same browser.
    if (request.url === '/relay/socket' && this.#isOurs(request)) this.#relay.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = this.#ui[pathname];
    if (!this.#isKnownHost(request)) response.writeHead(403).end('Unknown host');
    else if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' }).end(file.body);
    } else if (pathname === '/program.json') await this.#program(response);
    else if (pathname === '/changes') this.#follow(response);
    else if (pathname === '/relay/http' && request.method === 'POST' && this.#isOurs(request)) {
      await relayRequest(request, response);
    } else if (pathname.startsWith('/files/'))
      this.#file(decodeURIComponent(pathname.slice('/files/'.length)), response);
    else response.writeHead(404).end('Not found');
  }

  /** Compiles once per change. What is wrong with the project is told in the phone. */
  async #program(response: ServerResponse): Promise<void> {
    const { dir, extConfig, routes } = this.#options;
    this.#compiled ??= compileMiniProgram({ dir }).then(
      (program) => JSON.stringify({ program, extConfig, routes }),
      (error: Error) => {
        const { code = '', text } = SimulatorError.is(error) ? error : { text: same(String(error.stack)) };
        return JSON.stringify({ error: { code, text } });
      },
    );
    const body = await this.#compiled;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(':\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  #file(path: string, response: ServerResponse): void {
    const type = types[extname(path).toLowerCase()];
    const found = type === undefined ? undefined : this.#inside(join(this.#root, path));
    if (found === undefined || type === undefined) {
      response.writeHead(404).end('Not found');
      return;
    }
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' });
    createReadStream(found)
      .on('error', () => response.destroy())
      .pipe(response);
  }

  #inside(path: string): string | undefined {
    try {
      const real = realpathSync(path);
      return real.startsWith(realpathSync(this.#root) + sep) && statSync(real).isFile() ? real : undefined;
    } catch {
      return undefined;
    }
  }

  /** Against names that somebody else's DNS makes lead here. */
  #isKnownHost(request: IncomingMessage): boolean {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    return loopback.test(name) || this.#options.host !== undefined;
  }

  #isOurs(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    return this.#isKnownHost(request) && origin !== undefined && origin.replace(/^https?:\/\//, '') === host;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      const other = `--port ${port + 1}`;
      const hint = taken ? { en: `Choose another: ${other}`, zh: `请换一个：${other}` } : cause.message;
      fail(
        new SimulatorError(
          taken ? 'MH_SIM_PORT_TAKEN' : 'MH_SIM_CANNOT_LISTEN',
          taken ? String(port) : `${host}:${port}`,
          { hint, cause },
        ),
      );
    });
    server.listen(port, host, done);
  });
}

/** What to type for an address that is listened on. */
function shownHost(host: string): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Serves a mini program in a phone's frame, with the controls of its network around it, and loads it again when a file
 * changes.
 * @throws SimulatorError MH_SIM_FOLDER_NOT_FOUND, MH_SIM_NOT_A_MINI_PROGRAM, MH_SIM_PACKAGE_MISSING, MH_SIM_PORT_TAKEN,
 * MH_SIM_CANNOT_LISTEN
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { port = 8088, host = '127.0.0.1', language } = options;
  const root = filesOf(options.dir).root ?? options.dir;
  const ui = await loadUi(basename(resolve(options.dir)), language ?? '');
  const serving = new Serving(options, ui, root);
  const server = createServer((request, response) => serving.handle(request, response));
  server.on('upgrade', (request, socket, head) => serving.upgrade(request, socket, head));
  await listen(server, port, host);
  const watcher = watchFolder(root, () => serving.changed());
  const { port: actual } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    watcher.close();
    serving.close();
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${shownHost(host)}:${actual}/`, close, [Symbol.asyncDispose]: close };
}
