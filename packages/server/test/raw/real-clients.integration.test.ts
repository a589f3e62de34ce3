import { once } from 'node:events';
import type { RawConnection, RawDisconnectInfo } from '@minihub/server';
import { WebSocket as UndiciWebSocket } from 'undici';
import { describe, expect, it } from 'vitest';
import { WebSocket as WsWebSocket } from 'ws';
import { trapFaults } from '../support/fault-trap.ts';
import { Inbox } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';

trapFaults();

/** What of the W3C class both clients have. */
interface Client {
  binaryType: string;
  readonly protocol: string;
  readonly extensions: string;
  addEventListener(type: string, listener: (event: never) => void, options?: { once: boolean }): void;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

// The one that Node.js has in itself from version 22 on, and the one that most servers and tools use.
const kits: Record<string, (url: string, protocols: string[]) => Client> = {
  undici: (url, protocols) => new UndiciWebSocket(url, protocols) as unknown as Client,
  ws: (url, protocols) => new WsWebSocket(url, protocols) as unknown as Client,
};

async function open(make: (typeof kits)[string], url: string): Promise<{ client: Client; messages: Inbox<unknown> }> {
  const client = make(url, ['mini', 'other']);
  client.binaryType = 'arraybuffer';
  const messages = new Inbox<unknown>();
  client.addEventListener('message', ({ data }: { data: unknown }) => messages.put(data));
  await once(client as unknown as EventTarget, 'open');
  return { client, messages };
}

interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

function closeOf(client: Client): Promise<Closed> {
  return new Promise((resolve) => {
    client.addEventListener('close', ({ code, reason, wasClean }: Closed) => resolve({ code, reason, wasClean }));
  });
}

const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000];

describe.each(Object.entries(kits))('a raw endpoint, for the WebSocket of %s', (_, make) => {
  it.each([false, true])('echoes messages of all sizes, in order; compression: %s', async (compression) => {
    await using server = await startServer((hubs) =>
      hubs.mapRaw(
        '/echo',
        { message: (connection, data) => connection.send(data) },
        { compression, limits: { maxMessageBytes: 300_000, maxBufferedBytes: 0 } },
      ),
    );
    const { client, messages } = await open(make, server.wsUrl('/echo'));
    expect([client.protocol, client.extensions.includes('permessage-deflate')]).toEqual(['mini', compression]);
    for (const size of sizes) {
      client.send('好'.repeat(size / 3));
      client.send(Buffer.alloc(size, size % 251));
    }
    for (const size of sizes) {
      expect(await messages.next()).toBe('好'.repeat(size / 3));
      const bytes = Buffer.from((await messages.next()) as ArrayBuffer);
      expect(bytes.equals(Buffer.alloc(size, size % 251))).toBe(true);
    }
    const closed = closeOf(client);
    client.close(4321, '下班了');
    expect(await closed).toEqual({ code: 4321, reason: '下班了', wasClean: true });
  });

  it('says why it closes, and hears why the client does', async () => {
    const ends = new Inbox<RawDisconnectInfo>();
    const connections = new Inbox<RawConnection>();
    await using server = await startServer((hubs) => {
      hubs.mapRaw('/raw', {
        connecting: (connection) => connections.put(connection),
        disconnected: (_, info) => ends.put(info),
      });
    });
    const first = await open(make, server.wsUrl('/raw'));
    const toldByServer = closeOf(first.client);
    (await connections.next()).close(4000, 'enough');
    expect(await toldByServer).toEqual({ code: 4000, reason: 'enough', wasClean: true });
    expect(await ends.next()).toMatchObject({ cause: 'server' });
    const second = await open(make, server.wsUrl('/raw'));
    const answered = closeOf(second.client);
    second.client.close();
    expect((await answered).wasClean).toBe(true);
    expect(await ends.next()).toMatchObject({ cause: 'client', reason: '' });
    expect(server.hubs.connectionCount).toBe(0);
  });

  it('refuses a message that is too large', async () => {
    await using server = await startServer((hubs) => hubs.mapRaw('/raw', {}, { limits: { maxMessageBytes: 1_000 } }));
    const { client } = await open(make, server.wsUrl('/raw'));
    const closed = closeOf(client);
    client.send('x'.repeat(1_001));
    expect(await closed).toMatchObject({ code: 1009, wasClean: true });
  });
});
