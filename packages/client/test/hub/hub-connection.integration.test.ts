import { connect, type HubConnectionOptions, type MinihubError } from '@minihub/client';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { everything } from '../../../server/test/support/everything-hub.ts';
import { startServer } from '../../../server/test/support/start-server.ts';

const variants: [string, HubConnectionOptions][] = [
  ['with negotiation', { platform: WebSocket }],
  ['without negotiation', { platform: WebSocket, negotiate: false }],
];

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe.each(variants)('a hub connection %s', (_, options) => {
  it('invokes, before it is connected and after', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    expect(hub.state).toBe('connecting');
    expect(await hub.invoke('add', 1, 2)).toBe(3);
    expect(hub.state).toBe('connected');
    expect(await hub.invoke('optional', 'a')).toBe('a-none');
    expect(await hub.invoke('nothing')).toBeUndefined();
    expect(await hub.invoke('echo', { text: '你好 🐼' })).toEqual({ text: '你好 🐼' });
    await hub.close();
    expect(hub.state).toBe('disconnected');
  });

  it('gets what the server calls, and answers', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    const got: unknown[] = [];
    hub.on('echo', (value) => {
      got.push(value);
    });
    hub.on('question', async (text) => `${text}!`);
    await hub.invoke('callMe', [1, null]);
    expect(got).toEqual([[1, null]]);
    expect(await hub.invoke('askMe', 'why')).toBe('why!');
    await hub.close();
  });

  it('tells errors of the server by code and text', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    const error = await hub.invoke('failOnPurpose').catch((e: MinihubError) => e);
    expect(error).toMatchObject({
      code: 'MH_CLIENT_INVOCATION_FAILED',
      message: "An unexpected error occurred invoking 'failOnPurpose' on the server. HubException: for you",
    });
    await hub.close();
  });

  it('streams both ways', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    expect(await collect(hub.stream('countdown', 3))).toEqual([3, 2, 1, 0]);
    expect((await collect(hub.stream('burst', 20_000))).length).toBe(20_000);
    async function* numbers(count: number): AsyncGenerator<number> {
      for (let n = 0; n < count; n++) yield n;
    }
    expect(await hub.invoke('sum', numbers(100))).toBe(4950);
    expect(await collect(hub.stream('double', numbers(3), 10))).toEqual([0, 10, 20]);
    await expect(collect(hub.stream('breakingStream'))).rejects.toThrow('half-way');
    await hub.close();
  });

  it('cancels a stream when the loop is left', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    for await (const n of hub.stream('countdown', 1_000_000)) if (n < 999_990) break;
    expect(await hub.invoke('add', 1, 1)).toBe(2);
    await hub.close();
  });

  it('ends when the server aborts it, and begins anew when asked', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    const hub = connect<typeof everything>(server.url('/hub'), options);
    await hub.start();
    const ended = new Promise((resolve) =>
      hub.onStateChange((change) => change.to === 'disconnected' && resolve(change)),
    );
    await hub.send('abort');
    expect(await ended).toMatchObject({ from: 'connected', reason: 'server-closed' });
    await hub.start();
    expect(await hub.invoke('add', 2, 2)).toBe(4);
    await hub.close();
  });
});

it('comes back after the server restarts, with a new connection and what was queued', async () => {
  const first = await startServer((hubs) => hubs.map('/hub', everything));
  const hub = connect<typeof everything>(first.url('/hub'), { platform: WebSocket, reconnect: { baseDelayMs: 50 } });
  const changes: string[] = [];
  hub.onStateChange(({ to, reason, resumed }) => changes.push(`${to} ${reason} ${resumed}`));
  await hub.start();
  const id = hub.connectionId;
  const lost = new Promise<void>((resolve) => {
    const off = hub.onStateChange(({ to }) => {
      if (to === 'reconnecting') resolve(off());
    });
  });
  await first[Symbol.asyncDispose]();
  await lost;
  const queued = hub.invoke('add', 20, 3);
  await using _second = await startServer((hubs) => hubs.map('/hub', everything), {}, first.port);
  expect(await queued).toBe(23);
  expect(hub.connectionId).not.toBe(id);
  expect(changes).toEqual(['connected opened false', 'reconnecting server-closed undefined', 'connected opened false']);
  await hub.close();
});

it('retries the first start', async () => {
  const gone = await startServer((hubs) => hubs.map('/hub', everything));
  await gone[Symbol.asyncDispose]();
  const errors: unknown[] = [];
  const hub = connect<typeof everything>(gone.url('/hub'), {
    platform: WebSocket,
    reconnect: { baseDelayMs: 20, maxDelayMs: 50 },
    onError: (error) => errors.push(error),
  });
  while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await using _server = await startServer((hubs) => hubs.map('/hub', everything), {}, gone.port);
  expect(await hub.invoke('add', 1, 2)).toBe(3);
  await hub.close();
});
