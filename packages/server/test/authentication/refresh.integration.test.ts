import {
  type Authenticate,
  type AuthenticateRequest,
  defineHub,
  forbidden,
  type HubConnectionInfo,
  type HubServerOptions,
  method,
  unauthorized,
  unavailable,
} from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { bearer, negotiate, poll, type RequestHeaders } from '../support/http-requests.ts';
import { Inbox } from '../support/inbox.ts';
import { RawClient } from '../support/raw-client.ts';
import type { RunningServer } from '../support/start-server.ts';
import { serveHub } from './serve-hub.ts';

trapFaults();

/** Tokens are `user:role:seconds`; the seconds are the lifetime, counted from the beginning of the fake clock. */
const startMs = new FakeClock().epochNow();
const authenticate: Authenticate = ({ token }: AuthenticateRequest) => {
  if (token === undefined || token === 'expired') throw unauthorized();
  if (token === 'banned') throw forbidden();
  if (token === 'broken') throw new RangeError('a secret of the server');
  if (token === 'down') throw unavailable();
  if (token === 'anonymous') return undefined;
  const [user = '', role, seconds = '0'] = token.split(':');
  const lifetime = seconds === '0' ? {} : { expiresAtMs: startMs + Number(seconds) * 1_000 };
  return { user, claims: { role }, ...lifetime };
};

interface Scene {
  readonly server: RunningServer;
  readonly clock: FakeClock;
  /** What the hub's hook was told, and what happened to the connections. */
  readonly refreshed: Inbox<string>;
  /** A client over a WebSocket, with its secret. */
  connect(token?: string): Promise<{ client: RawClient; secret: string; info: HubConnectionInfo<unknown> }>;
  /** `POST /hub/refresh`: the status and the answer. */
  refresh(secret: string | undefined, headers: RequestHeaders, verb?: string): Promise<[number, unknown]>;
}

async function setScene(options: HubServerOptions = {}): Promise<Scene> {
  const clock = new FakeClock();
  const refreshed = new Inbox<string>();
  const infos = new Map<string, HubConnectionInfo<unknown>>();
  const hub = defineHub<object, unknown>()({
    connected: ({ connection }) => void infos.set(connection.id, connection),
    authenticationRefreshed: ({ connection }) =>
      refreshed.put(`${connection.user} ${connection.identity?.claims?.role}`),
    methods: {
      role: method([], ({ connection }) => connection.identity?.claims?.role),
    },
  });
  const server = await serveHub(hub, { authenticate, clock, identityRefresh: true, ...options });
  return {
    server,
    clock,
    refreshed,
    async connect(token = 'ada:guest:600') {
      const { connectionId, connectionToken: secret } = await negotiate(server, bearer(token));
      const client = await RawClient.connect(server.wsUrl(`/hub?id=${secret}`), { headers: { ...bearer(token) } });
      return { client, secret, info: infos.get(connectionId) as HubConnectionInfo<unknown> };
    },
    async refresh(secret, headers, verb = 'POST') {
      const query = secret === undefined ? '' : `?id=${secret}`;
      const response = await fetch(server.url(`/hub/refresh${query}`), { method: verb, headers });
      const text = await response.text();
      return [response.status, text === '' ? '' : JSON.parse(text)];
    },
  };
}

describe('negotiate', () => {
  it('tells the lifetime of the token where it can be renewed', async () => {
    const { server } = await setScene();
    expect(await negotiate(server, bearer('ada:guest:600'))).toMatchObject({ tokenLifetimeSeconds: 600 });
    expect(await negotiate(server, bearer('ada:guest:0'))).not.toHaveProperty('tokenLifetimeSeconds');
    const { server: without } = await setScene({ identityRefresh: false });
    expect(await negotiate(without, bearer('ada:guest:600'))).not.toHaveProperty('tokenLifetimeSeconds');
  });
});

