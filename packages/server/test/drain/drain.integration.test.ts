import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { describe, expect, it } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/start-server.ts';

describe('a server that drains', () => {
  it('moves the official client to the server that takes its place', async () => {
    const prepare = (hubs: Parameters<Parameters<typeof startServer>[0]>[0]) => hubs.map('/hub', everything);
    const first = await startServer(prepare, { health: true });
    const client = new HubConnectionBuilder()
      .withUrl(first.url('/hub'))
      .withAutomaticReconnect(Array.from({ length: 200 }, () => 20))
      .configureLogging(LogLevel.None)
      .build();
    await client.start();
    // The drain lasts as long as somebody does not go.
    const stubborn = await RawClient.connect(first.wsUrl('/hub'));
    stubborn.webSocket.pause();
    const reconnected = new Promise<void>((resolve) => client.onreconnected(() => resolve()));
    const ready = () => fetch(first.url('/readyz'));
    expect([(await ready()).status, await (await ready()).text()]).toEqual([200, 'ok\n']);
    const drained = first.hubs.drain({ deadlineMs: 5_000 });
    expect([(await ready()).status, await (await ready()).text()]).toEqual([503, 'draining\n']);
    expect((await fetch(first.url('/healthz'), { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(first.url('/healthz'), { method: 'POST' })).status).toBe(405);
    const late = await fetch(first.url('/hub/negotiate?negotiateVersion=1'), { method: 'POST' });
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '2']);
    await expect(RawClient.open(first.wsUrl('/hub'))).rejects.toThrow('503');
    stubborn.webSocket.terminate();
    await drained;
    await first[Symbol.asyncDispose]();
    await using second = await startServer(prepare, {}, first.port);
    await reconnected;
    expect(await client.invoke('add', 1, 2)).toBe(3);
    expect(second.hubs.connectionCount).toBe(1);
    await client.stop();
  });

  it('keeps the process alive, as does a close', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    for (const end of ['drain', 'close'] as const) {
      const server = await startServer((hubs) => hubs.map('/hub', everything));
      const client = await RawClient.connect(server.wsUrl('/hub'));
      // It does not answer the close frame.
      client.webSocket.pause();
      const before = timers();
      const ended = server.hubs[end]({ deadlineMs: 5_000 });
      expect(timers() - before, end).toBe(1);
      client.webSocket.terminate();
      await ended;
      await server[Symbol.asyncDispose]();
    }
  });

  it('is cut short by a close', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(server.wsUrl('/hub'))));
    const drained = server.hubs.drain({ perSecond: 1, deadlineMs: 600_000 });
    await server.hubs.close();
    await drained;
    for (const client of clients) expect((await client.closed).code).toBe(1000);
  });

  it('answers health at other paths, and leaves the rest alone', async () => {
    await using server = await startServer(() => {}, { health: { readyPath: '/up' } });
    expect((await fetch(server.url('/up?x=1'))).status).toBe(200);
    expect((await fetch(server.url('/readyz'))).status).toBe(404);
  });
});
