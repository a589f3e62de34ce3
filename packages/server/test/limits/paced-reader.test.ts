import { type HubMessage, MessageType } from '@minihub/protocol';
import { defineHub, method, type RateLimits, upload } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RateLimiter } from '../../src/limits/rate-limiter.ts';
import { checkRateLimits } from '../../src/limits/rate-limits.ts';
import { type ConnectOptions, HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

function createScene(rateLimits: RateLimits, limits = {}) {
  const notes: unknown[] = [];
  const endings: string[] = [];
  const hub = defineHub()({
    disconnected: (_, { cause, error }) => {
      endings.push(`${cause} ${error?.code ?? ''}`.trim());
    },
    methods: {
      note: method([z.unknown()], (_, value) => {
        notes.push(value);
        return value;
      }),
      login: method([], () => 'in'),
      sum: method([upload(z.number())], async (_, numbers) => {
        let sum = 0;
        for await (const n of numbers) sum += n;
        return sum;
      }),
    },
  });
  const harness = new HubHarness(hub, limits);
  const limiter = new RateLimiter(checkRateLimits(rateLimits), 0);
  const connect = (user?: string, options: ConnectOptions = {}): Promise<MemoryClient> => {
    const guard = limiter.guard({ user, address: '192.0.2.1' }, harness.clock.now());
    return harness.connect({ ...options, guard, ...(user === undefined ? undefined : { user }) });
  };
  /** Lets time pass without a look at the connections. */
  const wait = async (ms: number): Promise<void> => {
    harness.clock.advance(ms);
    await turns();
  };
  return { harness, connect, wait, notes, endings };
}

const call = (target: string, invocationId?: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  target,
  arguments: args,
  ...(invocationId === undefined ? undefined : { invocationId }),
});
const many = (count: number, first = 0): HubMessage[] =>
  Array.from({ length: count }, (_, i) => call('note', undefined, first + i));
const ping: HubMessage = { type: MessageType.Ping };
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a message rate that delays', () => {
  const rates: RateLimits = { messages: { perConnection: { perSecond: 10, burst: 5 } } };

  it('carries out the burst at once, the next not before its time, and loses nothing', async () => {
    const { connect, wait, notes, harness } = createScene(rates);
    const client = await connect();
    client.send(...many(8));
    expect(notes).toEqual(upTo(5));
    expect(client.transport.isPaused).toBe(true);
    await wait(99);
    expect(notes).toEqual(upTo(5));
    await wait(1);
    expect(notes).toEqual(upTo(6));
    await wait(200);
    expect(notes).toEqual(upTo(8));
    expect(client.transport.isPaused).toBe(false);
    expect(harness.clock.pending).toBe(0);
    expect(harness.log.events).toContain('rateLimited');
  });

  it('does not touch who stays below it', async () => {
    const { connect, wait, notes, harness } = createScene(rates);
    const client = await connect();
    client.send(...many(5));
    for (let n = 5; n < 30; n++) {
      await wait(100);
      client.send(...many(1, n));
    }
    expect(notes).toEqual(upTo(30));
    expect(harness.log.events).not.toContain('rateLimited');
  });

  it('counts pings, acks and unknown messages, and makes up for them by waiting', async () => {
    const { connect, wait, notes } = createScene(rates);
    const client = await connect();
    client.transport.push('{"type":99}\u001e{"type":6}\u001e{"type":8,"sequenceId":1}\u001e');
    client.send(ping, ping, ping, ping, ...many(1));
    // Seven others and a burst of five: two are owed, and the message wants one more.
    expect(notes).toEqual([]);
    await wait(299);
    expect(notes).toEqual([]);
    await wait(1);
    expect(notes).toEqual([0]);
  });

  it('does not take a client that is held back for a silent one', async () => {
    const { connect, harness } = createScene({ messages: { perConnection: { perSecond: 0.01, burst: 1 } } });
    const client = await connect();
    client.send(ping, ...many(2));
    await harness.pass(60_000);
    expect(harness.host.connectionCount).toBe(1);
  });

  it('still carries out what a client sent before it left, at the same rate, then ends it', async () => {
    const { connect, wait, notes, endings, harness } = createScene(rates);
    const client = await connect();
    client.send(...many(7), { type: MessageType.Close });
    client.transport.end();
    expect([notes, endings]).toEqual([upTo(5), []]);
    await wait(200);
    expect([notes, endings]).toEqual([upTo(7), ['client']]);
    expect(harness.host.openConnections).toBe(0);
    expect(harness.clock.pending).toBe(0);
  });

  it('does so for `disconnectGraceMs` at most', async () => {
    const slow: RateLimits = { messages: { perConnection: { perSecond: 0.5, burst: 1 } } };
    const { connect, notes, endings, harness } = createScene(slow, { disconnectGraceMs: 5_000 });
    const client = await connect();
    client.send(...many(100));
    client.transport.end();
    await harness.pass(4_000);
    expect([notes, endings]).toEqual([upTo(3), []]);
    await harness.pass(1_000);
    expect([notes, endings]).toEqual([upTo(3), ['client']]);
    expect(harness.host.openConnections).toBe(0);
    expect(harness.clock.pending).toBe(0);
  });

  it('drops what waits when the server ends the connection', async () => {
    const { connect, notes, endings, harness } = createScene(rates);
    const client = await connect();
    client.send(...many(8));
    harness.host.shutdown();
    await harness.pass(10_000);
    expect([notes, endings]).toEqual([upTo(5), ['shutdown']]);
    expect(harness.clock.pending).toBe(0);
  });
});

