import { type InvocationMessage, MessageType } from '@minihub/protocol';
import {
  defaultSlowClients,
  defaultStatefulReconnect,
  defineHub,
  HubHandle,
  method,
  type SlowClients,
  stream,
} from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndpointMetrics } from '../../src/metrics/endpoint-metrics.ts';
import { HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { MemoryTransport } from '../support/memory-transport.ts';
import { RecordingMetrics } from '../support/recording-metrics.ts';
import { turns } from '../support/turn.ts';

interface Client {
  message(n: number, filling?: string): void;
  price(name: string, value: number): void;
  question(): number;
}

const hub = defineHub<Client>()({
  methods: {
    echo: method([], () => 'echo'),
    items: stream([], function* () {
      yield* [1, 2, 3];
    }),
  },
});

function createScene(slowClients: Partial<SlowClients> = {}, maxBufferedBytes = 20_000) {
  const metrics = new RecordingMetrics();
  const harness = new HubHarness(hub, { maxBufferedBytes, keepAliveIntervalMs: 0 }, false, {
    slowClients: { ...defaultSlowClients, ...slowClients },
    metrics: new EndpointMetrics([metrics], { endpoint: '/hub', clock: new HubHarness(hub).clock, log: () => {} }),
  });
  const { clients } = new HubHandle<Client>(harness.host);
  return { harness, clients, metrics };
}

const filling = 'x'.repeat(1_000);

/** Stalls the client and gives it so much that the rest is held back. */
async function stall(client: MemoryClient): Promise<void> {
  client.transport.isStalled = true;
  client.transport.bufferedBytes = 11_000;
  await turns(1);
}

/** The first arguments of the calls of `message`. */
function numbers(client: MemoryClient): unknown[] {
  return client.calls.filter(([name]) => name === 'message').map(([, n]) => n);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describe('a slow client', () => {
  it('costs at most its budget, and misses the oldest', async () => {
    const { harness, clients } = createScene({ policy: 'drop-oldest' });
    const [slow, quick] = [await harness.connect(), await harness.connect()];
    await stall(slow);
    for (const n of range(0, 30)) {
      await clients.all.message(n, filling);
      expect(harness.host.bufferedBytes).toBeLessThan(20_000 + 2_000);
      await turns(1);
    }
    expect(numbers(quick)).toEqual(range(0, 30));
    slow.transport.drain();
    await turns();
    expect(numbers(slow)).toEqual(range(22, 30));
    expect(harness.log.of('messagesDropped')).toMatchObject([{ connectionId: slow.id, count: 22 }]);
    expect(harness.host.connectionCount).toBe(2);
  });

  it('misses nothing but what is over its budget, and nothing at all when it is only a burst', async () => {
    const { harness, clients } = createScene({ policy: 'drop-oldest' });
    const client = await harness.connect();
    for (const n of range(0, 200)) void clients.all.message(n, filling);
    await turns();
    expect(numbers(client)).toEqual(range(0, 200));
    expect(harness.log.of('messagesDropped')).toEqual([]);
  });

  it('gets only the latest of each key, in the order of their sending', async () => {
    const { harness, clients } = createScene();
    const client = await harness.connect();
    await stall(client);
    for (const n of range(0, 50)) {
      await clients.all.with({ policy: 'latest', key: 'a' }).price('a', n);
      if (n < 10) await clients.all.with({ policy: 'latest', key: 'b' }).price('b', n);
    }
    client.transport.drain();
    await turns();
    expect(client.calls).toEqual([
      ['price', 'b', 9],
      ['price', 'a', 49],
    ]);
  });

  it('replaces a callback by itself where there is no key', async () => {
    const { harness, clients } = createScene({ policy: 'latest' });
    const client = await harness.connect();
    await stall(client);
    for (const n of range(0, 5)) {
      await clients.all.price('any', n);
      await clients.all.message(n);
    }
    client.transport.drain();
    await turns();
    expect(client.calls).toEqual([
      ['price', 'any', 4],
      ['message', 4],
    ]);
  });

  it('drops those of the same key before others', async () => {
    const { harness, clients } = createScene({ policy: 'drop-oldest' }, 20_000);
    const client = await harness.connect();
    await stall(client);
    for (const n of range(0, 3)) await clients.all.message(n, filling);
    const chatty = clients.all.with({ key: 'chatty' });
    for (const n of range(100, 130)) await chatty.message(n, filling);
    client.transport.drain();
    await turns();
    expect(numbers(client).slice(0, 3)).toEqual([0, 1, 2]);
    expect(numbers(client).at(-1)).toBe(129);
  });

  it('is told what it has missed, before what follows', async () => {
    const { harness, clients, metrics } = createScene({ policy: 'drop-oldest', tellClient: true });
    const client = await harness.connect();
    await stall(client);
    harness.clock.advance(5_000);
    for (const n of range(0, 12)) await clients.all.message(n, filling);
    client.transport.drain();
    await turns();
    const [first, ...rest] = client.calls;
    const count = 12 - rest.length;
    expect(first).toEqual([
      'minihub:dropped',
      { count, bytes: expect.any(Number), since: Date.UTC(2026, 0, 1) + 5_000 },
    ]);
    expect(rest.map(([, n]) => n)).toEqual(range(count, 12));
    expect(metrics.sum('messagesDropped')).toBe(count);
    // A second time only when it misses something again.
    await stall(client);
    await clients.all.message(99);
    client.transport.drain();
    await turns();
    expect(client.calls.at(-1)).toEqual(['message', 99]);
    expect(client.calls.filter(([name]) => name === 'minihub:dropped')).toHaveLength(1);
  });

  it('still gets answers, items, questions and acks at once', async () => {
    const { harness, clients } = createScene({ policy: 'drop-oldest' });
    const client = await harness.connect();
    await stall(client);
    for (const n of range(0, 3)) await clients.all.message(n, filling);
    client.invoke('1', 'echo');
    client.send({ type: MessageType.StreamInvocation, invocationId: '2', target: 'items', arguments: [] });
    const answer = clients.client(client.id).ask().question();
    await turns();
    expect(numbers(client)).toEqual([]);
    expect(client.completions).toMatchObject({ 1: { result: 'echo' }, 2: {} });
    const question = client.received.find((message): message is InvocationMessage => message.type === 1);
    client.send({ type: MessageType.Completion, invocationId: question?.invocationId as string, result: 7 });
    expect(await answer).toBe(7);
  });

  it('gets everything in order, though only some of it may be dropped', async () => {
    const { harness, clients } = createScene();
    const client = await harness.connect();
    await stall(client);
    await clients.all.with({ policy: 'drop-oldest' }).message(1);
    await clients.all.message(2);
    await clients.all.with({ policy: 'drop-oldest' }).message(3);
    client.transport.drain();
    await turns();
    expect(numbers(client)).toEqual([1, 2, 3]);
  });

  it('is disconnected when what may not be dropped is over the budget', async () => {
    const { harness, clients } = createScene();
    const client = await harness.connect();
    await stall(client);
    await clients.all.with({ policy: 'drop-oldest' }).message(0);
    for (const n of range(1, 30)) await clients.all.message(n, filling);
    await turns();
    expect(client.transport.ending).toEqual({ how: 'terminate' });
    expect(harness.log.of('slowClient')).toHaveLength(1);
  });

  it('misses a message that is larger than its whole budget, and stays', async () => {
    const { harness, clients } = createScene({ policy: 'latest', tellClient: true });
    const client = await harness.connect();
    await stall(client);
    await clients.all.message(1, 'x'.repeat(30_000));
    client.transport.drain();
    await turns();
    expect(client.calls).toMatchObject([['minihub:dropped', { count: 1 }]]);
  });

  it('makes the sender wait', async () => {
    const { harness, clients } = createScene({ policy: 'wait' }, 1_000_000);
    const [slow] = [await harness.connect(), await harness.connect()];
    await stall(slow);
    slow.transport.bufferedBytes = 100_000;
    const events: string[] = [];
    const sends = range(0, 3).map((n) => clients.all.message(n).then(() => events.push(`${n}`)));
    await turns();
    expect(events).toEqual([]);
    slow.transport.drain();
    await Promise.all(sends);
    expect(numbers(slow)).toEqual([0, 1, 2]);
    expect(harness.clock.pending).toBe(0);
  });

  it.each(['the deadline', 'the end of the connection'])('makes the sender wait until %s', async (end) => {
    const { harness, clients } = createScene({ policy: 'wait', waitMs: 3_000 }, 1_000_000);
    const slow = await harness.connect();
    await stall(slow);
    slow.transport.bufferedBytes = 100_000;
    let isOver = false;
    const sending = clients.all.message(1).then(() => {
      isOver = true;
    });
    harness.clock.advance(2_999);
    await turns();
    expect(isOver).toBe(false);
    if (end === 'the deadline') harness.clock.advance(1);
    else slow.transport.end({ graceful: false });
    await sending;
    expect(harness.clock.pending).toBe(0);
  });

  it('makes nobody wait when it has room', async () => {
    const { harness, clients } = createScene({ policy: 'wait' });
    await harness.connect();
    await clients.all.message(1);
    expect(harness.clock.pending).toBe(0);
  });

  it('is let go on by the tick where the transport does not say that it is empty', async () => {
    const { harness, clients } = createScene({ policy: 'drop-oldest' });
    const client = await harness.connect();
    await stall(client);
    await clients.all.message(1);
    client.transport.isStalled = false;
    client.transport.bufferedBytes = 0;
    await harness.pass(1_000);
    expect(numbers(client)).toEqual([1]);
  });

  it.each([
    [{ policy: 'all' }, 'policy'],
    [{ key: 1 }, 'key'],
    [{ waitMs: 0 }, 'waitMs'],
    [{ polcy: 'wait' }, 'polcy'],
  ])('cannot be described by %j', async (options, name) => {
    const { clients } = createScene();
    expect(() => clients.all.with(options as never)).toThrow(
      expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION', message: expect.stringContaining(`'${name}'`) }),
    );
  });
});

const anyAction = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('send' as const), kind: fc.nat({ max: 4 }), bytes: fc.nat({ max: 900 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('turn' as const, 'drain' as const, 'stall' as const, 'call' as const) }),
  },
);

