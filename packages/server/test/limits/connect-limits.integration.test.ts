import { get } from 'node:http';
import { defineHub, type HubServerOptions, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { RawClient } from '../support/raw-client.ts';
import { RecordingMetrics } from '../support/recording-metrics.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

trapFaults();

async function start(options: HubServerOptions = {}) {
  const clock = new FakeClock();
  const metrics = new RecordingMetrics();
  const lines: Record<string, unknown>[] = [];
  const write = (fields: object): void => void lines.push(fields as Record<string, unknown>);
  const logger = { debug() {}, info: write, warn: write, error: write };
  const hub = defineHub()({
    methods: {
      who: method([], ({ connection }) => [connection.request.remoteAddress, connection.miniProgram ?? null]),
    },
  });
  const server = await startServer(
    (hubs) => {
      hubs.map('/hub', hub);
      hubs.mapRaw('/raw', { message: (connection, data) => connection.send(data) });
    },
    {
      clock,
      metrics,
      logger,
      authenticate: ({ token }) => (token === undefined ? undefined : { user: token }),
      ...options,
    },
  );
  return { server, clock, metrics, lines };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

async function negotiate(server: RunningServer, headers: Record<string, string> = {}, path = '/hub'): Promise<Answer> {
  const response = await fetch(server.url(`${path}/negotiate?negotiateVersion=1`), { method: 'POST', headers });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
}

/** How an upgrade was answered; a socket that opened is in `opened`. */
function upgrade(server: RunningServer, path: string, headers: Record<string, string> = {}) {
  return new Promise<Answer & { opened?: WebSocket }>((resolve) => {
    const socket = new WebSocket(server.wsUrl(path), { headers });
    socket.on('error', () => {});
    socket.once('open', () => resolve({ status: 101, text: '', retryAfter: null, opened: socket }));
    socket.once('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const retryAfter = response.headers['retry-after'] ?? null;
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, retryAfter }));
    });
  });
}