describe('a message rate that refuses', () => {
  const rates: RateLimits = { messages: { perConnection: { perSecond: 1, burst: 2 }, onExcess: 'refuse' } };

  it('answers calls that are too many with a coded error, unknown methods included, and goes on later', async () => {
    const { connect, wait, notes, harness } = createScene(rates);
    const client = await connect();
    client.send(call('note', '1', 1), call('nope', '2'), call('note', '3', 3), call('nope', '4'), call('note'));
    await turns();
    expect(client.completions).toMatchObject({
      1: { result: 1 },
      2: { error: expect.stringContaining('Method does not exist.') },
      3: {
        error:
          "Failed to invoke 'note' due to an error on the server. HubException: MH_SERVER_RATE_LIMITED: Too often; try again in 1 s.",
      },
      4: { error: expect.stringContaining('MH_SERVER_RATE_LIMITED') },
    });
    expect(notes).toEqual([1]);
    await wait(1_000);
    client.send(call('note', '5', 5));
    await turns();
    expect(client.completions[5]).toMatchObject({ result: 5 });
    expect(harness.host.connectionCount).toBe(1);
  });

  it('delays what cannot be refused: the items of a stream arrive whole', async () => {
    const { connect, wait } = createScene(rates);
    const client = await connect();
    const items = [1, 2, 3].map((item): HubMessage => ({ type: MessageType.StreamItem, invocationId: 'u', item }));
    client.send({ ...(call('sum', '1') as object), streamIds: ['u'] } as unknown as HubMessage, ...items, {
      type: MessageType.Completion,
      invocationId: 'u',
    });
    await wait(2_999);
    expect(client.completions[1]).toBeUndefined();
    await wait(1);
    expect(client.completions[1]).toMatchObject({ result: 6 });
  });
});

describe('a message rate that disconnects', () => {
  it('says why, without leave to come back, and carries out nothing more', async () => {
    const rates: RateLimits = { messages: { perConnection: { perSecond: 1, burst: 3 }, onExcess: 'disconnect' } };
    const { connect, notes, endings, harness } = createScene(rates);
    const client = await connect();
    client.send(...many(3));
    expect(harness.host.connectionCount).toBe(1);
    client.send(...many(5, 3));
    await turns();
    expect(notes).toEqual(upTo(3));
    expect(client.received).toEqual([{ type: 7, error: 'MH_SERVER_RATE_LIMITED: Too often; try again in 1 s.' }]);
    expect(endings).toEqual(['limit MH_SERVER_RATE_LIMITED']);
    expect(harness.host.openConnections).toBe(0);
  });

  it('also ends a flood of pings', async () => {
    const rates: RateLimits = { messages: { perConnection: { perSecond: 1, burst: 10 }, onExcess: 'disconnect' } };
    const { connect, endings } = createScene(rates);
    const client = await connect();
    client.send(...Array.from({ length: 10 }, () => ping));
    await turns();
    expect(endings).toEqual([]);
    client.send(ping);
    await turns();
    expect(endings).toEqual(['limit MH_SERVER_RATE_LIMITED']);
  });
});

describe('rates that several connections share', () => {
  it('count all connections of a user, and leave other users alone', async () => {
    const rates: RateLimits = { messages: { perUser: { perSecond: 1, burst: 4 }, onExcess: 'refuse' } };
    const { connect, notes } = createScene(rates);
    const [a, b, c] = [await connect('ada'), await connect('ada'), await connect('eve')];
    a?.send(...many(3));
    b?.send(...many(3, 10));
    c?.send(...many(3, 20));
    expect(notes).toEqual([0, 1, 2, 10, 20, 21, 22]);
  });

  it('count broken messages against the address, so that coming back does not help', async () => {
    const rates: RateLimits = { messages: { perAddress: { perSecond: 1, burst: 3 }, onExcess: 'refuse' } };
    const { connect, notes } = createScene(rates);
    for (let i = 0; i < 2; i++) (await connect()).transport.push('[]\u001e');
    (await connect()).send(...many(2));
    expect(notes).toEqual([0]);
  });
});

describe('the rate of a method', () => {
  const rates: RateLimits = { methods: { LOGIN: { perAddress: { perSecond: 0.1, burst: 2 } } } };

  it('refuses that method whatever its case, and no other', async () => {
    const { connect, wait } = createScene(rates);
    const client = await connect();
    client.send(call('login', '1'), call('Login', '2'), call('LOGIN', '3'), call('note', '4', 4));
    await turns();
    expect(client.completions).toMatchObject({
      1: { result: 'in' },
      2: { result: 'in' },
      3: { error: expect.stringContaining('MH_SERVER_RATE_LIMITED: Too often; try again in 10 s.') },
      4: { result: 4 },
    });
    const other = await connect();
    other.send(call('login', '1'));
    await wait(10_000);
    expect(other.completions[1]).toMatchObject({ error: expect.stringContaining('MH_SERVER_RATE_LIMITED') });
    other.send(call('login', '2'));
    await turns();
    expect(other.completions[2]).toMatchObject({ result: 'in' });
  });

  it('delays without counting the call as a message twice', async () => {
    const { connect, wait } = createScene({
      messages: { perConnection: { perSecond: 1, burst: 3 } },
      methods: { login: { perConnection: { perSecond: 1, burst: 1 }, onExcess: 'delay' } },
    });
    const client = await connect();
    client.send(call('login', '1'), call('login', '2'), call('note', '3', 3));
    await wait(1_000);
    expect(Object.keys(client.completions)).toEqual(['1', '2', '3']);
  });
});
