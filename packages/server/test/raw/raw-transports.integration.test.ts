import { createRequire } from 'node:module';
import { HttpTransportType, type IHttpConnectionOptions, LogLevel, TransferFormat } from '@microsoft/signalr';
import type { RawConnection, RawDisconnectInfo, RawEndpoint } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../support/inbox.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

// Its package does not offer it, and its ES modules do not run on Node.
const { HttpConnection } = createRequire(import.meta.url)(
  '@microsoft/signalr/dist/cjs/HttpConnection.js',
) as typeof import('@microsoft/signalr/dist/esm/HttpConnection.js');

const transports = ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const;

function createScene() {
  const received = new Inbox<string | Buffer>();
  const ended = new Inbox<RawDisconnectInfo>();
  const connections = new Inbox<RawConnection>();
  const scene = { received, ended, connections, endpoint: undefined as unknown as RawEndpoint };
  const prepare: Parameters<typeof startServer>[0] = (hubs) => {
    scene.endpoint = hubs.mapRaw('/echo', {
      connecting: (connection) => connections.put(connection),
      message: (connection, data) => {
        received.put(data);
        connection.send(data);
      },
      disconnected: (_, info) => ended.put(info),
    });
  };
  return Object.assign(scene, { prepare });
}

/** The official client's connection below its hub protocol, as its own tests use it. */
async function open(server: RunningServer, transport: (typeof transports)[number], format: TransferFormat) {
  const options: IHttpConnectionOptions = { transport: HttpTransportType[transport], logger: LogLevel.None };
  const connection = new HttpConnection(server.url('/echo'), options);
  const messages = new Inbox<string | ArrayBuffer>();
  const closed = new Promise<Error | undefined>((resolve) => {
    connection.onclose = resolve;
  });
  connection.onreceive = messages.put;
  await connection.start(format);
  return { connection, messages, closed };
}

describe.each(transports)('a raw endpoint over %s', (transport) => {
  it('echoes text, each message by itself', async () => {
    const scene = createScene();
    await using server = await startServer(scene.prepare);
    const { connection, messages } = await open(server, transport, TransferFormat.Text);
    for (const text of ['a', '你好 👋', 'two\nlines\n', 'x'.repeat(60_000)]) {
      await connection.send(text);
      expect(await scene.received.next()).toBe(text);
      expect(await messages.next()).toBe(text);
    }
    const all = Array.from({ length: 40 }, (_, n) => `message ${n}`);
    for (const text of all) scene.endpoint.broadcast(text);
    for (const text of all) expect(await messages.next()).toBe(text);
    await connection.stop(undefined as never);
    expect(await scene.ended.next()).toMatchObject({ cause: 'client' });
    expect(scene.endpoint.connectionCount).toBe(0);
  });

  it('is told when the server ends it, after what was sent before', async () => {
    const scene = createScene();
    await using server = await startServer(scene.prepare);
    const { messages, closed } = await open(server, transport, TransferFormat.Text);
    const connection = await scene.connections.next();
    connection.send('first');
    connection.send('last');
    connection.close();
    expect([await messages.next(), await messages.next()]).toEqual(['first', 'last']);
    await closed;
    expect(await scene.ended.next()).toMatchObject({ cause: 'server' });
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });
});

describe.each(['WebSockets', 'LongPolling'] as const)('a raw endpoint over %s', (transport) => {
  it('echoes bytes, each message by itself', async () => {
    const scene = createScene();
    await using server = await startServer(scene.prepare);
    const { connection, messages } = await open(server, transport, TransferFormat.Binary);
    const all = [[0, 255, 10, 13], [0x1e], Array.from({ length: 50_000 }, (_, n) => n % 256)].map((bytes) =>
      Uint8Array.from(bytes),
    );
    for (const bytes of all) {
      await connection.send(bytes.buffer as ArrayBuffer);
      expect(await scene.received.next()).toEqual(Buffer.from(bytes));
      expect(new Uint8Array((await messages.next()) as ArrayBuffer)).toEqual(bytes);
    }
    for (const bytes of all) scene.endpoint.broadcast(bytes);
    for (const bytes of all) expect(new Uint8Array((await messages.next()) as ArrayBuffer)).toEqual(bytes);
    await connection.stop(undefined as never);
  });
});

describe('a raw endpoint', () => {
  it('falls back where WebSockets are switched off', async () => {
    const received = new Inbox<string | Buffer>();
    await using server = await startServer((hubs) =>
      hubs.mapRaw('/echo', { message: (_, data) => received.put(data) }, { webSocket: { enabled: false } }),
    );
    const connection = new HttpConnection(server.url('/echo'), { logger: LogLevel.None });
    await connection.start(TransferFormat.Text);
    await connection.send('here');
    expect(await received.next()).toBe('here');
    await connection.stop(undefined as never);
  });

  it('takes one post as one message, and none that is too large', async () => {
    const scene = createScene();
    await using server = await startServer(scene.prepare);
    const { connectionToken } = (await (
      await fetch(server.url('/echo/negotiate?negotiateVersion=1'), { method: 'POST' })
    ).json()) as { connectionToken: string };
    const url = server.url(`/echo?id=${connectionToken}`);
    expect((await fetch(url)).status).toBe(200);
    const post = (body: string, type = 'text/plain') =>
      fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('as text')).status).toBe(200);
    expect((await post('as bytes', 'application/octet-stream')).status).toBe(200);
    expect((await post('x'.repeat(65_537))).status).toBe(413);
    expect([await scene.received.next(), await scene.received.next()]).toEqual(['as text', Buffer.from('as bytes')]);
    const answers = [await fetch(url), await fetch(url)];
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['as text', 'as bytes']);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
  });
});
