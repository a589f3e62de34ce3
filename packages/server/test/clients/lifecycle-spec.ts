import { expect, it } from 'vitest';
import { failureOf } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';
import { createClientHub, createHubEvents } from './client-hub.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { setScene } from './client-scene.ts';

const reconnectDelaysMs = [0, 50, 100, 200, 400, 800, 1_600];

/** How connections begin and end. */
export function lifecycleSpec(kit: ClientKit, mode: Mode): void {
  it('starts, is counted, stops, and is counted no more', async () => {
    const { connect, events, hub, server } = await setScene(kit, mode);
    const { connection, closed } = await connect();
    await connection.invoke('id');
    expect(hub.connectionCount).toBe(1);
    await connection.stop();
    expect(await closed.next()).toBe('');
    expect(await events.gone.next()).toMatchObject({ cause: 'client', groups: ['everybody'] });
    expect(hub.connectionCount).toBe(0);
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('starts again after it has stopped', async () => {
    const { connect } = await setScene(kit, mode);
    const { connection } = await connect();
    const first = await connection.invoke('id');
    await connection.stop();
    await connection.start();
    expect(await connection.invoke('id')).not.toBe(first);
  });

  it('notices a server that has fallen silent', async () => {
    const { build } = await setScene(kit, mode, { limits: { keepAliveIntervalMs: 0 } });
    const { connection, closed } = build();
    connection.serverTimeoutInMilliseconds = 100;
    await connection.start();
    expect(await closed.next()).toBe('Server timeout elapsed without receiving a message from the server.');
  });

  it('fails what it waits for when the connection is lost', async () => {
    const { connect, events, server, hub } = await setScene(kit, mode);
    const { connection, closed } = await connect();
    const answer = failureOf(connection.invoke('hang'));
    await events.hanging.next();
    server.cut();
    await answer;
    await closed.next();
    expect((await events.gone.next()).cause).toBe('transport');
    expect(hub.connectionCount).toBe(0);
  });

  it('is ended by the hub with abort', async () => {
    const { connect, events } = await setScene(kit, mode);
    const { connection, closed, reconnecting } = await connect({ reconnectDelaysMs });
    await failureOf(connection.invoke('abort'));
    expect(await closed.next()).toBe('');
    expect(reconnecting.waiting).toBe(0);
    expect(await events.gone.next()).toMatchObject({ cause: 'server' });
  });

  it.each(['connection', 'user', 'group'] as const)('is ended by its %s, and told why', async (by) => {
    const { connect, hub } = await setScene(kit, mode, {
      authenticate: ({ token }) => (token === undefined ? undefined : { user: token }),
    });
    const target = await connect({ token: 'mallory', reconnectDelaysMs });
    const bystander = await connect({ token: 'ada' });
    await target.connection.invoke('join', 'loud');
    const id = (await target.connection.invoke('id')) as string;
    const targets = { connection: { connection: id }, user: { user: 'mallory' }, group: { group: 'loud' } };
    expect(await hub.disconnect(targets[by], { reason: 'Too loud.' })).toBe(1);
    expect(await target.closed.next()).toBe('Server returned an error on close: Too loud.');
    expect(target.reconnecting.waiting).toBe(0);
    expect(await bystander.connection.invoke('add', 1, 1)).toBe(2);
  });

  it('is ended by a message over the limit, and told why with detailed errors', async () => {
    const { connect, events } = await setScene(kit, mode, { detailedErrors: true });
    const { connection, closed } = await connect();
    const answer = failureOf(connection.invoke('echo', 'x'.repeat(40_000)));
    expect(await closed.next()).toBe(
      'Server returned an error on close: Connection closed with an error. InvalidDataException: ' +
        'The maximum message size of 32768B was exceeded. The message size can be configured in AddHubOptions.',
    );
    await answer;
    expect((await events.gone.next()).cause).toBe('protocol');
  });

  it('is ended by a message far over the limit', async () => {
    const { connect, events } = await setScene(kit, mode);
    const { connection, closed } = await connect();
    const answer = failureOf(connection.invoke('echo', 'x'.repeat(1_000_000)));
    await closed.next();
    await answer;
    await events.gone.next();
  });

  it('is closed in order when the server closes', async () => {
    const { connect, server, events } = await setScene(kit, mode);
    const { closed } = await connect();
    await server.hubs.close();
    await closed.next();
    expect((await events.gone.next()).cause).toBe('shutdown');
  });

  if (kit.lacks.automaticReconnect === undefined) reconnectSpec(kit, mode);
  else {
    it(`stays closed when it may reconnect: automatic reconnect ${kit.lacks.automaticReconnect}`, async () => {
      const { connect, hub } = await setScene(kit, mode);
      const { connection, closed } = await connect({ reconnectDelaysMs });
      const id = (await connection.invoke('id')) as string;
      await hub.disconnect({ connection: id }, { allowReconnect: true });
      expect(await closed.next()).toBe('');
      expect(hub.connectionCount).toBe(0);
    });
  }
}

function reconnectSpec(kit: ClientKit, mode: Mode): void {
  it('comes back when the server closes it and allows that', async () => {
    const { connect, hub } = await setScene(kit, mode);
    const { connection, reconnected, closed } = await connect({ reconnectDelaysMs });
    const id = (await connection.invoke('id')) as string;
    await hub.disconnect({ connection: id }, { allowReconnect: true });
    await reconnected.next();
    expect(await connection.invoke('id')).not.toBe(id);
    expect(closed.waiting).toBe(0);
    expect(hub.connectionCount).toBe(1);
  });

  it('comes back when the connection was lost', async () => {
    const { connect, server } = await setScene(kit, mode);
    const { connection, reconnected } = await connect({ reconnectDelaysMs });
    server.cut();
    await reconnected.next();
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });

  it('comes back when the server restarts on the same port', async () => {
    const { connect, server } = await setScene(kit, mode);
    const { connection, reconnecting, reconnected } = await connect({ reconnectDelaysMs });
    await server[Symbol.asyncDispose]();
    await reconnecting.next();
    await using _ = await startServer((hubs) => hubs.map('/hub', createClientHub(createHubEvents())), {}, server.port);
    await reconnected.next();
    expect(await connection.invoke('add', 1, 1)).toBe(2);
    await connection.stop();
  });

  it('comes back after a message over the limit', async () => {
    const { connect } = await setScene(kit, mode);
    const { connection, reconnecting, reconnected } = await connect({ reconnectDelaysMs });
    const answer = failureOf(connection.invoke('echo', 'x'.repeat(40_000)));
    await reconnecting.next();
    await reconnected.next();
    await answer;
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });
}
