import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type HubConnection, type HubConnectionOptions } from '@minihub/client';
import { createFakeClock, createWx, loadMiniProgramModule, type PhoneOptions } from '@minihub/simulator';
import { describe, expect, it } from 'vitest';
import { buildMiniprogramEntry } from '../../../../scripts/build-miniprogram.mjs';
import { PhoneServer } from './support/phone-server.ts';

type Connect = typeof connect;

/** A page on a phone that is connected, and the time that it lives in. */
async function openPage(phoneOptions: PhoneOptions = {}, options: HubConnectionOptions = {}, open: Connect = connect) {
  const clock = createFakeClock();
  const server = await PhoneServer.start(clock);
  const phone = createWx({ clock, routes: server.routes, ...phoneOptions });
  const { wx, timers } = phone;
  const page: HubConnection = open(server.url, {
    wx: wx as never,
    timers,
    random: () => 0.5,
    statefulReconnect: true,
    negotiate: false,
    share: false,
    ...options,
  });
  const changes: string[] = [];
  const items: unknown[] = [];
  page.onStateChange(({ to, reason, error }) => changes.push([to, reason, error?.code].filter(Boolean).join(' ')));
  page.on('item', (_, n) => {
    items.push(n);
  });
  /** Time passes in steps small enough for real sockets to do their work in between. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      await clock.advance(Math.min(100, left));
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(500);
  return {
    server,
    phone,
    page,
    changes,
    items,
    pass,
    push: () => server.last && server.push(server.last),
    async [Symbol.asyncDispose]() {
      phone.dispose();
      await server.dispose();
    },
  };
}

describe('a hub connection on a phone', () => {
  it('misses nothing while the user looks at another app for a while', async () => {
    await using at = await openPage();
    at.phone.app.hide();
    await at.pass(20_000);
    at.push();
    const call = at.page.invoke('take', 1);
    at.phone.app.show();
    await at.pass(200);
    expect(await call).toBe(1);
    expect(at.items).toEqual([1]);
    expect(at.changes).toEqual(['connected opened', 'reconnecting lost MH_CLIENT_NETWORK', 'connected resumed']);
  });

  it('says that it begins anew after ten minutes elsewhere, and opens no socket meanwhile', async () => {
    await using at = await openPage();
    at.phone.app.hide();
    await at.pass(4_000);
    await at.pass(600_000);
    expect(at.server.seen.length).toBe(1);
    at.phone.app.show();
    await at.pass(500);
    expect(at.changes.at(-1)).toBe('connected opened');
    expect(at.server.seen.length).toBe(2);
  }, 120_000);

  it('asks a socket that outlived the background for a sign of life', async () => {
    await using at = await openPage({ quirks: { closeOnSuspend: false } });
    at.phone.app.hide();
    await at.pass(20_000);
    at.phone.network.lose('silent');
    at.phone.app.show();
    await at.pass(3_400);
    expect(at.changes.slice(1)).toEqual(['reconnecting lost MH_CLIENT_SILENT', 'connected resumed']);
  });

  it('comes back at once when the network is another one', async () => {
    await using at = await openPage();
    at.phone.network.switchTo('4g');
    await at.pass(300);
    at.push();
    await at.pass(100);
    expect(at.changes.at(-1)).toBe('connected resumed');
    expect(at.items).toEqual([1]);
  });

  it('waits for a lost network, and takes over from the socket that the server still believes in', async () => {
    await using at = await openPage();
    at.phone.network.switchTo('none');
    await at.pass(1_000);
    expect(at.page.waitingFor).toBe('network');
    at.push();
    at.phone.network.switchTo('wifi');
    await at.pass(300);
    expect(at.items).toEqual([1]);
    expect(at.server.last?.end).toBeUndefined();
  });

  it('notices a silent death by the clock', async () => {
    await using at = await openPage();
    at.phone.network.lose('silent');
    at.push();
    await at.pass(31_000);
    expect(at.changes.slice(1)).toEqual(['reconnecting lost MH_CLIENT_SILENT', 'connected resumed']);
    expect(at.items).toEqual([1]);
  });

  it('says that it begins anew when the server was restarted, and sends what has been waiting once', async () => {
    await using at = await openPage();
    await at.server.restart();
    const call = at.page.invoke('take', 5);
    await at.pass(2_000);
    expect(await call).toBe(5);
    expect(at.changes.at(-1)).toBe('connected opened');
    expect(at.server.seen.flatMap(({ taken }) => taken)).toEqual([5]);
  });

  it('refuses calls while away when told so', async () => {
    await using at = await openPage({}, { whileAway: 'refuse' });
    at.phone.network.switchTo('none');
    await at.pass(200);
    await expect(at.page.invoke('take', 1)).rejects.toMatchObject({ code: 'MH_CLIENT_NOT_CONNECTED' });
  });

  it('stays away from a host that is not in the list of domains, and says which error that is', async () => {
    await using at = await openPage({ domains: ['other.example.com'] });
    expect(at.changes).toEqual(['disconnected refused MH_CLIENT_DOMAIN_NOT_LISTED']);
    expect(at.page.lastError?.message).toContain('url not in domain list');
  });

  it('resumes in a mini program whose promises are macrotasks, as on iOS up to 15', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'minihub-hub-'));
    const entry = fileURLToPath(new URL('../../src/hub-core.ts', import.meta.url));
    writeFileSync(join(folder, 'hub.js'), await buildMiniprogramEntry(entry));
    const open: Connect = (url, options) => {
      const timers = options?.timers as never;
      const module = loadMiniProgramModule(join(folder, 'hub.js'), { timers, promiseAsMacrotask: true });
      return (module as { connect: Connect }).connect(url, options);
    };
    await using at = await openPage({ platform: 'ios' }, {}, open);
    at.phone.app.hide();
    await at.pass(20_000);
    at.push();
    at.phone.app.show();
    await at.pass(4_000);
    expect(at.changes.at(-1)).toBe('connected resumed');
    expect(at.items).toEqual([1]);
    expect(at.page.state).toBe('connected');
    rmSync(folder, { recursive: true });
  });
});
