import { createMessagePackCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { defineHub, type HubLimits, method, upload } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { opcodes, TcpClient, toFrame } from '../raw/support/tcp-client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { handshake, RawClient, records, separator } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

trapFaults();

const hub = defineHub()({
  methods: {
    echo: method([z.unknown()], (_, value) => (value === undefined ? 'nothing' : 'something')),
    sum: method([upload(z.number())], () => 0),
  },
});

function start(limits: Partial<HubLimits> = {}): Promise<RunningServer> {
  return startServer((hubs) => {
    hubs.map('/hub', hub, { limits, detailedErrors: true });
    hubs.mapRaw(
      '/raw',
      { message: (connection, data) => connection.send(`${data.length}`) },
      {
        limits: { maxMessageBytes: 1_000, maxFragments: 20 },
      },
    );
  });
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const list = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(',');
/** A call whose JSON is exactly so many bytes. */
function callOf(bytes: number): string {
  const [head, tail] = ['{"type":1,"invocationId":"1","target":"echo","arguments":["', '"]}'];
  return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
}

/** The last that passes and the first that does not, as JSON records; the text is what `detailedErrors` shows. */
const cases: [string, Partial<HubLimits>, string, string, string][] = [
  ['maxMessageBytes', {}, callOf(32_768), callOf(32_769), 'The maximum message size of 32768B was exceeded.'],
  [
    'maxMessageBytes, set',
    { maxMessageBytes: 200 },
    callOf(200),
    callOf(201),
    'The maximum message size of 200B was exceeded.',
  ],
  [
    'maxRecordsPerChunk',
    { maxRecordsPerChunk: 10 },
    `${'{"type":6}\u001e'.repeat(9)}${callOf(100)}`,
    `${'{"type":6}\u001e'.repeat(10)}${callOf(100)}`,
    'more than 10 ',
  ],
  [
    'arguments',
    {},
    `{"type":1,"invocationId":"1","target":"echo","arguments":[${list(256, () => '1')}]}`,
    `{"type":1,"invocationId":"1","target":"echo","arguments":[${list(257, () => '1')}]}`,
    '256',
  ],
  [
    'stream ids of an invocation',
    {},
    `{"type":1,"invocationId":"1","target":"sum","arguments":[],"streamIds":[${list(64, (i) => `"s${i}"`)}]}`,
    `{"type":1,"invocationId":"1","target":"sum","arguments":[],"streamIds":[${list(65, (i) => `"s${i}"`)}]}`,
    '64',
  ],
  [
    'headers of a message',
    {},
    `{"type":1,"invocationId":"1","target":"echo","arguments":[1],"headers":{${list(64, (i) => `"h${i}":""`)}}}`,
    `{"type":1,"invocationId":"1","target":"echo","arguments":[1],"headers":{${list(65, (i) => `"h${i}":""`)}}}`,
    '64',
  ],
  [
    'levels of nesting',
    {},
    `{"type":1,"invocationId":"1","target":"echo","arguments":[${nested(62)}]}`,
    `{"type":1,"invocationId":"1","target":"echo","arguments":[${nested(63)}]}`,
    'deeper than 64 levels',
  ],
];

describe('a limit of hub messages', () => {
  it.each(cases)(
    '%s: the last that passes is answered, the first that does not ends the connection',
    async (...row) => {
      const [, limits, last, first, text] = row;
      await using server = await start(limits);
      const good = await RawClient.connect(server.wsUrl('/hub'));
      good.text(last + separator);
      // Answered, be that with an error of the call: the connection goes on.
      expect(await good.next()).toMatchObject({ type: 3, invocationId: '1' });
      expect(await good.invoke('echo', 1)).toMatchObject({ result: 'something' });
      const bad = await RawClient.connect(server.wsUrl('/hub'));
      bad.text(first + separator);
      let message = await bad.next();
      // What came before the limit in the same chunk is still carried out.
      while (message.type !== 7) message = await bad.next();
      expect(message).toMatchObject({ type: 7, error: expect.stringContaining(text), allowReconnect: true });
      expect(await bad.closed).toMatchObject({ code: 1000 });
      expect(await good.invoke('echo', 1)).toMatchObject({ result: 'something' });
      good.webSocket.terminate();
    },
  );

  it.each<[string, (count: number) => unknown]>([
    ['array', (count) => Array.from({ length: count }, () => 0)],
    ['map', (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i, 0]))],
  ])('entries of one MessagePack %s: 65,536 pass, one more does not', { timeout: 30_000 }, async (_, make) => {
    await using server = await start({ maxMessageBytes: 0 });
    const codec = createMessagePackCodec();
    const send = async (count: number): Promise<HubMessage | undefined> => {
      const client = await RawClient.open(server.wsUrl('/hub'));
      client.text(handshake('messagepack'));
      await client.frames.next();
      const call = {
        type: MessageType.Invocation,
        invocationId: '1',
        target: 'echo',
        arguments: [make(count)],
      } as const;
      client.bytes(codec.encode(call) as Uint8Array);
      const decoder = codec.createDecoder();
      decoder.push((await client.frames.next()).data);
      client.webSocket.terminate();
      return decoder.next();
    };
    expect(await send(65_536)).toMatchObject({ type: 3, result: 'something' });
    expect(await send(65_537)).toMatchObject({ type: 7, error: expect.stringContaining('65536') });
  });
});

