import { connect, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { defaultServerLimits, defineHub, method, type RawEndpoint } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { type PerMessageDeflateOptions, WebSocket } from 'ws';
import { z } from 'zod';
import { opcodes, toFrame } from '../raw/support/tcp-client.ts';
import { launchBrowser } from '../support/browser.ts';
import { handshake, RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/start-server.ts';

interface Client {
  message(text: string): void;
}

const hub = defineHub<Client>()({
  methods: {
    echo: method([z.string()], (_, text) => text),
    tell: method([z.string()], ({ clients }, text) => clients.all.message(text)),
  },
});
const options = { compression: { thresholdBytes: 100 } };
const long = '你好, price 1.25 '.repeat(500);

/** A client that counts the bytes that came to it. */
async function openCounting(url: string, perMessageDeflate: boolean | PerMessageDeflateOptions) {
  const client = await RawClient.open(url, { perMessageDeflate } as object);
  client.text(handshake());
  await client.next();
  const { _socket: socket } = client.webSocket as unknown as { _socket: { bytesRead: number } };
  return { client, bytes: () => socket.bytesRead };
}

describe('permessage-deflate', () => {
  it.each<[string, boolean | PerMessageDeflateOptions, boolean]>([
    ['as ws offers it', true, true],
    ['not at all', false, false],
    ['with a small window for us', { serverMaxWindowBits: 9 }, true],
    ['with the smallest window for us, which zlib cannot make', { serverMaxWindowBits: 8 }, false],
    ['with a small window for itself', { clientMaxWindowBits: 9 }, true],
    ['without context takeover', { serverNoContextTakeover: true, clientNoContextTakeover: true }, true],
  ])('serves a client that offers it %s', async (_, offer, isSmall) => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub, options));
    const { client, bytes } = await openCounting(server.wsUrl('/hub'), offer);
    const before = bytes();
    for (let n = 0; n < 3; n++) expect(await client.invoke('echo', long + n)).toMatchObject({ result: long + n });
    expect(bytes() - before < long.length).toBe(isSmall);
    expect(await client.invoke('echo', 'short')).toMatchObject({ result: 'short' });
    await client.close();
  });

  it('is declined, and not the client, where its offer cannot be understood', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub, options));
    const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; future=1, bzip' };
    const client = await RawClient.connect(server.wsUrl('/hub'), { headers });
    expect(client.webSocket.extensions).toBe('');
    expect(await client.invoke('echo', long)).toMatchObject({ result: long });
    await client.close();
  });

  it('is not offered by a hub that has it off', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const { client } = await openCounting(server.wsUrl('/hub'), true);
    expect(client.webSocket.extensions).toBe('');
    await client.close();
  });

  it('refuses a message that inflates to more than the limit, while it inflates', async () => {
    let messages = 0;
    const handler = { message: () => messages++ };
    await using server = await startServer((hubs) => hubs.mapRaw('/raw', handler, options));
    const headers =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n';
    const socket = connect(server.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.write(`GET /raw HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
    await expect.poll(() => Buffer.concat(chunks).toString()).toContain('\r\n\r\n');
    // 64 KB on the wire, 64 MB behind it.
    const bomb = deflateRawSync(Buffer.alloc(64 * 1_048_576));
    const head = Buffer.from([0xc1, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(bomb.length, 6);
    const before = process.memoryUsage().rss;
    socket.write(Buffer.concat([head, bomb]));
    await new Promise((resolve) => socket.once('close', resolve));
    const answer = Buffer.concat(chunks);
    // A close frame with 1009: too large.
    expect(answer.subarray(-4).toString('hex')).toContain('880203f1');
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1_048_576);
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
    expect(messages).toBe(0);
  });

  it('inflates little in one turn of the event loop, and serves others in between', async () => {
    let inTurn = 0;
    let most = 0;
    let inflated = 0;
    let before = -1;
    const count = (bytes: number): void => {
      if (inTurn === 0) {
        setImmediate(() => {
          most = Math.max(most, inTurn);
          inTurn = 0;
        });
      }
      inTurn += bytes;
      inflated += bytes;
    };
    await using server = await startServer((hubs) => {
      hubs.mapRaw('/raw', { message: (_, data) => count(data.length) }, options);
      hubs.mapRaw('/other', { message: () => (before = inflated) });
    });
    const attacker = await RawClient.open(server.wsUrl('/raw'), { perMessageDeflate: true } as object);
    const other = await RawClient.open(server.wsUrl('/other'));
    const bytes = deflateRawSync(Buffer.alloc(65_536), { finishFlush: 2 }).subarray(0, -4);
    const frames = Array.from({ length: 300 }, () => toFrame(opcodes.binary, bytes, { rsv: 4 }));
    const { _socket: socket } = attacker.webSocket as unknown as { _socket: Socket };
    socket.write(Buffer.concat(frames));
    other.webSocket.send('hello');
    await expect.poll(() => inflated).toBe(300 * 65_536);
    // What the server calls a turn and what the test calls one begin in different places.
    expect(most).toBeLessThanOrEqual(2 * (defaultServerLimits.maxTurnInflatedBytes + 65_536));
    expect(before).toBeGreaterThanOrEqual(0);
    expect(before).toBeLessThan(inflated);
    await attacker.close();
    await other.close();
  });

  it('serves the official client, in both protocols', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub, options));
    for (const protocol of [undefined, new MessagePackHubProtocol()]) {
      const builder = new HubConnectionBuilder()
        .withUrl(server.url('/hub'), { transport: HttpTransportType.WebSockets })
        .configureLogging(LogLevel.None);
      if (protocol !== undefined) builder.withHubProtocol(protocol);
      const client = builder.build();
      const told = new Promise((resolve) => client.on('message', resolve));
      await client.start();
      expect(await client.invoke('echo', long)).toBe(long);
      await client.invoke('tell', long);
      expect(await told).toBe(long);
      await client.stop();
    }
  });

  it('serves a page, which does not see it', async () => {
    await using server = await startServer((hubs) =>
      hubs.mapRaw('/echo', { message: (c, data) => c.send(data) }, options),
    );
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(server.url('/'));
      const seen = await page.evaluate(
        async ([url, text]) => {
          const socket = new globalThis.WebSocket(url as string);
          await new Promise((resolve) => socket.addEventListener('open', resolve));
          const answers: unknown[] = [];
          for (const message of [text as string, 'short', `${text} again`]) {
            const answer = new Promise<MessageEvent>((resolve) =>
              socket.addEventListener('message', resolve as never, { once: true }),
            );
            socket.send(message);
            answers.push((await answer).data);
          }
          return { answers, extensions: socket.extensions };
        },
        [server.wsUrl('/echo'), long],
      );
      expect(seen.answers).toEqual([long, 'short', `${long} again`]);
      expect(seen.extensions).toContain('permessage-deflate');
    } finally {
      await browser.close();
    }
  });

  it('keeps messages of a raw endpoint apart, compressed or not, to clients that can and cannot', async () => {
    let endpoint!: RawEndpoint;
    await using server = await startServer((hubs) => {
      endpoint = hubs.mapRaw('/raw', {}, options);
    });
    const open = (perMessageDeflate: boolean) => RawClient.open(server.wsUrl('/raw'), { perMessageDeflate } as object);
    const clients = [await open(true), await open(false), await open(true)];
    for (const client of clients) expect(client.webSocket.readyState).toBe(WebSocket.OPEN);
    const sent = [long, 'short', Buffer.from(long), `a secret ${long}`];
    for (const [n, data] of sent.entries()) endpoint.broadcast(data, { compress: n < 3 });
    for (const client of clients) {
      for (const data of sent) expect((await client.frames.next()).data.toString()).toBe(data.toString());
      await client.close();
    }
  });
});
