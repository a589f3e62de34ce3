import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type AttachOptions, createHubServer, type HubServer, type HubServerOptions } from '@minihub/server';
import { FakeClock } from './fake-clock.ts';

/** A hub server on a free port of the loopback interface, for one test. */
export interface RunningServer extends AsyncDisposable {
  readonly hubs: HubServer;
  readonly http: Server;
  readonly port: number;
  /** The server's ends of the TCP connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** `http://127.0.0.1:port` + path. */
  url(path: string): string;
  /** `ws://127.0.0.1:port` + path. */
  wsUrl(path: string): string;
  /** Cuts every TCP connection without a word, as a dying network does. */
  cut(): void;
}

/** Starts a hub server; `prepare` maps what it serves. Dispose it with `await using`. */
export async function startServer(
  prepare: (hubs: HubServer) => void,
  options: HubServerOptions = {},
  port = 0,
  route: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.writeHead(404).end('not ours'),
  attach: AttachOptions = {},
): Promise<RunningServer> {
  const hubs = createHubServer(options);
  prepare(hubs);
  const http = createServer(route);
  const sockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  hubs.attach(http, attach);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const actualPort = (http.address() as AddressInfo).port;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    hubs,
    http,
    port: actualPort,
    sockets,
    url: (path) => `http://127.0.0.1:${actualPort}${path}`,
    wsUrl: (path) => `ws://127.0.0.1:${actualPort}${path}`,
    cut,
    async [Symbol.asyncDispose]() {
      await closeHubs(hubs, options);
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
        cut();
      });
    },
  };
}

/** A fake clock must be turned for `close` to get to its end. */
async function closeHubs(hubs: HubServer, { clock }: HubServerOptions): Promise<void> {
  let isClosed = false;
  const closing = hubs.close({ deadlineMs: 1_000 }).then(() => {
    isClosed = true;
  });
  while (clock instanceof FakeClock && !isClosed) {
    clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}
