import { defineHub, method, type RawEndpoint } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../support/inbox.ts';
import { RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/start-server.ts';

interface Client {
  price(name: string, value: number, filling: string): void;
  done(): void;
}

const hub = defineHub<Client>()({ methods: { echo: method([], () => 'echo') } });
const filling = 'x'.repeat(16_000);
const limits = { maxBufferedBytes: 500_000, keepAliveIntervalMs: 0 };

/** More than what the kernel takes for a socket that nobody reads. */
const floodCount = 2_000;

describe('a socket that nobody reads', () => {
  it('gets the end of what it was sent, is told what it has missed, and costs its budget', async () => {
    await using server = await startServer((hubs) =>
      hubs.map('/hub', hub, { limits, slowClients: { policy: 'drop-oldest', tellClient: true } }),
    );
    const [slow, quick] = [
      await RawClient.connect(server.wsUrl('/hub')),
      await RawClient.connect(server.wsUrl('/hub')),
    ];
    const { clients } = server.hubs.hub(hub);
    slow.webSocket.pause();
    for (let n = 0; n < floodCount; n++) {
      await clients.all.price('a', n, filling);
      // Who is quick gets everything: it is given the time to read.
      expect((await quick.next()).arguments).toEqual(['a', n, filling]);
      for (const socket of server.sockets) expect(socket.writableLength).toBeLessThan(limits.maxBufferedBytes);
    }
    slow.webSocket.resume();
    const got: number[] = [];
    let missed = 0;
    while (got.at(-1) !== floodCount - 1) {
      const { target, arguments: args } = await slow.next();
      if (target === 'minihub:dropped') missed += (args as [{ count: number }])[0].count;
      else got.push((args as [string, number])[1]);
    }
    expect(got).toEqual([...got].sort((a, b) => a - b));
    expect(missed).toBeGreaterThan(0);
    expect(got.length + missed).toBe(floodCount);
    expect(await slow.invoke('echo')).toMatchObject({ result: 'echo' });
    await slow.close();
    await quick.close();
  });

  it('makes the sender wait, and loses nothing', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub, { limits }));
    const slow = await RawClient.connect(server.wsUrl('/hub'));
    const { clients } = server.hubs.hub(hub);
    slow.webSocket.pause();
    const started = new Inbox<number>();
    const sending = (async () => {
      for (let n = 0; n < floodCount; n++) {
        started.put(n);
        await clients.all.with({ policy: 'wait', waitMs: 60_000 }).price('a', n, filling);
      }
    })();
    const isHeld = () => [...server.sockets].some((socket) => socket.writableLength > 65_536);
    await expect.poll(isHeld).toBe(true);
    expect(started.waiting).toBeLessThan(floodCount);
    slow.webSocket.resume();
    for (let n = 0; n < floodCount; n++) expect((await slow.next()).arguments).toEqual(['a', n, filling]);
    await sending;
    await slow.close();
  });

  it('gets the latest frames of a raw endpoint', async () => {
    let endpoint!: RawEndpoint;
    await using server = await startServer((hubs) => {
      endpoint = hubs.mapRaw('/camera', {}, { slowClients: { policy: 'latest' } });
    });
    const slow = await RawClient.open(server.wsUrl('/camera'));
    slow.webSocket.pause();
    for (let n = 0; n < floodCount; n++) {
      endpoint.broadcast(`${n} ${filling}`);
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    slow.webSocket.resume();
    const got: number[] = [];
    while (got.at(-1) !== floodCount - 1) {
      const { data } = await slow.frames.next();
      got.push(Number.parseInt(data.toString('utf8', 0, 10), 10));
    }
    expect(got.length).toBeLessThan(floodCount);
    expect(got).toEqual([...got].sort((a, b) => a - b));
    await slow.close();
  });
});
