import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, type HubServer, type HubServerOptions } from '@minihub/server';

/** A hub server on a free port of the loopback interface, for one test. */
export interface RunningServer extends AsyncDisposable {
  readonly hubs: HubServer;
  readonly http: Server;
  readonly port: number;
  /** `http://127.0.0.1:port` + path. */
  url(path: string): string;
  /** `ws://127.0.0.1:port` + path. */
  wsUrl(path: string): string;
}

/** Starts a hub server; `prepare` maps what it serves. Dispose it with `await using`. */
export async function startServer(
  prepare: (hubs: HubServer) => void,
  options: HubServerOptions = {},
  port = 0,
): Promise<RunningServer> {
  const hubs = createHubServer(options);
  prepare(hubs);
  const http = createServer((_, response) => response.writeHead(404).end('not ours'));
  hubs.attach(http);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const actualPort = (http.address() as AddressInfo).port;
  return {
    hubs,
    http,
    port: actualPort,
    url: (path) => `http://127.0.0.1:${actualPort}${path}`,
    wsUrl: (path) => `ws://127.0.0.1:${actualPort}${path}`,
    async [Symbol.asyncDispose]() {
      await hubs.close({ deadlineMs: 1_000 });
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      });
    },
  };
}
