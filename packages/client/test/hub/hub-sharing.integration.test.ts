import { connect, type HubConnectionOptions, type StateChange } from '@minihub/client';
import { createWx, type SimulatedPhone } from '@minihub/simulator';
import { describe, expect, it } from 'vitest';
import { everything } from '../../../server/test/support/everything-hub.ts';
import { startServer } from '../../../server/test/support/start-server.ts';

const url = 'wss://hub.example.com/hub';

/** A phone whose sockets lead to a server on a port. */
function phoneFor(port: number): SimulatedPhone {
  return createWx({ routes: { 'wss://hub.example.com': `ws://127.0.0.1:${port}` } });
}

function open(phone: SimulatedPhone, options: HubConnectionOptions = {}) {
  return connect<typeof everything>(url, { wx: phone.wx as never, timers: phone.timers, ...options });
}

describe('pages of a mini program', () => {
  it('share one socket per address, until the last has closed', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    await using phone = phoneFor(server.port);
    const [first, second] = [open(phone), open(phone)];
    const others = Array.from({ length: 6 }, () => open(phone));
    const pages = [first, second, ...others];
    expect(await Promise.all(pages.map((page, n) => page.invoke('add', n, 1)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(phone.sockets.length).toBe(1);

    const heard: unknown[] = [];
    const changes: StateChange[] = [];
    first.on('echo', (value) => heard.push(['first', value]));
    second.on('echo', (value) => heard.push(['second', value]));
    first.onStateChange((change) => changes.push(change));
    await first.close();
    expect(first.state).toBe('disconnected');
    expect(changes).toEqual([{ from: 'connected', to: 'disconnected', reason: 'closed' }]);
    await expect(first.invoke('add', 1, 1)).rejects.toMatchObject({ code: 'MH_CLIENT_NOT_CONNECTED' });
    await second.invoke('callMe', 7);
    expect(heard).toEqual([['second', 7]]);

    for (const page of others) await page.close();
    expect(second.state).toBe('connected');
    await second.close();
    await second.close();
    await expect.poll(() => phone.sockets.length).toBe(0);
  });

  it('connect again after they have closed, with the handlers that they had', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    await using phone = phoneFor(server.port);
    const page = open(phone);
    const heard: unknown[] = [];
    page.on('echo', (value) => heard.push(value));
    await page.start();
    const other = open(phone);
    await page.close();
    await page.start();
    await page.invoke('callMe', 'again');
    expect(heard).toEqual(['again']);
    expect(phone.sockets.length).toBe(1);
    await other.close();
    expect(page.state).toBe('connected');
    await page.close();
    expect(page.state).toBe('disconnected');
    await page.start();
    await page.invoke('callMe', 'and again');
    expect(heard).toEqual(['again', 'and again']);
    await page.close();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('are told about the limit of five sockets by a code, and connect when one is free', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything));
    await using phone = phoneFor(server.port);
    const options = { share: false, reconnect: { baseDelayMs: 20 } };
    const pages = Array.from({ length: 5 }, () => open(phone, options));
    await Promise.all(pages.map((page) => page.start()));
    const sixth = open(phone, options);
    await expect.poll(() => sixth.lastError?.code).toBe('MH_CLIENT_SOCKET_LIMIT');
    expect(sixth.state).toBe('connecting');
    await pages[0]?.close();
    await sixth.start();
    expect(sixth.lastError).toBeUndefined();
    await Promise.all([...pages, sixth].map((page) => page.close()));
  });
});