/** The status that answers an upgrade that is none. */
function upgradeWithoutKey(server: RunningServer, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const request = get(server.url(path), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}

const tooFast = {
  status: 429,
  text: 'MH_SERVER_RATE_LIMITED: Too many new connections of this address.',
  retryAfter: '10',
};

describe('rateLimits.connects', () => {
  const rateLimits = { connects: { perAddress: { perSecond: 0.1, burst: 3 } } };

  it('answers the first that is too many with 429 and when to come again, by whatever way it comes', async () => {
    const { server, clock, metrics, lines } = await start({ rateLimits });
    await using _ = server;
    const { opened } = await upgrade(server, '/hub');
    expect((await negotiate(server)).status).toBe(200);
    expect((await upgrade(server, '/raw')).status).toBe(101);
    expect(await negotiate(server)).toEqual(tooFast);
    expect(await upgrade(server, '/hub')).toEqual(tooFast);
    expect(await upgrade(server, '/raw')).toEqual(tooFast);
    expect((await fetch(server.url('/hub?id=unknown'), { method: 'POST' })).status).toBe(429);
    expect(metrics.refusals).toEqual({ connect_rate: 4 });
    expect(lines.filter(({ reason }) => reason === 'connect_rate')).toHaveLength(4);
    expect(opened?.readyState).toBe(WebSocket.OPEN);
    clock.advance(10_000);
    expect((await negotiate(server)).status).toBe(200);
    expect((await negotiate(server)).status).toBe(429);
  });

  it('counts what authenticate refuses, before it is asked', async () => {
    let asked = 0;
    const { server } = await start({
      rateLimits,
      authorize: () => {
        asked++;
        return false;
      },
    });
    await using _ = server;
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await negotiate(server)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(asked).toBe(3);
  });

  it('lets connections that are open go on: their requests are no new ones', async () => {
    const { server } = await start({ rateLimits: { connects: { perAddress: { perSecond: 0.1, burst: 1 } } } });
    await using _ = server;
    const { connectionToken } = JSON.parse((await negotiate(server)).text) as { connectionToken: string };
    const poll = (): Promise<Response> => fetch(server.url(`/hub?id=${connectionToken}`));
    expect((await poll()).status).toBe(200);
    const post = { method: 'POST', body: '{"protocol":"json","version":1}\u001e' };
    expect((await fetch(server.url(`/hub?id=${connectionToken}`), post)).status).toBe(200);
    expect(await (await poll()).text()).toBe('{}\u001e');
  });

  it('tells users apart', async () => {
    const { server } = await start({ rateLimits: { connects: { perUser: { perSecond: 1, burst: 1 } } } });
    await using _ = server;
    const as = (user: string): Promise<Answer> => negotiate(server, { authorization: `Bearer ${user}` });
    expect((await as('ada')).status).toBe(200);
    expect(await as('ada')).toEqual({
      status: 429,
      text: 'MH_SERVER_RATE_LIMITED: Too many new connections of this user.',
      retryAfter: '1',
    });
    expect((await as('eve')).status).toBe(200);
    expect([(await negotiate(server)).status, (await negotiate(server)).status]).toEqual([200, 200]);
  });

  it('tells addresses apart behind a proxy that is trusted, IPv6 by its network', async () => {
    const { server } = await start({
      rateLimits: { connects: { perAddress: { perSecond: 1, burst: 1 } } },
      trustProxy: ['loopback'],
    });
    await using _ = server;
    const from = async (address: string): Promise<number> =>
      (await negotiate(server, { 'x-forwarded-for': address })).status;
    expect(await from('198.51.100.1')).toBe(200);
    expect(await from('203.0.113.9, 198.51.100.1')).toBe(429);
    expect(await from('198.51.100.2')).toBe(200);
    expect(await from('2001:db8::1')).toBe(200);
    expect(await from('2001:db8::2')).toBe(429);
    expect(await from('2001:db8:0:1::2')).toBe(200);
  });

  it('is counted for one endpoint alone where that has limits of its own', async () => {
    const hub = defineHub()({ methods: {} });
    const { server } = await start({ rateLimits: { connects: { perAddress: { perSecond: 0.1, burst: 1 } } } });
    await using _ = server;
    server.hubs.map('/own', hub, { rateLimits: { connects: { perAddress: { perSecond: 0.1, burst: 2 } } } });
    const statuses = [];
    for (const path of ['/hub', '/hub', '/own', '/own', '/own']) {
      statuses.push((await negotiate(server, {}, path)).status);
    }
    expect(statuses).toEqual([200, 429, 200, 200, 429]);
  });
});

describe('maxConnectionsPerUser and maxConnectionsPerAddress', () => {
  const tooMany = (scope: string): Answer => ({
    status: 429,
    text: `MH_SERVER_TOO_MANY_CONNECTIONS: This ${scope} has too many connections already.`,
    retryAfter: '5',
  });

  it('count all endpoints, negotiated ones from the beginning, until each is over', async () => {
    const { server, metrics } = await start({ serverLimits: { maxConnectionsPerUser: 2 } });
    await using _ = server;
    const ada = { authorization: 'Bearer ada' };
    const first = await upgrade(server, '/hub', ada);
    expect((await negotiate(server, ada)).status).toBe(200);
    expect(await negotiate(server, ada)).toEqual(tooMany('user'));
    expect(await upgrade(server, '/raw', ada)).toEqual(tooMany('user'));
    expect((await upgrade(server, '/raw', { authorization: 'Bearer eve' })).status).toBe(101);
    expect((await upgrade(server, '/raw')).status).toBe(101);
    expect(metrics.refusals).toEqual({ too_many_connections: 2 });
    first.opened?.terminate();
    await expect.poll(() => server.hubs.connectionCount).toBe(2);
    expect((await upgrade(server, '/raw', ada)).status).toBe(101);
  });

  it('let go of what was negotiated and never used, and of upgrades that were malformed', async () => {
    const { server, clock } = await start({ serverLimits: { maxConnectionsPerAddress: 1 } });
    await using _ = server;
    expect((await negotiate(server)).status).toBe(200);
    expect(await negotiate(server)).toEqual(tooMany('address'));
    clock.advance(15_000);
    expect(await upgradeWithoutKey(server, '/raw')).toBe(400);
    const { opened } = await upgrade(server, '/raw');
    expect(opened).toBeDefined();
    expect(await upgrade(server, '/raw')).toEqual(tooMany('address'));
  });
});

describe('allowedAppIds', () => {
  const referer = (appId: string, version: string | number = 7): Record<string, string> => ({
    referer: `https://servicewechat.com/${appId}/${version}/page-frame.html`,
  });
  const ours = 'wx0123456789abcdef';

  it('lets listed mini programs in and others not; who is none is not asked', async () => {
    const { server, metrics } = await start({ allowedAppIds: [ours] });
    await using _ = server;
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await upgrade(server, '/hub', headers)).status;
    expect(await status(referer(ours))).toBe(101);
    expect(await status({})).toBe(101);
    expect(await status({ referer: 'https://example.com/' })).toBe(101);
    const other = await upgrade(server, '/hub', referer('wxffffffffffffffff'));
    expect(other).toMatchObject({ status: 403, text: 'This mini program is not allowed.' });
    expect(await status({ referer: `https://servicewechat.com/${ours}/7/page-frame.html?` })).toBe(403);
    expect(await status({ referer: 'https://servicewechat.com/' })).toBe(403);
    expect(metrics.refusals).toEqual({ mini_program: 3 });
  });

  it('does not open the door to web pages: an odd Referer does not stand in for an origin', async () => {
    const { server } = await start();
    await using _ = server;
    const page = { origin: 'https://evil.example' };
    expect((await upgrade(server, '/hub', { ...page, referer: 'https://servicewechat.com/evil' })).status).toBe(403);
    expect((await upgrade(server, '/hub', { ...page, ...referer(ours) })).status).toBe(101);
  });

  it('is told to hub methods, together with the address that a trusted proxy says', async () => {
    const { server } = await start({ trustProxy: ['loopback'] });
    await using _ = server;
    const headers = { ...referer(ours, 'devtools'), 'x-forwarded-for': '198.51.100.7' };
    const client = await RawClient.connect(server.wsUrl('/hub'), { headers });
    const miniProgram = { platform: 'wechat', appId: ours, version: 'devtools', channel: 'devtools' };
    expect(await client.invoke('who')).toMatchObject({ result: ['198.51.100.7', miniProgram] });
    client.webSocket.terminate();
  });
});
