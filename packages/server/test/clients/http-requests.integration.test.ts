import { get } from 'node:http';
import { type Authenticate, forbidden, type HubServerOptions, unauthorized } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TcpClient } from '../raw/support/tcp-client.ts';
import { everything } from '../support/everything-hub.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { failureOf } from '../support/inbox.ts';
import { RawClient } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

/** A server for one test. */
async function serve(options: HubServerOptions = {}): Promise<RunningServer> {
  const server = await startServer((hubs) => hubs.map('/hub', everything), options);
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

interface Negotiated {
  readonly negotiateVersion: number;
  readonly connectionId: string;
  readonly connectionToken?: string;
  readonly availableTransports: readonly { readonly transport: string }[];
}

async function negotiate(server: RunningServer, query = '?negotiateVersion=1', headers = {}): Promise<Negotiated> {
  const response = await fetch(server.url(`/hub/negotiate${query}`), { method: 'POST', headers });
  return (await response.json()) as Negotiated;
}

/** The status of a refused upgrade. */
async function refusedUpgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
  const text = await failureOf(RawClient.open(url, { headers }));
  return Number(/\d{3}$/.exec(text)?.[0]);
}

/** The status of an upgrade in a version that does not exist; no library would send it. */
function malformedUpgrade(url: string): Promise<number | undefined> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '7' };
  return new Promise((resolve, reject) => {
    const request = get(url.replace(/^ws/, 'http'), { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}

const byToken: Authenticate = ({ token }) => {
  if (token === undefined) throw unauthorized();
  if (token === 'banned') throw forbidden();
  return { user: token };
};

describe('negotiate', () => {
  trapFaults();

  const id = expect.stringMatching(/^[\w-]{22}$/);

  it.each(['', '?negotiateVersion=0', '?other=1', '?negotiateVersion=%200'])(
    'gives one id in version 0: %s',
    async (query) => {
      const negotiated = await negotiate(await serve(), query);
      expect(negotiated).toMatchObject({ negotiateVersion: 0, connectionId: id });
      expect(negotiated).not.toHaveProperty('connectionToken');
    },
  );

  it.each(['?negotiateVersion=1', '?NEGOTIATEVERSION=1', '?negotiateVersion=2', '?negotiateVersion=99'])(
    'gives an id and a secret token in version 1: %s',
    async (query) => {
      const negotiated = await negotiate(await serve(), query);
      expect(negotiated).toMatchObject({ negotiateVersion: 1, connectionId: id, connectionToken: id });
      expect(negotiated.connectionToken).not.toBe(negotiated.connectionId);
      expect(negotiated.availableTransports[0]).toEqual({
        transport: 'WebSockets',
        transferFormats: ['Text', 'Binary'],
      });
    },
  );

  it('never gives an id twice', async () => {
    const server = await serve();
    const all = await Promise.all(Array.from({ length: 50 }, () => negotiate(server)));
    expect(new Set(all.flatMap(({ connectionId, connectionToken }) => [connectionId, connectionToken])).size).toBe(100);
  });

  it('does not offer stateful reconnect where it is not on', async () => {
    expect(await negotiate(await serve(), '?negotiateVersion=1&useStatefulReconnect=true')).not.toHaveProperty(
      'useStatefulReconnect',
    );
  });

  it.each([
    ['x', "The client requested an invalid protocol version 'x'"],
    ['1.5', "The client requested an invalid protocol version '1.5'"],
    ['', "The client requested an invalid protocol version ''"],
    ['99999999999', "The client requested an invalid protocol version '99999999999'"],
    ['-1', "The client requested version '-1', but the server does not support this version."],
  ])('answers version %j with 200 and an error', async (version, error) => {
    const server = await serve();
    const response = await fetch(server.url(`/hub/negotiate?negotiateVersion=${version}`), { method: 'POST' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ error });
  });

  it('is JSON with its length, and not to be stored', async () => {
    const server = await serve();
    const response = await fetch(server.url('/hub/negotiate'), { method: 'POST' });
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('refuses %s with 405', async (method) => {
    const server = await serve();
    const response = await fetch(server.url('/hub/negotiate'), { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('content-type')).toBe('text/plain');
  });

  it('takes a body that nobody asked for', async () => {
    const server = await serve();
    const body = 'x'.repeat(500_000);
    expect((await fetch(server.url('/hub/negotiate'), { method: 'POST', body })).status).toBe(200);
  });

  it.each(['/HUB/Negotiate', '/hub/negotiate/', '/h%75b/negotiate'])('is found at %s', async (path) => {
    expect((await fetch((await serve()).url(path), { method: 'POST' })).status).toBe(200);
  });

  it.each(['/hub/other', '/hubs/negotiate', '/hub/negotiate/negotiate', '/', '/hub%2Fnegotiat%'])(
    'leaves %s to others',
    async (path) => {
      expect(await (await fetch((await serve()).url(path), { method: 'POST' })).text()).toBe('not ours');
    },
  );

  it('asks who it is', async () => {
    const server = await serve({ authenticate: byToken });
    const status = async (headers: Record<string, string>, query = ''): Promise<number> =>
      (await fetch(server.url(`/hub/negotiate${query}`), { method: 'POST', headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Basic YTpi' })).toBe(401);
    expect(await status({ authorization: 'Bearer banned' })).toBe(403);
    expect(await status({ authorization: 'bearer ada' })).toBe(200);
    expect(await status({}, '?access_token=ada')).toBe(200);
  });
});

describe('an upgrade', () => {
  trapFaults();

  it('takes the id that was negotiated, in both versions', async () => {
    const server = await serve();
    for (const query of ['', '?negotiateVersion=1']) {
      const { connectionId, connectionToken = connectionId } = await negotiate(server, query);
      const client = await RawClient.connect(server.wsUrl(`/hub?ID=${connectionToken}`));
      expect(await client.invoke('id')).toMatchObject({ result: connectionId });
      await client.close();
    }
  });

  it('is refused with the public id, which is no token', async () => {
    const server = await serve();
    const { connectionId } = await negotiate(server);
    expect(await refusedUpgrade(server.wsUrl(`/hub?id=${connectionId}`))).toBe(404);
  });

  it('is refused with 404 for an unknown id, and with 409 for one that is in use', async () => {
    const server = await serve();
    expect(await refusedUpgrade(server.wsUrl('/hub?id=unknown'))).toBe(404);
    const { connectionToken } = await negotiate(server);
    const url = server.wsUrl(`/hub?id=${connectionToken}`);
    const client = await RawClient.connect(url);
    expect(await refusedUpgrade(url)).toBe(409);
    expect(await client.invoke('add', 1, 1)).toMatchObject({ result: 2 });
    await client.close();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
    expect(await refusedUpgrade(url)).toBe(404);
  });

  it('gives an id to one of many that come at once', async () => {
    const server = await serve({ authenticate: async () => ({ user: 'ada' }) });
    const { connectionToken } = await negotiate(server);
    const url = server.wsUrl(`/hub?id=${connectionToken}`);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => RawClient.connect(url)));
    const opened = results.filter((result) => result.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    expect(server.hubs.connectionCount).toBe(1);
    await opened[0]?.value.close();
  });

  it('is refused with 403 for an id that another user has negotiated', async () => {
    const server = await serve({ authenticate: byToken });
    const { connectionToken } = await negotiate(server, '?negotiateVersion=1', { authorization: 'Bearer ada' });
    const url = server.wsUrl(`/hub?id=${connectionToken}`);
    expect(await refusedUpgrade(url, { authorization: 'Bearer mallory' })).toBe(403);
    expect(await refusedUpgrade(url)).toBe(401);
    const client = await RawClient.connect(url, { headers: { authorization: 'Bearer ada' } });
    await client.close();
  });

  it('does not waste an id when it is malformed', async () => {
    const server = await serve();
    const { connectionToken } = await negotiate(server);
    const response = await fetch(server.url(`/hub?id=${connectionToken}`), { headers: { accept: 'text/html' } });
    await response.body?.cancel();
    const url = server.wsUrl(`/hub?id=${(await negotiate(server)).connectionToken}`);
    expect(await malformedUpgrade(url)).toBe(400);
    const client = await RawClient.connect(url);
    await client.close();
  });

  it('is refused with 404 where nothing is', async () => {
    expect(await refusedUpgrade((await serve()).wsUrl('/nothing'))).toBe(404);
  });

  it.each([
    [['wechat'], 'wechat'],
    [['a', 'b'], 'a'],
    [[], ''],
  ])('agrees on a sub-protocol when some are offered: %j', async (offered, agreed) => {
    const client = await RawClient.open((await serve()).wsUrl('/hub'), {}, offered);
    expect(client.webSocket.protocol).toBe(agreed);
    await client.close();
  });

  it('agrees on the sub-protocol that the server chooses', async () => {
    const server = await serve({ selectSubprotocol: (offered) => offered.find((name) => name === 'b') });
    const client = await RawClient.open(server.wsUrl('/hub'), {}, ['a', 'b']);
    expect(client.webSocket.protocol).toBe('b');
    await client.close();
  });

  it('does without compression, as ASP.NET does', async () => {
    const client = await RawClient.open((await serve()).wsUrl('/hub'), { perMessageDeflate: true } as object);
    expect(client.webSocket.extensions).toBe('');
    await client.close();
  });

  it('survives a client that goes away while it is being looked at', async () => {
    let admit!: () => void;
    const asked = new Promise<void>((begun) => {
      admit = begun;
    });
    let go!: () => void;
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const server = await serve({
      authenticate: async () => {
        admit();
        await gone;
        return undefined;
      },
    });
    const opening = failureOf(TcpClient.open(server.port, '/hub'));
    await asked;
    server.cut();
    await opening;
    go();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });
});

describe('a request at the path of a hub', () => {
  trapFaults();

  it.each(['GET', 'POST', 'DELETE'])('%s needs an id, and a known one', async (method) => {
    const server = await serve();
    const [none, unknown] = [
      await fetch(server.url('/hub'), { method }),
      await fetch(server.url('/hub?id=x'), { method }),
    ];
    expect([none.status, await none.text()]).toEqual([400, 'Connection ID required']);
    expect([unknown.status, await unknown.text()]).toEqual([404, 'No Connection with that ID']);
  });

  it.each(['PUT', 'PATCH', 'HEAD'])('%s is refused with 405', async (method) => {
    expect((await fetch((await serve()).url('/hub'), { method })).status).toBe(405);
  });

  it('cannot disturb a WebSocket, even with its token', async () => {
    const server = await serve();
    const { connectionToken } = await negotiate(server);
    const client = await RawClient.connect(server.wsUrl(`/hub?id=${connectionToken}`));
    const url = server.url(`/hub?id=${connectionToken}`);
    const answer = async (init: RequestInit): Promise<[number, string]> => {
      const response = await fetch(url, init);
      return [response.status, await response.text()];
    };
    expect(await answer({ method: 'POST', body: '{"type":7}\u001e' })).toEqual([
      405,
      'POST requests are not allowed for WebSocket connections.',
    ]);
    expect(await answer({ method: 'DELETE' })).toEqual([
      400,
      'Cannot terminate this connection using the DELETE endpoint.',
    ]);
    const moved = [400, 'Cannot change transports mid-connection'];
    expect(await answer({})).toEqual(moved);
    expect(await answer({ headers: { accept: 'text/event-stream' } })).toEqual(moved);
    expect(await client.invoke('add', 1, 1)).toMatchObject({ result: 2 });
    await client.close();
  });
});

describe('hooks that throw', () => {
  trapFaults();

  const thrower = (): never => {
    throw new Error('a bug of ours');
  };

  it.each<[string, HubServerOptions, number]>([
    ['authenticate', { authenticate: thrower }, 500],
    ['authenticate, later', { authenticate: async () => thrower() }, 500],
    ['authorize', { authorize: thrower }, 500],
    ['allowedOrigins', { allowedOrigins: thrower }, 403],
  ])('refuse, and say nothing: %s', async (name, options, status) => {
    const server = await serve(options);
    const headers: Record<string, string> = name === 'allowedOrigins' ? { origin: 'https://example.org' } : {};
    const response = await fetch(server.url('/hub/negotiate'), { method: 'POST', headers });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('a bug of ours');
    expect(await refusedUpgrade(server.wsUrl('/hub'), headers)).toBe(status);
  });

  it('choose no sub-protocol', async () => {
    const server = await serve({ selectSubprotocol: thrower });
    expect(await failureOf(RawClient.open(server.wsUrl('/hub'), {}, ['a']))).toContain('subprotocol');
  });

  it('cannot break the server with its logger', async () => {
    const logger = { debug: thrower, info: thrower, warn: thrower, error: thrower };
    const server = await serve({ logger });
    const client = await RawClient.connect(server.wsUrl('/hub'));
    expect(await client.invoke('fail')).toMatchObject({ type: 3, error: expect.any(String) });
    await client.close();
  });
});