describe('a limit of WebSockets', () => {
  const continuation = (fin: boolean, text = ''): Buffer => toFrame(opcodes.continuation, text, { fin });
  const fragments = (count: number, head: string, tail: string): Buffer =>
    Buffer.concat([
      toFrame(opcodes.text, head, { fin: false }),
      ...Array.from({ length: count - 2 }, () => continuation(false)),
      continuation(true, tail),
    ]);

  it('fragments of a message: as many as maxFragments pass, empty ones counted, one more closes with 1008', async () => {
    await using server = await start({ maxFragments: 50 });
    for (const [path, most, prefix] of [
      ['/raw', 20, ''],
      ['/hub', 50, handshake()],
    ] as const) {
      await using client = await TcpClient.open(server.port, path);
      if (prefix !== '') client.write(toFrame(opcodes.text, prefix));
      if (prefix !== '') await client.nextFrame();
      client.write(fragments(most, '{"type":1,"invocationId":"1","target":"echo",', '"arguments":[1]}\u001e'));
      expect((await client.nextFrame()).opcode).toBe(opcodes.text);
      client.write(fragments(most + 1, '{"type":', '6}\u001e'));
      const frame = (await client.untilEnd()).frames.at(-1);
      expect(frame?.opcode).toBe(opcodes.close);
      expect(frame?.payload.readUInt16BE(0)).toBe(1008);
    }
  });

  it('bytes of a raw message: maxMessageBytes pass, one more closes with 1009', async () => {
    await using server = await start();
    await using client = await TcpClient.open(server.port, '/raw');
    client.write(toFrame(opcodes.text, 'x'.repeat(1_000)));
    expect((await client.nextFrame()).payload.toString()).toBe('1000');
    client.write(toFrame(opcodes.text, 'x'.repeat(1_001)));
    const frame = (await client.untilEnd()).frames.at(-1);
    expect(frame?.payload.readUInt16BE(0)).toBe(1009);
  });

  // At a hub such a peer costs nothing more: it is owed the last pong only (see clients/odd-input).
  it('cuts a peer of a raw endpoint that floods it with pings and never reads', async () => {
    const clock = new FakeClock();
    const limits = { maxBufferedBytes: 100_000 };
    const options = { clock, limits };
    await using server = await startServer((hubs) => {
      hubs.mapRaw('/raw', {}, { limits });
    }, options);
    await using client = await TcpClient.open(server.port, '/raw');
    clock.advance(1_000);
    expect(server.hubs.connectionCount).toBe(1);
    client.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => toFrame(opcodes.ping, 'x'.repeat(125))));
    // More than any socket's buffers take: it goes on until it is cut.
    const flood = (): void => {
      if (!client.socket.destroyed && client.socket.writableLength < 1_000_000) client.socket.write(pings);
    };
    await expect
      .poll(
        () => {
          flood();
          clock.advance(1_000);
          return server.hubs.connectionCount;
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBe(0);
    client.socket.destroy();
  });
});

describe('a limit of HTTP requests', () => {
  const post = (server: RunningServer, path: string, body = ''): Promise<Response> =>
    fetch(server.url(path), { method: 'POST', body });

  it('maxPendingConnections: as many wait for their transport, the next is answered with 503', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub), {
      serverLimits: { maxPendingConnections: 2 },
    });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(server, '/hub/negotiate?negotiateVersion=1')).status);
    expect(statuses).toEqual([200, 200, 503]);
    const refused = await post(server, '/hub/negotiate?negotiateVersion=1');
    expect([await refused.text(), refused.headers.get('retry-after')]).toEqual([
      'MH_SERVER_TOO_MANY_CONNECTIONS: Too many connections are being opened.',
      '1',
    ]);
  });

  it('maxWaitingPosts: as many wait for each other, the next is answered with 503', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub), { serverLimits: { maxWaitingPosts: 2 } });
    const negotiated = await post(server, '/hub/negotiate?negotiateVersion=1');
    const { connectionToken } = (await negotiated.json()) as { connectionToken: string };
    // Nobody reads, and 64 KB are held: the first waits in the middle of its body, the second behind it.
    const body = 'x'.repeat(100_000);
    const waiting = [0, 1].map(() => post(server, `/hub?id=${connectionToken}`, body).then(({ status }) => status));
    await expect.poll(async () => (await post(server, `/hub?id=${connectionToken}`, records(1))).status).toBe(503);
    expect(await (await post(server, `/hub?id=${connectionToken}`, records(1))).text()).toContain(
      'MH_SERVER_TOO_MANY_CALLS',
    );
    // Garbage ends the connection, and with it the posts.
    await fetch(server.url(`/hub?id=${connectionToken}`));
    expect((await Promise.all(waiting)).every((status) => status === 200 || status === 404)).toBe(true);
  });
});
