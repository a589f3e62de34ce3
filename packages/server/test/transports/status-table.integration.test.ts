import { request } from 'node:http';
import { connect } from 'node:net';
import type { HubServerOptions } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { failureOf, Inbox } from '../support/inbox.ts';
import { handshake, RawClient } from '../support/raw-client.ts';
import { recordRequests } from '../support/record-requests.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

async function serve(options: HubServerOptions = {}): Promise<RunningServer> {
  const server = await startServer((hubs) => {
    hubs.map('/hub', everything);
    hubs.mapRaw('/raw', {});
  }, options);
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

async function negotiate(server: RunningServer, path = '/hub'): Promise<string> {
  const response = await fetch(server.url(`${path}/negotiate?negotiateVersion=1`), { method: 'POST' });
  return `${path}?id=${((await response.json()) as { connectionToken: string }).connectionToken}`;
}

const stream = { accept: 'text/event-stream' };

/** Brings a connection into a state; gives its path and query. */
const states = {
  'no id': async () => '/hub',
  'unknown id': async () => '/hub?id=nobody',
  'only negotiated': (server: RunningServer) => negotiate(server),
  'on long polling': async (server: RunningServer) => {
    const target = await negotiate(server);
    await fetch(server.url(target));
    return target;
  },
  'on server-sent events': async (server: RunningServer) => {
    const target = await negotiate(server);
    const response = await fetch(server.url(target), { headers: stream });
    onTestFinished(() => response.body?.cancel());
    return target;
  },
  'on a WebSocket': async (server: RunningServer) => {
    const target = await negotiate(server);
    await RawClient.connect(server.wsUrl(target));
    return target;
  },
  'over, on long polling': async (server: RunningServer) => {
    const target = await negotiate(server);
    await fetch(server.url(target));
    await fetch(server.url(target), { method: 'DELETE' });
    return target;
  },
} satisfies Record<string, (server: RunningServer) => Promise<string>>;

type Means = 'poll' | 'stream' | 'post' | 'DELETE' | 'upgrade';
type Row = [keyof typeof states, Means, number, string?];

const unknown = 'No Connection with that ID';
const moved = 'Cannot change transports mid-connection';
const wrongDelete = 'Cannot terminate this connection using the DELETE endpoint.';
const byTransports = (means: Means, transport: string): Row[] => [
  ['no id', means, 400, 'Connection ID required'],
  ['unknown id', means, 404, unknown],
  ['on a WebSocket', means, transport === 'WebSockets' ? 409 : 400, transport === 'WebSockets' ? '' : moved],
];

const table: Row[] = [
  ...byTransports('poll', 'LongPolling'),
  ...byTransports('stream', 'ServerSentEvents'),
  ['only negotiated', 'poll', 200, ''],
  ['on server-sent events', 'poll', 400, moved],
  ['over, on long polling', 'poll', 404, unknown],
  ['on server-sent events', 'stream', 409, ''],
  ['on long polling', 'stream', 400, moved],
  ['over, on long polling', 'stream', 404, unknown],
  ['no id', 'post', 400, 'Connection ID required'],
  ['unknown id', 'post', 404, unknown],
  ['only negotiated', 'post', 200, ''],
  ['on long polling', 'post', 200, ''],
  ['on server-sent events', 'post', 200, ''],
  ['on a WebSocket', 'post', 405, 'POST requests are not allowed for WebSocket connections.'],
  ['over, on long polling', 'post', 404, unknown],
  ['no id', 'DELETE', 400, 'Connection ID required'],
  ['unknown id', 'DELETE', 404, unknown],
  ['only negotiated', 'DELETE', 400, wrongDelete],
  ['on long polling', 'DELETE', 202, ''],
  ['on server-sent events', 'DELETE', 400, wrongDelete],
  ['on a WebSocket', 'DELETE', 400, wrongDelete],
  ['over, on long polling', 'DELETE', 404, unknown],
  ['no id', 'upgrade', 101],
  ['unknown id', 'upgrade', 404],
  ['only negotiated', 'upgrade', 101],
  ['on long polling', 'upgrade', 400],
  ['on server-sent events', 'upgrade', 400],
  ['on a WebSocket', 'upgrade', 409],
  ['over, on long polling', 'upgrade', 404],
];

const inits: Record<Exclude<Means, 'upgrade'>, RequestInit> = {
  poll: {},
  stream: { headers: stream },
  post: { method: 'POST', body: handshake() },
  DELETE: { method: 'DELETE' },
};

async function statusOfUpgrade(url: string): Promise<number> {
  try {
    (await RawClient.open(url)).webSocket.terminate();
    return 101;
  } catch (error) {
    return Number(/\d{3}$/.exec((error as Error).message)?.[0]);
  }
}

describe('the status table', () => {
  it.each(table)('of a connection that is/has %s: %s gets %i %s', async (state, means, status, text) => {
    const server = await serve();
    const target = await states[state](server);
    if (means === 'upgrade') {
      expect(await statusOfUpgrade(server.wsUrl(target))).toBe(status);
      return;
    }
    const response = await fetch(server.url(target), inits[means]);
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  it.each([
    ['WebSockets', 'upgrade'],
    ['ServerSentEvents', 'stream'],
    ['LongPolling', 'poll'],
  ] as const)('says 404 for %s where it is off', async (transport, means) => {
    const transports = (['WebSockets', 'ServerSentEvents', 'LongPolling'] as const).filter(
      (name) => name !== transport,
    );
    const server = await serve({ transports });
    const target = await negotiate(server);
    if (means === 'upgrade') {
      expect(await statusOfUpgrade(server.wsUrl(target))).toBe(404);
      return;
    }
    const response = await fetch(server.url(target), inits[means]);
    const text = `${transport} transport not supported by this end point type`;
    expect([response.status, await response.text()]).toEqual([404, text]);
  });

  it('says 400 to a post whose body breaks off, of which nothing is taken', async () => {
    const received = new Inbox<unknown>();
    const server = await startServer((hubs) => hubs.mapRaw('/raw', { message: (_, data) => received.put(data) }));
    onTestFinished(async () => server[Symbol.asyncDispose]());
    const target = await negotiate(server, '/raw');
    await fetch(server.url(target));
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.end(`POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly half`);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(server.url(target), { method: 'POST', body: 'whole' })).status).toBe(200);
    expect(await received.next()).toBe('whole');
  });
});

describe('long polling', () => {
  /** Sends a poll, and comes back when it hangs; the answer comes later. */
  async function hang(server: RunningServer, target: string, requests: readonly string[]) {
    const before = requests.length;
    const answers = new Inbox<[number, string | null, string]>();
    void fetch(server.url(target)).then(async (answer) => {
      answers.put([answer.status, answer.headers.get('content-type'), await answer.text()]);
    });
    await expect.poll(() => requests.length).toBeGreaterThan(before);
    return answers;
  }

  it('answers a poll that has hung for too long empty, and the one before a newer one with 204', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock });
    const target = await negotiate(server, '/raw');
    await fetch(server.url(target));
    const requests = recordRequests(server.hubs);
    const first = await hang(server, target, requests);
    const second = await hang(server, target, requests);
    expect(await first.next()).toEqual([204, null, '']);
    clock.advance(90_000);
    expect(await second.next()).toEqual([200, 'text/plain', '']);
  });

  it('ends a connection that nobody polls for, and forgets its id', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock });
    const target = await states['on long polling'](server);
    clock.advance(14_000);
    expect(server.hubs.connectionCount).toBe(1);
    clock.advance(2_000);
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
    expect((await fetch(server.url(target))).status).toBe(404);
  });

  it('answers the poll that hangs with 204 when the connection is deleted', async () => {
    const server = await serve();
    const target = await states['on long polling'](server);
    const answers = await hang(server, target, recordRequests(server.hubs));
    expect((await fetch(server.url(target), { method: 'DELETE' })).status).toBe(202);
    expect((await answers.next())[0]).toBe(204);
  });
});

