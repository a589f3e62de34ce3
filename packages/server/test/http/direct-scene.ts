import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type AttachOptions, createHubServer, type HubServer, type HubServerOptions } from '@minihub/server';
import { onTestFinished } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';

/** Whether `node:http` has had the socket: it leaves its parser's place on it, also after an upgrade. */
export function wasReadByNode(socket: Socket | undefined): boolean {
  if (socket === undefined) throw new Error('There is no such socket.');
  return Object.hasOwn(socket, 'parser');
}

/** An HTTP server with hubs, and everything about its sockets. */
export class DirectScene {
  readonly hubs: HubServer;
  readonly http: Server | TlsServer;
  readonly clock: FakeClock = new FakeClock();
  /** The server's ends, in the order in which they came. */
  readonly sockets: Socket[] = [];
  readonly #clients: Socket[] = [];

  private constructor(http: Server | TlsServer, options: HubServerOptions) {
    this.http = http;
    this.hubs = createHubServer({ clock: this.clock, ...options });
  }

  /** Starts one; `prepare` maps and attaches. Stops when the test is over. */
  static async start(
    prepare: (scene: DirectScene) => void,
    about: {
      readonly hubs?: HubServerOptions;
      readonly http?: ServerOptions;
      readonly server?: Server | TlsServer;
      readonly route?: RequestListener;
    } = {},
  ): Promise<DirectScene> {
    const route = about.route ?? ((_, response) => void response.end('theirs'));
    const http = about.server ?? createServer(about.http ?? {}, route);
    const scene = new DirectScene(http, about.hubs ?? {});
    http.on('connection', (socket: Socket) => scene.sockets.push(socket));
    prepare(scene);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => scene.#stop());
    return scene;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** Attaches the hubs with an endpoint at `/raw`, which says back what it is told. */
  attachEcho(options?: AttachOptions): () => void {
    this.hubs.mapRaw('/raw', { message: (connection, data) => connection.send(data) });
    return this.hubs.attach(this.http, options);
  }

  /** A client that sends `text`, one byte a character. */
  async client(text = ''): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    this.#clients.push(socket);
    socket.on('error', () => {});
    const before = this.sockets.length;
    if (text !== '') socket.write(Buffer.from(text, 'latin1'));
    while (this.sockets.length === before) await new Promise((resolve) => setImmediate(resolve));
    return socket;
  }

  /** What a client is told until that matches, or until the end. */
  async heard(socket: Socket, until: RegExp): Promise<string> {
    let text = '';
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += (chunk as Buffer).toString('latin1');
      if (until.test(text)) break;
    }
    return text;
  }

  /** Sends `text` on a socket of its own, and reads until that matches, or until the end. */
  async ask(text: string, until = /\r\n\r\n/): Promise<string> {
    return this.heard(await this.client(text), until);
  }

  async #stop(): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    const closed = this.hubs.close({ deadlineMs: 10 });
    this.clock.advance(10);
    await closed;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
