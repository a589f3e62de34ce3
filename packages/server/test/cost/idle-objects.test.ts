import { queryObjects } from 'node:v8';
import { defineHub, method, type StandardSchema, stream } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { ConnectionEnd } from '../../src/connection/connection-end.ts';
import { Delivery } from '../../src/connection/delivery.ts';
import { HubConnection } from '../../src/connection/hub-connection.ts';
import { HubExchange } from '../../src/connection/hub-exchange.ts';
import { HubHooks } from '../../src/connection/hub-hooks.ts';
import { Call } from '../../src/dispatch/call.ts';
import { OwnMessages } from '../../src/outbound/own-messages.ts';
import { HubSession } from '../../src/session/hub-session.ts';
import { OpeningHandshake } from '../../src/session/opening-handshake.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

const hub = defineHub()({ methods: { echo: method([], () => 'echo') } });

/** How many of each live. Each of them is a walk through the whole heap. */
function count(classes: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers = Object.entries(classes).map(([name, made]) => [name, queryObjects(made as never) as number]);
  return Object.fromEntries(numbers);
}

describe('connections that do nothing', () => {
  it('are three objects each and nothing that waits for what may never come; after a call, one more', async () => {
    const harness = new HubHarness(hub);
    const clients = [];
    for (let i = 0; i < 20; i++) clients.push(await harness.connect());
    expect(count({ HubConnection, HubSession, Delivery })).toEqual({ HubConnection: 20, HubSession: 20, Delivery: 20 });
    const none = { HubExchange: 0, HubHooks: 0, ConnectionEnd: 0, OpeningHandshake: 0 };
    expect(count({ HubExchange, HubHooks, ConnectionEnd, OpeningHandshake })).toEqual(none);
    for (const client of clients) client.invoke('1', 'echo');
    await turns();
    for (const { completions } of clients) expect(completions['1']).toMatchObject({ result: 'echo' });
    expect(count({ HubExchange, Call, OwnMessages })).toEqual({ HubExchange: 20, Call: 0, OwnMessages: 0 });
  }, 60_000);
});

describe('a stream that lives', () => {
  it('keeps what its validators let through of its arguments, and not what came', async () => {
    const came: WeakRef<object>[] = [];
    // As validators do that strip what they do not know.
    const strict: StandardSchema<string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          came.push(new WeakRef(value as object));
          return { value: 'small' };
        },
      },
    };
    let begun = '';
    const endless = defineHub()({
      methods: {
        endless: stream([strict], async function* (_, small) {
          begun = small;
          yield await new Promise(() => {});
        }),
      },
    });
    const client = await new HubHarness(endless).connect();
    client.send({ type: 4, invocationId: '1', target: 'endless', arguments: [{ large: true }] });
    await turns();
    expect([begun, came.length]).toEqual(['small', 1]);
    // It collects garbage.
    count({ HubConnection });
    expect(came[0]?.deref()).toBeUndefined();
  }, 60_000);
});