describe('a post before the transport attaches', () => {
  it('waits in its sender once 64 KB of it are held, and goes on with the transport', async () => {
    const server = await serve();
    const target = await negotiate(server);
    // Each piece is small enough for the limit of records in a chunk.
    const pings = '{"type":6}\u001e'.repeat(1_000);
    const pieces = 600;
    const posting = request(server.url(target), { method: 'POST' });
    const status = new Promise<number | undefined>((resolve) => posting.once('response', (r) => resolve(r.statusCode)));
    posting.write(handshake());
    let accepted = true;
    for (let n = 0; n < pieces; n++) accepted = posting.write(pings) && accepted;
    posting.end();
    const received = () => Math.max(...[...server.sockets].map(({ bytesRead }) => bytesRead));
    await expect.poll(received).toBeGreaterThan(65_536);
    // Nothing more comes once the server has stopped reading.
    const seen: number[] = [];
    const isStill = () => seen.push(received()) > 1 && seen.at(-1) === seen.at(-2);
    await expect.poll(isStill, { interval: 200 }).toBe(true);
    expect(accepted).toBe(false);
    expect(received()).toBeLessThan(1_000_000);
    await fetch(server.url(target));
    expect(await status).toBe(200);
    expect(received()).toBeGreaterThan(pings.length * pieces);
  });

  it('is refused when too many wait, and let go when nobody comes for the id', async () => {
    const clock = new FakeClock();
    const server = await serve({ clock, serverLimits: { maxWaitingPosts: 3 } });
    const target = await negotiate(server, '/raw');
    const post = () => fetch(server.url(target), { method: 'POST', body: 'x'.repeat(50_000) });
    expect((await post()).status).toBe(200);
    const statuses = new Inbox<number>();
    for (let n = 0; n < 4; n++) void post().then(({ status }) => statuses.put(status));
    expect(await statuses.next()).toBe(503);
    clock.advance(15_000);
    expect([await statuses.next(), await statuses.next(), await statuses.next()]).toEqual([404, 404, 404]);
    expect(await failureOf(RawClient.open(server.wsUrl(target)))).toContain('404');
  });
});
