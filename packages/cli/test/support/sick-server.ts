import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createHubServer, defineHub, type HubLimits } from '@minihub/server';
import { type WebSocket, WebSocketServer, type ServerOptions as WsOptions } from 'ws';
import type { Served } from './certificates.ts';

/** A server of a test; ends with it. */
export interface Running extends AsyncDisposable {
  readonly port: number;
}

async function listen(server: Server, close: () => Promise<void> = async () => undefined, port = 0): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts any TCP server. */
export const startTcp = listen;

/** What answers an upgrade. */
export type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** How a server behaves. */
export interface Behaviour {
  readonly request?: RequestListener;
  readonly upgrade?: OnUpgrade;
  readonly tls?: ServerOptions;
}

const upgradeRequired: RequestListener = (_request, response) => response.writeHead(426).end('Upgrade Required');

/** Starts an HTTP server, with TLS when there is a certificate. */
export function startHttp(
  served: Served | undefined,
  { request = upgradeRequired, upgrade, tls = {} }: Behaviour,
): Promise<Running> {
  const server =
    served === undefined
      ? createServer(request)
      : createTlsServer({ cert: served.cert, key: served.key, ...tls }, request);
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  return listen(server);
}

/** Answers an upgrade with bytes of one's own. */
export function rawAnswer(...lines: readonly string[]): OnUpgrade {
  return (_request, socket) => socket.end([...lines, '', ''].join('\r\n'));
}

/** An echo server that pings at once. `serve` may do something else with a connection. */
export function echo(
  options: WsOptions = {},
  serve?: (socket: WebSocket, request: IncomingMessage) => void,
): OnUpgrade {
  const wss = new WebSocketServer({ noServer: true, ...options });
  const answer = (socket: WebSocket): void => {
    socket.ping();
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  };
  return (request, socket, head) =>
    wss.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => undefined);
      (serve ?? answer)(webSocket, request);
    });
}

/** A hub of minihub itself. */
export async function startHub(served: Served | undefined, limits: Partial<HubLimits> = {}): Promise<Running> {
  const hubs = createHubServer({ limits: { keepAliveIntervalMs: 1_000, ...limits } });
  hubs.map('/hub', defineHub()({ methods: {} }));
  const server = served === undefined ? createServer() : createTlsServer({ cert: served.cert, key: served.key });
  hubs.attach(server);
  return listen(server, () => hubs.close());
}