describe('POST refresh', () => {
  it('gives the connection the new identity, tells its lifetime and runs the hook', async () => {
    const { connect, refresh, refreshed } = await setScene();
    const { client, secret } = await connect();
    expect(await refresh(secret, bearer('ada:admin:3600'))).toEqual([200, { tokenLifetimeSeconds: 3_600 }]);
    expect(await refreshed.next()).toBe('ada admin');
    expect(await client.invoke('role')).toMatchObject({ result: 'admin' });
    expect(await refresh(secret, bearer('ada:member:0'))).toEqual([200, {}]);
    expect(await client.invoke('role')).toMatchObject({ result: 'member' });
  });

  it('takes the token from the query where a client cannot set headers', async () => {
    const { connect, refresh } = await setScene();
    const { client, secret } = await connect();
    expect(await refresh(`${secret}&access_token=ada:admin:60`, {})).toEqual([200, { tokenLifetimeSeconds: 60 }]);
    expect(await client.invoke('role')).toMatchObject({ result: 'admin' });
  });

  it('renews a connection over long polling', async () => {
    const { server, refresh } = await setScene();
    const { connectionToken } = await negotiate(server, bearer('ada:guest:600'));
    await poll(server, connectionToken, bearer('ada:guest:600'));
    expect(await refresh(connectionToken, bearer('ada:admin:60'))).toEqual([200, { tokenLifetimeSeconds: 60 }]);
  });

  it.each<[string, RequestHeaders, number, string]>([
    ['without a token', {}, 401, 'invalid_token'],
    ['with an expired token', bearer('expired'), 401, 'invalid_token'],
    ['with the token of nobody', bearer('anonymous'), 401, 'invalid_token'],
    ['when the hook throws', bearer('broken'), 401, 'invalid_token'],
    ['with a token that is forbidden', bearer('banned'), 403, 'refresh_denied'],
    ['with the token of another user', bearer('mallory:admin:60'), 403, 'user_changed'],
    ['when the hook cannot find out', bearer('down'), 503, 'authentication_unavailable'],
  ])('is refused %s, and the identity stays: %j gives %i %s', async (_, headers, status, error) => {
    const { connect, refresh, refreshed } = await setScene();
    const { client, secret } = await connect();
    expect(await refresh(secret, headers)).toEqual([status, { error }]);
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
    expect(refreshed.waiting).toBe(0);
  });

  it('is refused when it is off, without an id, and with ids that name nothing that is connected', async () => {
    const { refresh, server, connect } = await setScene();
    const headers = bearer('ada:admin:60');
    expect(await refresh(undefined, headers)).toEqual([400, { error: 'missing_connection_token' }]);
    expect(await refresh('', headers)).toEqual([400, { error: 'missing_connection_token' }]);
    expect(await refresh('unknown', headers)).toEqual([404, { error: 'connection_not_found' }]);
    const { connectionToken } = await negotiate(server, headers);
    expect(await refresh(connectionToken, headers)).toEqual([404, { error: 'connection_not_found' }]);
    const { info } = await connect();
    // The public id is no secret, and opens nothing.
    expect(await refresh(info.id, headers)).toEqual([404, { error: 'connection_not_found' }]);
    const off = await setScene({ identityRefresh: false });
    const { secret } = await off.connect();
    expect(await off.refresh(secret, headers)).toEqual([404, { error: 'refresh_disabled' }]);
  });

  it.each(['GET', 'PUT', 'DELETE'])('is not %s', async (verb) => {
    const { connect, refresh } = await setScene();
    const { secret } = await connect();
    expect(await refresh(secret, bearer('ada:admin:60'), verb)).toEqual([405, '']);
  });

  it('is refused to a page of another site', async () => {
    const { connect, server, refresh } = await setScene();
    const { secret, client } = await connect();
    const response = await fetch(server.url(`/hub/refresh?id=${secret}`), {
      method: 'POST',
      headers: { ...bearer('ada:admin:60'), origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
    expect(await refresh(secret, bearer('ada:admin:60'))).toEqual([200, { tokenLifetimeSeconds: 60 }]);
  });

  it('asks `authorize` about the new identity', async () => {
    const { connect, refresh } = await setScene({ authorize: (identity) => identity?.claims?.role !== 'leaver' });
    const { secret } = await connect();
    expect(await refresh(secret, bearer('ada:leaver:60'))).toEqual([403, { error: 'refresh_denied' }]);
  });

  it('lets a function have the last word', async () => {
    const asked: unknown[] = [];
    const { connect, refresh } = await setScene({
      identityRefresh: async (previous, next) => {
        asked.push([previous.claims?.role, next.claims?.role]);
        if (next.claims?.role === 'broken') throw new RangeError('a secret');
        return next.claims?.role === 'member';
      },
    });
    const { secret } = await connect();
    expect(await refresh(secret, bearer('ada:admin:60'))).toEqual([403, { error: 'refresh_denied' }]);
    expect(await refresh(secret, bearer('ada:broken:60'))).toEqual([401, { error: 'invalid_token' }]);
    expect(await refresh(secret, bearer('ada:member:60'))).toEqual([200, { tokenLifetimeSeconds: 60 }]);
    expect(asked).toEqual([
      ['guest', 'admin'],
      ['guest', 'broken'],
      ['guest', 'member'],
    ]);
  });

  it('has the deadline of `authenticate`', async () => {
    const asked = new Inbox<string>();
    const { connect, refresh, clock } = await setScene({
      authenticate: (request) => {
        if (request.token !== 'slow') return authenticate(request);
        asked.put('slow');
        return new Promise(() => {});
      },
    });
    const { secret } = await connect();
    const answer = refresh(secret, bearer('slow'));
    await asked.next();
    clock.advance(10_000);
    expect(await answer).toEqual([503, { error: 'authentication_unavailable' }]);
  });
});

describe('the hub method minihub:refresh', () => {
  it('does the same for clients that reach one endpoint only', async () => {
    const { connect, refreshed } = await setScene();
    const { client } = await connect();
    const answer = await client.invoke('minihub:refresh', 'ada:admin:3600');
    expect(answer).toMatchObject({ result: { tokenLifetimeSeconds: 3_600 } });
    expect(await refreshed.next()).toBe('ada admin');
    expect(await client.invoke('role')).toMatchObject({ result: 'admin' });
  });

  it.each([
    ['expired', 'invalid_token'],
    ['mallory:admin:60', 'user_changed'],
    ['banned', 'refresh_denied'],
    ['down', 'authentication_unavailable'],
  ])('fails for %s with %s', async (token, code) => {
    const { connect } = await setScene();
    const { client } = await connect();
    expect(await client.invoke('minihub:refresh', token)).toMatchObject({
      error: `An unexpected error occurred invoking 'minihub:refresh' on the server. HubException: ${code}`,
    });
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
  });

  it('is not there when renewal is off', async () => {
    const { connect } = await setScene({ identityRefresh: false });
    const { client } = await connect();
    expect(await client.invoke('minihub:refresh', 'ada:admin:60')).toMatchObject({
      error: expect.stringContaining('Method does not exist.'),
    });
  });
});

describe('an identity that expires', () => {
  it('ends the connection when that is asked for, and lets it come back', async () => {
    const { connect, clock } = await setScene({ closeOnExpiration: true, limits: { keepAliveIntervalMs: 0 } });
    const { client } = await connect('ada:guest:60');
    clock.advance(59_000);
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
    clock.advance(1_000);
    expect(await client.next()).toEqual({ type: 7, allowReconnect: true });
    expect(await client.closed).toMatchObject({ code: 1000 });
  });

  it('lives on when it was renewed in time', async () => {
    const { connect, clock, refresh } = await setScene({
      closeOnExpiration: true,
      limits: { keepAliveIntervalMs: 0 },
    });
    const { client, secret } = await connect('ada:guest:60');
    await refresh(secret, bearer('ada:guest:3600'));
    clock.advance(120_000);
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
  });

  it('is left alone otherwise, as in ASP.NET Core', async () => {
    const { connect, clock } = await setScene({ limits: { keepAliveIntervalMs: 0 } });
    const { client } = await connect('ada:guest:60');
    clock.advance(120_000);
    expect(await client.invoke('role')).toMatchObject({ result: 'guest' });
  });
});
