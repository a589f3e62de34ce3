import {
  type Authenticate,
  type Authorize,
  defineHub,
  forbidden,
  type HubConnectionInfo,
  type HubServerOptions,
  unauthorized,
  unavailable,
} from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { bearer, negotiate, poll, post, type RequestHeaders, requestKinds } from '../support/http-requests.ts';
import { createGate } from '../support/inbox.ts';
import { handshake } from '../support/raw-client.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { RecordingMetrics } from '../support/recording-metrics.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';
import { serveHub } from './serve-hub.ts';

trapFaults();

const authenticate: Authenticate = ({ token }) => {
  if (token === undefined) throw unauthorized('Who are you?');
  if (token === 'banned') throw forbidden('You are banned.');
  if (token === 'broken') throw new RangeError('a secret of the server');
  if (token === 'down') throw unavailable(undefined, { cause: new Error('the database is down') });
  return { user: token };
};

const serve = (options: HubServerOptions): Promise<RunningServer> => serveHub(everything, options);

const good = bearer('ada');

describe.each(requestKinds)('$name', ({ prepare, send, success }) => {
  it('is let through with a token in a header or in the query', async () => {
    const server = await serve({ authenticate });
    expect(await send(server, await prepare(server, good), good)).toBe(success);
    expect(await send(server, await prepare(server, good), { authorization: 'bearer  ada' })).toBe(success);
    expect(await send(server, await prepare(server, good), {}, '&access_token=ada')).toBe(success);
    expect(await send(server, await prepare(server, good), {}, '&ACCESS_TOKEN=ada')).toBe(success);
  });

  it.each<[string, RequestHeaders, number, string]>([
    ['without a token', {}, 401, 'unauthorized'],
    ['with another scheme than Bearer', { authorization: 'Basic YWRhOmFkYQ==' }, 401, 'unauthorized'],
    ['with a token that is refused', bearer('banned'), 403, 'forbidden'],
    ['when the hook throws', bearer('broken'), 500, 'authenticate_failed'],
    ['when the hook cannot find out', bearer('down'), 503, 'authentication_unavailable'],
  ])('is refused %s: %j is answered with %i', async (_, headers, status, reason) => {
    const metrics = new RecordingMetrics();
    const server = await serve({ authenticate, metrics });
    const token = await prepare(server, good);
    expect(await send(server, token, headers)).toBe(status);
    expect(metrics.refusals).toEqual({ [reason]: 1 });
    // Nothing was spoiled for the one who may.
    expect(await send(server, token, good)).toBe(success);
  });

  it('is refused by `authorize`: 403 for a known user, 401 for an anonymous one', async () => {
    let isOpen = true;
    const authorize: Authorize = () => isOpen;
    const known = await serve({ authenticate, authorize });
    const anonymous = await serve({ authorize });
    const tokens = [await prepare(known, good), await prepare(anonymous, {})] as const;
    isOpen = false;
    expect(await send(known, tokens[0], good)).toBe(403);
    expect(await send(anonymous, tokens[1], {})).toBe(401);
    isOpen = true;
    expect(await send(known, tokens[0], good)).toBe(success);
  });
});

describe.each(requestKinds.filter(({ name }) => !/^negotiate|without/.test(name)))('$name', ({ prepare, send }) => {
  it('of another user than the one who negotiated is refused', async () => {
    const metrics = new RecordingMetrics();
    const server = await serve({ authenticate, metrics });
    const token = await prepare(server, good);
    expect(await send(server, token, bearer('mallory'))).toBe(403);
    expect(metrics.refusals).toEqual({ other_user: 1 });
  });
});

describe('the hook', () => {
  it('is asked on every request of a connection', async () => {
    const asked: string[] = [];
    const server = await serve({
      authenticate: (request) => {
        asked.push(request.path);
        return authenticate(request);
      },
    });
    const { connectionToken } = await negotiate(server, good);
    await poll(server, connectionToken, good);
    await post(server, connectionToken, '', good);
    await fetch(server.url(`/hub?id=${connectionToken}`), { method: 'DELETE', headers: good });
    expect(asked).toEqual(['/hub/negotiate', '/hub', '/hub', '/hub']);
  });

  it('of a hub comes before that of the server', async () => {
    const server = await startServer(
      (hubs) => hubs.map('/hub', everything, { authenticate: () => ({ user: 'everybody' }) }),
      { authenticate },
    );
    onTestFinished(() => server[Symbol.asyncDispose]());
    await negotiate(server);
  });

  it.each(['authenticate', 'authorize'] as const)(
    'is waited for until its deadline: then %s is 503, and what it says later is ignored',
    async (hook) => {
      const clock = new FakeClock();
      const { logger, entries } = recordingLogger();
      const asked = createGate();
      const late = createGate<undefined>();
      const slow = (): Promise<never> => {
        asked.open();
        return late.passed.then(() => Promise.reject(unauthorized()));
      };
      const server = await serve({ [hook]: slow, clock, logger, serverLimits: { authenticateTimeoutMs: 2_000 } });
      const answer = fetch(server.url('/hub/negotiate'), { method: 'POST' });
      await asked.passed;
      clock.advance(2_000);
      const response = await answer;
      expect([response.status, await response.text()]).toEqual([503, 'Authentication is not available.']);
      late.open(undefined);
      await fetch(server.url('/elsewhere'));
      expect(entries.filter(({ fields }) => fields.event === 'authenticationUnavailable')).toMatchObject([
        { level: 'error', fields: { why: "'authenticate' and 'authorize' did not answer within 2000 ms." } },
      ]);
    },
  );

  it('that answers one tick before its deadline is in time', async () => {
    const clock = new FakeClock();
    const asked = createGate();
    const late = createGate<undefined>();
    const server = await serve({
      clock,
      serverLimits: { authenticateTimeoutMs: 2_000 },
      authenticate: () => {
        asked.open();
        return late.passed.then(() => ({ user: 'ada' }));
      },
    });
    const answer = fetch(server.url('/hub/negotiate'), { method: 'POST' });
    await asked.passed;
    clock.advance(1_999);
    late.open(undefined);
    expect((await answer).status).toBe(200);
  });

  it('has no deadline when that is turned off, and none is left behind otherwise', async () => {
    const clock = new FakeClock();
    const server = await serve({ authenticate, clock });
    await negotiate(server, good);
    const before = clock.pending;
    const off = await serve({ authenticate, clock, serverLimits: { authenticateTimeoutMs: 0 } });
    await negotiate(off, good);
    // The one interval with which a server looks at its connections.
    expect(clock.pending - before).toBe(1);
  });
});

describe('an identity', () => {
  it('is renewed by each poll', async () => {
    const connections: HubConnectionInfo<unknown>[] = [];
    const hub = defineHub<object, unknown>()({
      connected: ({ connection }) => {
        connections.push(connection);
      },
      methods: {},
    });
    const server = await serveHub(hub, {
      authenticate: ({ headers }) => ({ user: 'ada', claims: { role: headers['x-role'] } }),
    });
    const { connectionToken } = await negotiate(server);
    await poll(server, connectionToken, { 'x-role': 'guest' });
    await post(server, connectionToken, handshake(), { 'x-role': 'guest' });
    expect(await (await poll(server, connectionToken, { 'x-role': 'member' })).text()).toBe('{}\u001e');
    expect(connections.map(({ identity }) => identity?.claims)).toEqual([{ role: 'member' }]);
  });
});
