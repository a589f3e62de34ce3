import { createHubServer, defaultStatefulReconnect, defineHub, type HubServer, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { Drain, toDrainOptions } from '../../src/drain.ts';
import { createRawHarness, RawPeer } from '../raw/support/raw-harness.ts';
import { createDeferred } from '../support/deferred.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

const farewell = { type: 7, allowReconnect: true };

function createScene(clientCount: number) {
  const work = createDeferred();
  const hub = defineHub()({ methods: { work: method([], () => work.promise) } });
  const harness = new HubHarness(hub, { keepAliveIntervalMs: 0 }, false, {
    statefulReconnect: { ...defaultStatefulReconnect, windowMs: 100_000 },
  });
  const clients: MemoryClient[] = [];
  const connect = async () => {
    for (let n = 0; n < clientCount; n++) clients.push(harness.open());
    await turns();
  };
  const drain = (options = {}) => new Drain([harness.host], harness.clock, toDrainOptions(options));
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      harness.clock.advance(50);
      await turns(1);
    }
  };
  return { harness, clients, connect, drain, pass, work };
}

describe('a drain', () => {
  it('moves clients at its pace, each with leave to come back', async () => {
    const { harness, clients, connect, drain, pass } = createScene(100);
    await connect();
    const draining = drain({ perSecond: 20, deadlineMs: 60_000 });
    const drained = draining.run();
    const counts: number[] = [];
    for (let second = 0; second < 6; second++) {
      counts.push(harness.host.connectionCount);
      await pass(1_000);
    }
    await drained;
    expect(counts[0]).toBe(100);
    for (const [second, count] of counts.entries()) {
      expect(Math.abs(100 - 20 * second - count)).toBeLessThanOrEqual(4);
    }
    expect(harness.host.openConnections).toBe(0);
    for (const client of clients) expect(client.received).toEqual([farewell]);
    expect(harness.clock.pending).toBe(0);
    expect(draining.leftMs).toBeGreaterThan(50_000);
  });

  it('does not move all at the same moments each time', async () => {
    const momentsOf = async () => {
      const { harness, connect, drain, pass } = createScene(10);
      await connect();
      const moments: number[] = [];
      const drained = drain({ perSecond: 10 }).run();
      for (let left = 10; harness.host.connectionCount > 0; ) {
        await pass(50);
        if (harness.host.connectionCount < left) moments.push(harness.clock.now());
        left = harness.host.connectionCount;
      }
      await pass(200);
      await drained;
      return moments.join();
    };
    const all = new Set<string>();
    for (let n = 0; n < 5; n++) all.add(await momentsOf());
    expect(all.size).toBeGreaterThan(1);
  });

  it('goes faster when it would not be done by the deadline', async () => {
    const { harness, connect, drain, pass } = createScene(100);
    await connect();
    const drained = drain({ perSecond: 1, deadlineMs: 10_000 }).run();
    await pass(4_000);
    expect(harness.host.connectionCount).toBeGreaterThan(20);
    await pass(4_100);
    await drained;
    expect(harness.host.connectionCount).toBeLessThanOrEqual(1);
  });

  it('waits for methods that run, until half of the time has passed', async () => {
    const { harness, clients, connect, drain, pass, work } = createScene(2);
    await connect();
    const [busy, other] = clients as [MemoryClient, MemoryClient];
    busy.invoke('1', 'work');
    other.invoke('2', 'work');
    const drained = drain({ deadlineMs: 10_000 }).run();
    await pass(4_000);
    expect(harness.host.connectionCount).toBe(2);
    work.resolve();
    await turns();
    await pass(1_000);
    await drained;
    expect(busy.received).toEqual([{ type: 3, invocationId: '1' }, farewell]);
  });

  it('waits no longer than half of the time', async () => {
    const { harness, clients, connect, drain, pass } = createScene(1);
    await connect();
    clients[0]?.invoke('1', 'work');
    void drain({ deadlineMs: 10_000 }).run();
    await pass(4_900);
    expect(harness.host.connectionCount).toBe(1);
    await pass(600);
    expect(harness.host.connectionCount).toBe(0);
    expect(clients[0]?.received).toEqual([farewell]);
  });

  it('gives clients that are away the time to come back', async () => {
    const { harness, drain, pass } = createScene(0);
    const client = await harness.connect({ isStateful: true, version: 2 });
    client.transport.end({ graceful: false, vanished: true });
    void drain({ deadlineMs: 10_000 }).run();
    await pass(4_000);
    expect(harness.connections.get(client.id)?.isResumable).toBe(true);
    await pass(2_000);
    expect(harness.connections.get(client.id)?.isResumable).toBe(false);
  });

  it('leaves off when it is stopped', async () => {
    const { harness, connect, drain, pass } = createScene(10);
    await connect();
    const draining = drain({ perSecond: 1, deadlineMs: 100_000 });
    const drained = draining.run();
    await pass(2_000);
    draining.stop();
    await drained;
    const left = harness.host.connectionCount;
    await pass(5_000);
    expect(harness.host.connectionCount).toBe(left);
    expect(harness.clock.pending).toBe(0);
  });

  it('tells raw clients that the server goes away, after the message that is being handled', async () => {
    const work = createDeferred();
    const { host, clock, connect } = createRawHarness({ message: () => work.promise });
    const [busy, idle] = [connect('a', new RawPeer()), connect('b', new RawPeer())];
    busy.peer.push('x');
    const drained = new Drain([host], clock, toDrainOptions({ deadlineMs: 10_000 })).run();
    for (let n = 0; n < 10; n++) clock.advance(100);
    expect([busy.peer.ending, idle.peer.ending]).toEqual([undefined, { how: 'close', code: 1001 }]);
    work.resolve();
    await turns();
    for (let n = 0; n < 10; n++) {
      clock.advance(100);
      await turns(1);
    }
    await drained;
    expect(busy.peer.ending).toEqual({ how: 'close', code: 1001 });
  });
});

describe('HubServer.drain', () => {
  const create = (clock = new FakeClock()): HubServer => createHubServer({ clock });

  it.each([{ perSecond: 0 }, { deadlineMs: -1 }, { deadlineMs: Number.NaN }, { perSecond: '5' as never }])(
    'refuses %j',
    (options) => {
      expect(() => create().drain(options)).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
    },
  );

  it('is not ready from its first moment, and closed at its end', async () => {
    const hubs = create();
    expect(hubs.isReady).toBe(true);
    const drained = hubs.drain();
    expect(hubs.isReady).toBe(false);
    expect(hubs.drain()).toBe(drained);
    await drained;
    expect(() => hubs.map('/late', defineHub()({ methods: {} }))).toThrow('closed');
  });

  it('is over when the server is closed already', async () => {
    const hubs = create();
    await hubs.close();
    await hubs.drain();
    expect(hubs.isReady).toBe(false);
  });

  it.each([{ livePath: 'live' }, { readyPath: '/ready?x' }])('refuses %j as health paths', (health) => {
    expect(() => createHubServer({ health })).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
  });
});
