import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { type AnyHub, createHubServer, type HubServer, type HubServerOptions } from '@minihub/server';

/** A hub on a real server, and official clients for it. */
export interface ChatScene extends AsyncDisposable {
  readonly hubs: HubServer;
  readonly url: string;
  /** A client that sends `token` as its access token. */
  client(token: string | (() => string), options?: object): HubConnection;
}

/** Serves `hub` at `/chat`. */
export async function startChat(hub: AnyHub, options: HubServerOptions): Promise<ChatScene> {
  const hubs = createHubServer(options);
  hubs.map('/chat', hub);
  const server = createServer();
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;
  const clients: HubConnection[] = [];
  return {
    hubs,
    url,
    client(token, more = {}) {
      const accessTokenFactory = typeof token === 'string' ? (): string => token : token;
      const client = new HubConnectionBuilder()
        .withUrl(url, { accessTokenFactory, ...more })
        .configureLogging(LogLevel.None)
        .build();
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.stop()));
      await hubs.close({ deadlineMs: 100 });
      server.closeAllConnections();
      server.close();
    },
  };
}
