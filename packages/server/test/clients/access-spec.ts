import { type Authenticate, forbidden, unauthorized } from '@minihub/server';
import { expect, it, onTestFinished } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { failureOf } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { setScene } from './client-scene.ts';

const authenticate: Authenticate = ({ token }) => {
  if (token === undefined) throw unauthorized();
  if (token === 'banned') throw forbidden();
  return { user: token };
};

/** Paths, identity, and the company of other routes. */
export function accessSpec(kit: ClientKit, mode: Mode): void {
  it('carries its token', async () => {
    const { connect } = await setScene(kit, mode, { authenticate });
    const { connection } = await connect({ token: 'a+b/c==' });
    expect(await connection.invoke('whoAmI')).toBe('a+b/c==');
  });

  it.each([
    ['without a token', undefined, /401|Unauthorized/],
    ['with a token that is refused', 'banned', /403|Forbidden/],
  ])('cannot start %s', async (_, token, status) => {
    const { build, server } = await setScene(kit, mode, { authenticate });
    const { connection } = build(token === undefined ? {} : { token });
    const failure = await failureOf(connection.start());
    // Clients that skip negotiation are not told the status of an upgrade; node's `ws` hides it as browsers do.
    if (mode === 'negotiating') expect(failure).toMatch(status);
    expect(server.hubs.connectionCount).toBe(0);
  });

  it('finds the path whatever its case, and keeps its query', async () => {
    const { connect } = await setScene(kit, mode);
    const { connection } = await connect({}, '/HUB?room=%E5%8E%85&x=1');
    const request = (await connection.invoke('request')) as { query: Record<string, string> };
    expect(request.query).toMatchObject({ room: '厅', x: '1' });
    expect(Object.keys(request.query)).not.toContain('id');
  });

  it('never shows a token in the query that hubs see', async () => {
    const { connect } = await setScene(kit, mode, { authenticate });
    const { connection } = await connect({ token: 'ada' });
    expect(JSON.stringify(await connection.invoke('request'))).not.toContain('ada');
  });

  it('cannot start at a path where no hub is', async () => {
    const { build } = await setScene(kit, mode);
    await failureOf(build({}, '/elsewhere').connection.start());
  });

  it('uses two hubs beside plain routes on one server', async () => {
    const server = await startServer(
      (hubs) => {
        hubs.map('/one', everything);
        hubs.map('/two', { ...everything, methods: { add: everything.methods.optional } });
      },
      {},
      0,
      (_, response) => response.end('a page'),
    );
    const [one, two] = [kit.build(server.url('/one'), { mode }), kit.build(server.url('/two'), { mode })];
    onTestFinished(async () => {
      await Promise.all([one.stop(), two.stop()]);
      await server[Symbol.asyncDispose]();
    });
    await Promise.all([one.start(), two.start()]);
    expect(await one.invoke('add', 1, 2)).toBe(3);
    expect(await two.invoke('add', 'a')).toBe('a-none');
    expect(await (await fetch(server.url('/'))).text()).toBe('a page');
  });

  if (kit.lacks.headers === undefined) {
    it('carries its headers, cookies among them', async () => {
      const { connect } = await setScene(kit, mode, {
        authenticate: ({ headers }) => {
          if (headers.cookie === undefined) throw unauthorized();
          return { user: headers.cookie };
        },
      });
      const { connection } = await connect({ headers: { 'X-Tenant': 't1', Cookie: 'session=42' } });
      expect(await connection.invoke('whoAmI')).toBe('session=42');
      expect(await connection.invoke('request')).toMatchObject({ header: 't1' });
    });
  } else {
    it(`drops headers that it is given: headers ${kit.lacks.headers}`, async () => {
      const { connect } = await setScene(kit, mode);
      const { connection } = await connect({ headers: { 'X-Tenant': 't1' } });
      expect(await connection.invoke('request')).toMatchObject({ header: null });
    });
  }

  if (mode === 'negotiating') {
    it('sends back a cookie that it got with negotiate', async () => {
      const { connect, server } = await setScene(kit, mode);
      // As a load balancer for sticky sessions does.
      const { emit } = server.http;
      server.http.emit = function (this: typeof server.http, event: string, ...args: unknown[]): boolean {
        if (event === 'request')
          (args[1] as { setHeader(k: string, v: string): void }).setHeader('Set-Cookie', 'node=7');
        return Reflect.apply(emit, this, [event, ...args]) as boolean;
      };
      const seen: string[] = [];
      server.http.on('upgrade', (request) => seen.push(request.headers.cookie ?? ''));
      await connect();
      expect(seen).toEqual([expect.stringContaining('node=7')]);
    });
  }

  const where = kit.lacks.tokenInHeader === undefined ? 'a header' : `the query: a header ${kit.lacks.tokenInHeader}`;
  it(`shows its token at the upgrade in ${where}`, async () => {
    const { connect, server } = await setScene(kit, mode, { authenticate });
    const upgrades: { header: boolean; query: boolean }[] = [];
    server.http.on('upgrade', ({ headers, url }) =>
      upgrades.push({
        header: headers.authorization === 'Bearer ada',
        query: url?.includes('access_token=ada') ?? false,
      }),
    );
    await connect({ token: 'ada' });
    const inHeader = kit.lacks.tokenInHeader === undefined;
    expect(upgrades).toEqual([{ header: inHeader, query: !inHeader }]);
  });
}