describe('any schedule of sends and drains', () => {
  it('keeps the order, the budget, and count of what is missing', async () => {
    const budget = 4_000;
    await fc.assert(
      fc.asyncProperty(fc.array(anyAction, { maxLength: 120 }), async (actions) => {
        const { harness, clients } = createScene({ tellClient: true }, budget);
        const client = await harness.connect();
        const sent = new Map<number, { readonly mayGo: boolean }>();
        let calls = 0;
        for (const [n, action] of actions.entries()) {
          if (action.do === 'send') {
            const key = ['a', 'b'][action.kind - 1];
            const policy = action.kind === 0 ? 'disconnect' : action.kind < 3 ? 'latest' : 'drop-oldest';
            sent.set(n, { mayGo: policy !== 'disconnect' });
            const options = key === undefined ? { policy } : { policy, key };
            await clients.all.with(options as { policy: 'latest' }).message(n, 'x'.repeat(action.bytes));
          } else if (action.do === 'stall') client.transport.isStalled = true;
          else if (action.do === 'drain') client.transport.drain();
          else if (action.do === 'call') client.invoke(`${++calls}`, 'echo');
          else {
            await turns(1);
            const isUp = client.transport.ending === undefined;
            if (isUp) expect(harness.host.bufferedBytes).toBeLessThanOrEqual(budget);
          }
        }
        await turns();
        const wasCut = client.transport.ending !== undefined;
        client.transport.drain();
        await turns();
        client.transport.drain();
        await turns();
        const got = numbers(client) as number[];
        expect(got).toEqual([...got].sort((a, b) => a - b));
        if (wasCut) return;
        expect(Object.keys(client.completions)).toHaveLength(calls);
        const missing = [...sent.keys()].filter((n) => !got.includes(n));
        for (const n of missing) expect(sent.get(n)?.mayGo).toBe(true);
        const told = client.calls.filter(([name]) => name === 'minihub:dropped') as [string, { count: number }][];
        expect(told.reduce((sum, [, { count }]) => sum + count, 0)).toBe(missing.length);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a client that is away', () => {
  async function createStateful(maxBufferedBytes = 20_000) {
    const harness = new HubHarness(hub, { maxBufferedBytes, keepAliveIntervalMs: 0 }, false, {
      slowClients: { ...defaultSlowClients, tellClient: true },
      statefulReconnect: { ...defaultStatefulReconnect, windowMs: 60_000 },
    });
    const client = await harness.connect({ isStateful: true, version: 2 });
    return { harness, client, clients: new HubHandle<Client>(harness.host).clients };
  }

  it('is kept what must arrive, and what may be dropped within the budget, numbered without a gap', async () => {
    const { harness, client, clients } = await createStateful();
    await clients.all.message(0);
    await turns();
    client.transport.end({ graceful: false, vanished: true });
    await clients.all.message(1);
    for (const n of range(10, 60)) await clients.all.with({ policy: 'drop-oldest' }).message(n, filling);
    await clients.all.with({ policy: 'latest', key: 'k' }).message(70);
    await clients.all.with({ policy: 'latest', key: 'k' }).message(71);
    expect(harness.host.bufferedBytes).toBeLessThan(22_000);
    const transport = new MemoryTransport();
    harness.connections.get(client.id)?.reattach(transport);
    await turns();
    const back = client.on(transport);
    expect(back.received[0]).toEqual({ type: MessageType.Sequence, sequenceId: 1 });
    // What is not acknowledged counts against the budget, so the rest comes after an acknowledgement.
    const tracked = () => back.received.filter(({ type }) => type <= MessageType.CancelInvocation).length;
    expect(numbers(back)).not.toContain(71);
    back.send({ type: MessageType.Sequence, sequenceId: 1 }, { type: MessageType.Ack, sequenceId: tracked() });
    await turns();
    const got = numbers(back) as number[];
    const kept = got.slice(2, -1);
    expect(got).toEqual([0, 1, ...range(60 - kept.length, 60), 71]);
    expect(kept.length).toBeGreaterThan(10);
    // Every message that was numbered came: one more would be one too many.
    back.send({ type: MessageType.Ack, sequenceId: tracked() });
    await turns();
    expect(transport.ending).toBeUndefined();
    back.send({ type: MessageType.Ack, sequenceId: tracked() + 1 });
    await turns();
    expect(transport.ending).toBeDefined();
  });

  it('does not stop a stream or a send for ever that waited for its old socket', async () => {
    const { harness, client, clients } = await createStateful(1_000_000);
    await stall(client);
    client.transport.bufferedBytes = 100_000;
    const sending = clients.all.with({ policy: 'wait', waitMs: 1_000_000 }).message(1);
    client.transport.end({ graceful: false, vanished: true });
    harness.connections.get(client.id)?.reattach(new MemoryTransport());
    await sending;
    expect(harness.clock.pending).toBe(0);
  });
});
