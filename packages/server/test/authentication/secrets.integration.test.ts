import { inspect } from 'node:util';
import {
  defineHub,
  type HubContext,
  HubError,
  type HubFilter,
  method,
  type RawConnection,
  stream,
} from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { trapFaults } from '../support/fault-trap.ts';
import { bearer, negotiate, poll, requestKinds, upgradeStatus } from '../support/http-requests.ts';
import { RawClient } from '../support/raw-client.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { serveHub } from './serve-hub.ts';

trapFaults();

/** Everything that somebody could read in it, however deep. */
const show = (value: unknown): string =>
  inspect(value, { depth: 12, showHidden: true, getters: true, maxArrayLength: null });

const goodToken = 'good-token-3f1c';
const wrongToken = 'wrong-token-9b2d';
const newToken = 'new-token-7a4e';

describe('a secret', () => {
  it('reaches no log and nothing that is shown, whatever is done with it', async () => {
    const { logger, entries } = recordingLogger();
    const shown: unknown[] = [];
    const connectionTokens: string[] = [];
    const look = (context: HubContext<unknown, unknown>): void =>
      void shown.push(context, context.connection, context.items);
    const filter: HubFilter = {
      invoke: (invocation, next) => {
        shown.push(invocation);
        return next();
      },
      connected: (context, next) => {
        look(context);
        return next();
      },
    };
    const hub = defineHub<object, unknown>()({
      connected: (context) => look(context),
      disconnected: (context) => look(context),
      authenticationRefreshed: (context) => look(context),
      methods: {
        look: method([], (context) => look(context)),
        request: method([], ({ connection }) => void shown.push(connection.request)),
        fail: method([], () => {
          throw new RangeError('nothing of that');
        }),
        refuse: method([], () => {
          throw new HubError('nothing of that');
        }),
        number: method([z.number()], () => {}),
        never: method([], () => {}, { authorize: () => false }),
        items: stream([], () => [1]),
      },
    });
    const server = await serveHub(hub, {
      logger,
      filters: [filter],
      identityRefresh: true,
      statefulReconnect: { withoutNegotiation: true },
      authenticate: async ({ token }) => {
        if (token === 'broken-token') throw new RangeError('the hook broke');
        if (token !== goodToken && token !== newToken) throw new HubError('refused', { cause: new Error('no') });
        return { user: 'ada', expiresAtMs: Date.now() + 60_000 };
      },
    });
    shown.push(server.hubs, server.hubs.hub(hub));
    const raw: RawConnection[] = [];
    shown.push(server.hubs.mapRaw('/raw', { connecting: (connection) => void raw.push(connection) }));

    for (const kind of requestKinds) {
      const token = await kind.prepare(server, bearer(goodToken));
      connectionTokens.push(token);
      for (const headers of [bearer(wrongToken), bearer('broken-token'), bearer(goodToken)]) {
        await kind.send(server, token, headers);
      }
      await kind.send(server, token, {}, `&access_token=${wrongToken}`);
      await kind.send(server, `${token}x`, bearer(goodToken));
    }
    for (const token of [goodToken, wrongToken]) {
      await upgradeStatus(server.wsUrl(`/raw?access_token=${token}`), bearer(token));
    }

    const { connectionToken } = await negotiate(server, bearer(goodToken));
    connectionTokens.push(connectionToken);
    const url = server.wsUrl(`/hub?id=${connectionToken}&access_token=${goodToken}`);
    const client = await RawClient.connect(url, { headers: { ...bearer(goodToken) } });
    for (const target of ['look', 'request', 'fail', 'refuse', 'never', 'unknown', 'items'])
      await client.invoke(target);
    await client.invoke('number', 'no number');
    await client.invoke('minihub:refresh', newToken);
    await client.invoke('minihub:refresh', wrongToken);
    await client.invoke('minihub:refresh', newToken, wrongToken);
    for (const token of [newToken, wrongToken]) {
      await fetch(server.url(`/hub/refresh?id=${connectionToken}`), { method: 'POST', headers: bearer(token) });
    }
    await poll(server, connectionToken, bearer(goodToken));
    client.text('not a message\u001e');
    await client.closed;
    await expect
      .poll(() => entries.filter(({ fields }) => fields.event === 'connectionClosed').length)
      .toBeGreaterThan(0);
    shown.push(...raw);

    const all = [...entries, ...shown].map(show).join('\n');
    // It saw something at all.
    expect(entries.length).toBeGreaterThan(20);
    expect(shown.length).toBeGreaterThan(10);
    expect(all).toContain('ada');
    for (const secret of [
      goodToken,
      wrongToken,
      newToken,
      'broken-token',
      ...connectionTokens.filter((t) => t !== ''),
    ]) {
      expect(all.includes(secret), `${secret} is shown`).toBe(false);
    }
  });
});
