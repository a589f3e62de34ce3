import { once } from 'node:events';
import type { Logger, RawDisconnectInfo, RawHandler } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDeferred } from '../support/deferred.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { Inbox } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';
import { opcodes, TcpClient, toFrame } from './support/tcp-client.ts';

trapFaults();

/** A handler that reports the ends of its connections. */
function withEnds(handler: RawHandler = {}): RawHandler & { readonly ends: Inbox<RawDisconnectInfo> } {
  const ends = new Inbox<RawDisconnectInfo>();
  return { ...handler, ends, disconnected: (_, info) => ends.put(info) };
}

const echo: RawHandler = { message: (connection, data) => connection.send(data) };

describe('a raw endpoint on a real server', () => {
  it('echoes text and binary, and the code with which the client leaves', async () => {
    await using server = await startServer((hubs) => hubs.mapRaw('/echo', echo));
    const client = new WebSocket(server.wsUrl('/echo'));
    await once(client, 'open');
    client.send('héllo 你好');
    expect(String((await once(client, 'message'))[0])).toBe('héllo 你好');
    client.send(Buffer.from([0, 1, 255]));
    const [data, isBinary] = await once(client, 'message');
    expect([data, isBinary]).toEqual([Buffer.from([0, 1, 255]), true]);
    client.close(4001, 'bye');
    expect(await once(client, 'close')).toEqual([4001, Buffer.from('bye')]);
  });

  it('knows user, query and sub-protocol of a connection', async () => {
    const seen = new Inbox<unknown[]>();
    await using server = await startServer(
      (hubs) =>
        hubs.mapRaw('/who', {
          connecting: ({ user, request, subprotocol }) => seen.put([user, request.query.get('room'), subprotocol]),
        }),
      { authenticate: ({ token }) => ({ user: token ?? 'nobody' }) },
    );
    const client = new WebSocket(server.wsUrl('/who?room=1&access_token=ada'), ['mini', 'other']);
    await once(client, 'open');
    expect([await seen.next(), client.protocol]).toEqual([['ada', '1', 'mini'], 'mini']);
    client.terminate();
  });

  it('writes a burst of answers at once', async () => {
    await using server = await startServer((hubs) => hubs.mapRaw('/echo', echo));
    await using client = await TcpClient.open(server.port, '/echo');
    let reads = 0;
    client.socket.on('data', () => reads++);
    client.write(...Array.from({ length: 100 }, (_, i) => toFrame(opcodes.text, `message ${i}`)));
    for (let i = 0; i < 100; i++) expect((await client.nextFrame()).payload.toString()).toBe(`message ${i}`);
    expect(reads).toBe(1);
  });

  it('pings, and cuts off who does not answer', async () => {
    const clock = new FakeClock();
    const handler = withEnds(echo);
    await using server = await startServer(
      (hubs) => hubs.mapRaw('/echo', handler, { limits: { pingIntervalMs: 5_000 } }),
      { clock },
    );
    await using deaf = await TcpClient.open(server.port, '/echo');
    const polite = new WebSocket(server.wsUrl('/echo'));
    await once(polite, 'open');
    const pinged = once(polite, 'ping');
    clock.advance(5_000);
    expect((await deaf.nextFrame()).opcode).toBe(opcodes.ping);
    await pinged;
    // Its pong is on the way; the answer to what is behind it shows that it has arrived.
    polite.ping();
    await once(polite, 'pong');
    clock.advance(5_000);
    expect(await handler.ends.next()).toMatchObject({ cause: 'timeout', code: 1006 });
    expect((await deaf.untilEnd()).frames).toEqual([]);
    expect(polite.readyState).toBe(WebSocket.OPEN);
    polite.terminate();
  });

  it('reads no further while a handler is busy, and loses nothing', async () => {
    const gate = createDeferred();
    let handled = 0;
    let mostWaiting = 0;
    await using server = await startServer((hubs) => {
      hubs.mapRaw(
        '/slow',
        {
          message: async (connection, data) => {
            await gate.promise;
            handled++;
            if (String(data) === 'last') connection.send(`${handled}`);
          },
        },
        { limits: { maxPendingMessages: 4 } },
      );
    });
    await using client = await TcpClient.open(server.port, '/slow');
    const part = toFrame(opcodes.binary, Buffer.alloc(60_000));
    // More than all buffers on the way hold: so long as the server reads, this would drain.
    for (let i = 0; i < 400; i++) client.write(part);
    client.write(toFrame(opcodes.text, 'last'));
    const [socket] = server.sockets;
    let readBefore = -1;
    while (socket !== undefined && socket.bytesRead !== readBefore) {
      readBefore = socket.bytesRead;
      await new Promise((resolve) => setImmediate(resolve));
      mostWaiting = Math.max(mostWaiting, socket.bytesRead);
    }
    expect(mostWaiting).toBeLessThan(2_000_000);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    gate.resolve();
    expect((await client.nextFrame()).payload.toString()).toBe('401');
  });

  it('cuts a client that takes nothing, with one line in the log, and serves the others', async () => {
    const warnings: unknown[] = [];
    const logger: Logger = { debug() {}, info() {}, warn: (fields) => warnings.push(fields), error() {} };
    const handler = withEnds({
      message: (connection, data) => {
        if (String(data) === 'flood') for (let i = 0; i < 400; i++) connection.send(Buffer.alloc(60_000));
        else connection.send(data);
      },
    });
    await using server = await startServer(
      (hubs) => hubs.mapRaw('/flood', handler, { limits: { maxBufferedBytes: 1_000_000 } }),
      { logger },
    );
    await using deaf = await TcpClient.open(server.port, '/flood');
    await using bystander = await TcpClient.open(server.port, '/flood');
    deaf.socket.pause();
    deaf.write(toFrame(opcodes.text, 'flood'));
    expect(await handler.ends.next()).toMatchObject({ cause: 'slow', error: { code: 'MH_SERVER_SLOW_CLIENT' } });
    expect(warnings).toMatchObject([{ event: 'slowClient' }]);
    bystander.write(toFrame(opcodes.text, 'x'));
    expect((await bystander.nextFrame()).payload.toString()).toBe('x');
  });

  it('tells everybody 1001 when the server closes', async () => {
    const handler = withEnds();
    await using server = await startServer((hubs) => hubs.mapRaw('/raw', handler));
    const client = new WebSocket(server.wsUrl('/raw'));
    await once(client, 'open');
    const closed = once(client, 'close');
    await server.hubs.close();
    expect((await closed)[0]).toBe(1001);
    expect(await handler.ends.next()).toMatchObject({ cause: 'shutdown', code: 1001 });
  });

  it('closes with 1011 when its handler throws, and only that connection', async () => {
    await using server = await startServer((hubs) =>
      hubs.mapRaw('/raw', {
        message: (connection, data) => {
          if (String(data) === 'bad') throw new Error('secret');
          connection.send(data);
        },
      }),
    );
    const [bad, good] = [new WebSocket(server.wsUrl('/raw')), new WebSocket(server.wsUrl('/raw'))];
    await Promise.all([once(bad, 'open'), once(good, 'open')]);
    bad.send('bad');
    expect(await once(bad, 'close')).toEqual([1011, Buffer.alloc(0)]);
    good.send('good');
    expect(String((await once(good, 'message'))[0])).toBe('good');
    good.terminate();
  });
});
