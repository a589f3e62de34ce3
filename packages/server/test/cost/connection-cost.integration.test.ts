import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startServer } from '../support/start-server.ts';

const hub = defineHub()({ methods: { echo: method([], () => 'echo') } });

/** How many listeners a socket has, by event. */
function listenersOf(socket: Socket | undefined): Record<string, number> {
  const names = (socket?.eventNames() ?? []).map(String).sort();
  return Object.fromEntries(names.map((name) => [name, socket?.listenerCount(name) ?? 0]));
}

async function opened(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
  return client;
}

/** The listeners on the server's end of a connection to a server that is nothing but `ws`. */
async function listenersWithoutUs(): Promise<Record<string, number>> {
  const http = createServer();
  const sockets: Socket[] = [];
  http.on('connection', (socket: Socket) => sockets.push(socket));
  new WebSocketServer({ server: http }).on('connection', () => {});
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const client = await opened(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const listeners = listenersOf(sockets[0]);
  client.terminate();
  http.close();
  return listeners;
}

describe('an open connection', () => {
  it('has no listener on its socket that ws alone would not have', async () => {
    const bare = await listenersWithoutUs();
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const client = await opened(server.wsUrl('/hub'));
    client.send('{"protocol":"json","version":1}\u001e');
    const answer = await new Promise((resolve) => client.once('message', (data) => resolve(String(data))));
    expect(answer).toBe('{}\u001e');
    const ours = listenersOf([...server.sockets][0]);
    // The test's own server counts its sockets by their 'close'.
    expect({ ...ours, close: (ours.close ?? 0) - 1 }).toEqual(bare);
    client.terminate();
  });

  it('lets go of the upgrade: what is kept of the request is its path, query, address and headers', async () => {
    let kept: Record<string, unknown> = {};
    const curious = defineHub()({
      connected: ({ connection }) => {
        const { path, query, remoteAddress, headers } = connection.request;
        kept = { path, query: query.toString(), remoteAddress, headers };
      },
      methods: {},
    });
    await using server = await startServer((hubs) => hubs.map('/hub', curious));
    const client = new WebSocket(server.wsUrl('/hub?room=1&access_token=secret'), { headers: { 'X-Team': 'é1' } });
    await new Promise((resolve) => client.once('open', resolve));
    client.send('{"protocol":"json","version":1}\u001e');
    await new Promise((resolve) => client.once('message', resolve));
    await expect.poll(() => kept.path).toBe('/hub');
    expect(kept).toEqual({
      path: '/hub',
      query: 'room=1',
      remoteAddress: '127.0.0.1',
      headers: {
        host: `127.0.0.1:${server.port}`,
        'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
        'x-team': 'é1',
      },
    });
    client.terminate();
  });
});
