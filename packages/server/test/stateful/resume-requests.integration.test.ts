import { defineHub, type HubServerOptions, method, type StatefulReconnect } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { handshake, RawClient } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

trapFaults();

async function start(settings: Partial<StatefulReconnect> = {}, options: HubServerOptions = {}) {
  const clock = new FakeClock();
  const events: string[] = [];
  const hub = defineHub()({
    disconnected: (_, { cause }) => void events.push(cause),
    methods: {
      echo: method([z.unknown()], (_, value) => value),
      who: method([], ({ user, connection }) => [user ?? null, connection.resumes]),
    },
  });
  const server = await startServer((hubs) => hubs.map('/hub', hub, { statefulReconnect: settings }), {
    clock,
    ...options,
  });
  return { server, clock, events };
}

interface Negotiated {
  readonly connectionToken: string;
  readonly useStatefulReconnect?: boolean;
}

async function negotiate(server: RunningServer, headers: Record<string, string> = {}): Promise<Negotiated> {
  const url = server.url('/hub/negotiate?negotiateVersion=1&useStatefulReconnect=true');
  return (await (await fetch(url, { method: 'POST', headers })).json()) as Negotiated;
}

async function connect(url: string, headers: Record<string, string> = {}): Promise<RawClient> {
  const client = await RawClient.open(url, { headers });
  client.text(handshake('json', 2));
  expect(await client.next()).toEqual({});
  return client;
}

/** The status with which an upgrade is refused; 101 when it is not. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => {});
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => {
      resolve(101);
      socket.terminate();
    });
  });
}

/** Cuts the client's socket, and waits until the server has seen it. */
async function cut(server: RunningServer, client: RawClient): Promise<void> {
  server.cut();
  await client.closed;
  await expect.poll(() => server.sockets.size).toBe(0);
}

describe('coming back', () => {
  it('works until the window is over, and is answered with 404 after it', async () => {
    const { server, clock, events } = await start({ windowMs: 5_000 });
    await using _ = server;
    const { connectionToken, useStatefulReconnect } = await negotiate(server);
    expect(useStatefulReconnect).toBe(true);
    const url = server.wsUrl(`/hub?id=${connectionToken}`);
    const client = await connect(url);
    await cut(server, client);
    clock.advance(4_000);
    const back = await RawClient.open(url);
    expect(await back.next()).toEqual({ type: 9, sequenceId: 1 });
    back.send({ type: 9, sequenceId: 1 });
    expect(await back.invoke('who')).toMatchObject({ result: [null, 1] });
    await cut(server, back);
    clock.advance(5_000);
    expect(events).toEqual(['transport']);
    expect(await statusOf(url)).toBe(404);
    expect(server.hubs.connectionCount).toBe(0);
  });

  it('is refused to another user with 403, to nobody with 403, and the connection stays its owner’s', async () => {
    const { server } = await start(
      {},
      { authenticate: ({ token }) => (token === undefined ? undefined : { user: token }) },
    );
    await using _ = server;
    const ada = { authorization: 'Bearer ada' };
    const { connectionToken } = await negotiate(server, ada);
    const url = server.wsUrl(`/hub?id=${connectionToken}`);
    const client = await connect(url, ada);
    // Also while the owner is there: taking over is for the owner alone.
    expect(await statusOf(url, { authorization: 'Bearer eve' })).toBe(403);
    expect(await client.invoke('who')).toMatchObject({ result: ['ada', 0] });
    await cut(server, client);
    expect(await statusOf(url, { authorization: 'Bearer eve' })).toBe(403);
    expect(await statusOf(url)).toBe(403);
    const back = await RawClient.open(url, { headers: ada });
    expect(await back.next()).toMatchObject({ type: 9 });
    // The answer from before: nobody has acknowledged it.
    expect(await back.next()).toMatchObject({ result: ['ada', 0] });
    back.send({ type: 9, sequenceId: 2 });
    expect(await back.invoke('who')).toMatchObject({ result: ['ada', 1] });
    back.webSocket.terminate();
  });

  it('is over with a clean close: 404 at once', async () => {
    const { server, events } = await start();
    await using _ = server;
    const url = server.wsUrl(`/hub?id=${(await negotiate(server)).connectionToken}`);
    const client = await connect(url);
    expect(await client.close()).toMatchObject({ code: 1000 });
    await expect.poll(() => events).toEqual(['client']);
    expect(await statusOf(url)).toBe(404);
  });
});

describe('minihubResume=1', () => {
  it('tells a client that skipped negotiation its token, with which it can come back', async () => {
    const { server } = await start({ withoutNegotiation: true, windowMs: 7_000 });
    await using _ = server;
    const client = await connect(server.wsUrl('/hub?minihubResume=1'));
    const told = (await client.next()) as {
      target: string;
      arguments: [{ connectionToken: string; windowMs: number }];
    };
    expect(told).toMatchObject({ type: 1, target: 'minihub:connection', arguments: [{ windowMs: 7_000 }] });
    const [{ connectionToken }] = told.arguments;
    expect(await client.invoke('echo', 'a')).toMatchObject({ result: 'a' });
    await cut(server, client);
    const back = await RawClient.open(server.wsUrl(`/hub?id=${connectionToken}`));
    expect(await back.next()).toEqual({ type: 9, sequenceId: 1 });
    expect((await back.take(2)).map(({ type }) => type)).toEqual([1, 3]);
    back.send({ type: 9, sequenceId: 2 });
    expect(await back.invoke('who')).toMatchObject({ result: [null, 1] });
    back.webSocket.terminate();
  });

  it.each<[string, Partial<StatefulReconnect>, string]>([
    ['where it is not allowed', {}, '/hub?minihubResume=1'],
    ['to a client that does not ask for it', { withoutNegotiation: true }, '/hub'],
    ['to a client that asks in another way', { withoutNegotiation: true }, '/hub?minihubResume=true'],
  ])('tells nothing %s', async (_name, settings, path) => {
    const { server, events } = await start(settings);
    await using _ = server;
    const client = await connect(server.wsUrl(path));
    expect(await client.invoke('echo', 1)).toMatchObject({ type: 3, result: 1 });
    client.webSocket.terminate();
    await expect.poll(() => events).toEqual(['transport']);
  });
});
