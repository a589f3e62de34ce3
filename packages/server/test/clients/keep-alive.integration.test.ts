import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { handshake, RawClient } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';
import { createClientHub, createHubEvents, type HubEvents } from './client-hub.ts';

// The server's time is turned by hand; the sockets are real.
describe('the time of a connection', () => {
  trapFaults();

  let clock: FakeClock;
  let events: HubEvents;
  let server: RunningServer;

  beforeEach(async () => {
    clock = new FakeClock();
    events = createHubEvents();
    server = await startServer(
      (hubs) => {
        hubs.map('/hub', createClientHub(events));
        hubs.map('/detailed', { ...everything }, { detailedErrors: true });
      },
      { clock },
    );
  });

  afterEach(async () => server[Symbol.asyncDispose]());

  const ping = { type: 6 };
  const error = 'Connection closed with an error.';

  it('refuses a handshake that has not come after 15 seconds', async () => {
    const client = await RawClient.open(server.wsUrl('/hub'));
    client.text(handshake().slice(0, -1));
    clock.advance(14_999);
    expect(client.waiting).toBe(0);
    clock.advance(1_001);
    expect(await client.next()).toEqual({ error: 'Handshake was canceled.' });
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('pings each 15 seconds, whatever else is sent', async () => {
    const client = await RawClient.connect(server.wsUrl('/hub'));
    for (let n = 1; n <= 3; n++) {
      for (let second = 0; second < 14; second++) clock.advance(1_000);
      expect(await client.invoke('add', n, n)).toMatchObject({ type: 3, result: 2 * n });
      clock.advance(1_000);
      expect(await client.next()).toEqual(ping);
    }
    expect(client.waiting).toBe(0);
    await client.close();
  });

  it('never cuts a client that has never pinged', async () => {
    const client = await RawClient.connect(server.wsUrl('/hub'));
    for (let minute = 0; minute < 10; minute++) clock.advance(60_000);
    client.send({ type: 1, invocationId: 'i', target: 'add', arguments: [1, 1] });
    let message = await client.next();
    while (message.type === 6) message = await client.next();
    expect(message).toMatchObject({ type: 3, result: 2 });
    await client.close();
  });

  it.each([
    ['/hub', error],
    [
      '/detailed',
      `${error} OperationCanceledException: Client hasn't sent a message/ping within the configured ClientTimeoutInterval.`,
    ],
  ])('cuts a client that has pinged and is silent for 30 seconds: %s', async (path, text) => {
    const client = await RawClient.connect(server.wsUrl(path));
    client.send(ping);
    await client.invoke('id');
    clock.advance(29_000);
    expect(await client.next()).toEqual(ping);
    // Any message counts, not only pings.
    await client.invoke('id');
    clock.advance(29_000);
    expect(await client.take(2)).toEqual([ping, ping]);
    clock.advance(1_000);
    expect(await client.next()).toEqual({ type: 7, error: text, allowReconnect: true });
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
  });

  it('tells the hub that it was a timeout', async () => {
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.send(ping);
    await client.invoke('id');
    clock.advance(30_000);
    await client.closed;
    const { cause, error: why } = await events.gone.next();
    expect([cause, why?.code]).toEqual(['timeout', 'MH_SERVER_CLIENT_TIMEOUT']);
  });

  it('forgets an id that nobody has come for in 15 seconds', async () => {
    const negotiate = async (): Promise<string> => {
      const response = await fetch(server.url('/hub/negotiate?negotiateVersion=1'), { method: 'POST' });
      return ((await response.json()) as { connectionToken: string }).connectionToken;
    };
    const [early, late] = [await negotiate(), await negotiate()];
    clock.advance(14_000);
    const client = await RawClient.connect(server.wsUrl(`/hub?id=${early}`));
    clock.advance(2_000);
    await expect(RawClient.open(server.wsUrl(`/hub?id=${late}`))).rejects.toThrow('404');
    await client.close();
  });
});
