import type { RawDisconnectInfo, RawHandler } from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeferred } from '../support/deferred.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { turns } from '../support/turn.ts';
import { createRawHarness, RawPeer } from './support/raw-harness.ts';

trapFaults();

/** A handler whose messages each wait until the test lets them go. */
function createSlowHandler(): RawHandler & { readonly seen: string[]; letGo(): Promise<void> } {
  const seen: string[] = [];
  let gate = createDeferred();
  return {
    seen,
    message: async (_, data) => {
      seen.push(String(data));
      await gate.promise;
    },
    async letGo() {
      const { resolve } = gate;
      gate = createDeferred();
      resolve();
      await turns();
    },
  };
}

describe('the messages of a raw connection', () => {
  it('are handled one after another, in order, each awaited', async () => {
    const handler = createSlowHandler();
    const { peer } = createRawHarness(handler).connect();
    for (const text of ['one', 'two', 'three']) peer.push(text);
    expect(handler.seen).toEqual(['one']);
    await handler.letGo();
    expect(handler.seen).toEqual(['one', 'two']);
    await handler.letGo();
    expect(handler.seen).toEqual(['one', 'two', 'three']);
  });

  it('do not wait for those of another connection', () => {
    const handler = createSlowHandler();
    const { connect } = createRawHarness(handler);
    connect('a').peer.push('one');
    connect('b').peer.push('two');
    expect(handler.seen).toEqual(['one', 'two']);
  });

  it('arrive as text, or as a buffer that is the handler’s to keep', () => {
    const seen: (string | Buffer)[] = [];
    const { peer } = createRawHarness({ message: (_, data) => seen.push(data) }).connect();
    peer.push('text');
    const slab = Buffer.from([0, 1, 2, 3]);
    peer.sink.transportData(slab.subarray(1, 3), true);
    slab.fill(9);
    expect(seen).toEqual(['text', Buffer.from([1, 2])]);
  });

  it('stop the reading when too many wait, until half of them are done', async () => {
    const handler = createSlowHandler();
    const { peer } = createRawHarness(handler, { maxPendingMessages: 4 }).connect();
    for (let i = 1; i <= 4; i++) peer.push(`${i}`);
    expect(peer.isPaused).toBe(false);
    peer.push('5');
    expect(peer.isPaused).toBe(true);
    peer.push('6, which was on its way');
    await handler.letGo();
    await handler.letGo();
    expect(peer.isPaused).toBe(true);
    await handler.letGo();
    expect(peer.isPaused).toBe(false);
  });

  it('stop the reading when those that wait are too large, until half of that is done', async () => {
    const handler = createSlowHandler();
    const { peer } = createRawHarness(handler, { maxPendingBytes: 400 }).connect();
    for (let i = 1; i <= 4; i++) peer.push('x'.repeat(100));
    expect(peer.isPaused).toBe(false);
    peer.push('y'.repeat(100));
    expect(peer.isPaused).toBe(true);
    await handler.letGo();
    expect(peer.isPaused).toBe(true);
    await handler.letGo();
    expect(peer.isPaused).toBe(false);
  });

  it('take no depth of the stack, however many there are', () => {
    let count = 0;
    const gate = createDeferred();
    const { peer } = createRawHarness({ connecting: () => gate.promise, message: () => count++ }).connect();
    for (let i = 0; i < 50_000; i++) peer.push('x');
    gate.resolve();
    return turns().then(() => expect(count).toBe(50_000));
  });

  it('wait for `connecting`', async () => {
    const gate = createDeferred();
    const seen: unknown[] = [];
    const handler: RawHandler = { connecting: () => gate.promise, message: (_, data) => seen.push(data) };
    const { peer } = createRawHarness(handler).connect();
    peer.push('early');
    await turns();
    expect(seen).toEqual([]);
    gate.resolve();
    await turns();
    expect(seen).toEqual(['early']);
  });

  it('that came before the client left are still handled', async () => {
    const handler = createSlowHandler();
    const ends: RawDisconnectInfo[] = [];
    const { connect, host } = createRawHarness({ ...handler, disconnected: (_, info) => ends.push(info) });
    const client = connect();
    client.peer.push('one');
    client.peer.push('two');
    client.peer.end({ graceful: true, code: 4005, reason: 'enough' });
    await handler.letGo();
    expect([handler.seen, ends]).toEqual([['one', 'two'], []]);
    expect([host.openConnections, client.released]).toEqual([1, 0]);
    await handler.letGo();
    expect(ends).toEqual([{ cause: 'client', code: 4005, reason: 'enough' }]);
    expect([host.openConnections, client.released]).toEqual([0, 1]);
  });
});

describe('a raw handler that throws', () => {
  const throwing = {
    'at once': () => {
      throw new RangeError('oops');
    },
    later: () => Promise.reject(new RangeError('oops')),
  } as const;

  it.each(Object.entries(throwing))('%s, ends its connection with 1011 and no other', async (_, fail) => {
    const ends: RawDisconnectInfo[] = [];
    const { connect, log, host } = createRawHarness({ message: fail, disconnected: (_, info) => ends.push(info) });
    const bystander = connect('b').peer;
    const { peer } = connect('a');
    peer.push('one');
    peer.push('two');
    await turns();
    expect(peer.ending).toEqual({ how: 'close', code: 1011 });
    expect(bystander.ending).toBeUndefined();
    expect(log.of('rawHandlerThrew')).toEqual([
      { connectionId: 'a', handler: 'message', error: new RangeError('oops') },
    ]);
    expect(ends).toMatchObject([{ cause: 'server', error: { code: 'MH_SERVER_HANDLER_FAILED' } }]);
    expect(host.openConnections).toBe(1);
  });

  it.each(Object.entries(throwing))('%s, while connecting, is not told of the end', async (_, fail) => {
    const ends: RawDisconnectInfo[] = [];
    const seen: unknown[] = [];
    const { connect, log, host } = createRawHarness({
      connecting: fail,
      message: (_, data) => seen.push(data),
      disconnected: (_, info) => ends.push(info),
    });
    const client = connect();
    client.peer.push('never seen');
    await turns();
    expect(client.peer.ending).toEqual({ how: 'close', code: 1011 });
    expect(log.of('rawHandlerThrew')).toMatchObject([{ handler: 'connecting' }]);
    expect([ends, seen, host.openConnections, host.connections.size, client.released]).toEqual([[], [], 0, 0, 1]);
  });

  it.each(Object.entries(throwing))('%s, when the connection has ended, leaves nothing behind', async (_, fail) => {
    const { connect, log, host } = createRawHarness({ disconnected: fail });
    const client = connect();
    client.peer.end();
    await turns();
    expect(log.of('rawHandlerThrew')).toMatchObject([{ handler: 'disconnected' }]);
    expect([host.openConnections, client.released]).toEqual([0, 1]);
  });

  it('after the client has left, keeps the cause and drops the rest', async () => {
    const gate = createDeferred();
    const ends: RawDisconnectInfo[] = [];
    let count = 0;
    const { connect } = createRawHarness({
      message: async () => {
        count++;
        await gate.promise;
        throw new RangeError('oops');
      },
      disconnected: (_, info) => ends.push(info),
    });
    const { peer } = connect();
    peer.push('one');
    peer.push('two');
    peer.end({ graceful: true, code: 1001 });
    gate.resolve();
    await turns();
    expect([ends, count]).toEqual([[{ cause: 'client', code: 1001, reason: '' }], 1]);
  });
});

describe('the end of a raw connection', () => {
  async function causeOf(end: (peer: RawPeer) => void): Promise<RawDisconnectInfo | undefined> {
    const ends: RawDisconnectInfo[] = [];
    const { connect } = createRawHarness({ disconnected: (_, info) => ends.push(info) });
    end(connect().peer);
    await turns();
    expect(ends).toHaveLength(1);
    return ends[0];
  }

  it('is the client’s when it closed properly', async () => {
    expect(await causeOf((peer) => peer.end({ graceful: true, code: 1005, reason: '' }))).toEqual({
      cause: 'client',
      code: 1005,
      reason: '',
    });
  });

  it('is the transport’s when no close frame came', async () => {
    const reset = new Error('read ECONNRESET');
    expect(await causeOf((peer) => peer.end({ graceful: false, vanished: true, error: reset }))).toMatchObject({
      cause: 'transport',
      error: { code: 'MH_SERVER_TRANSPORT', message: 'read ECONNRESET', cause: reset },
      code: 1006,
      reason: '',
    });
    expect(await causeOf((peer) => peer.end({ graceful: false, vanished: true, code: 1006 }))).toMatchObject({
      cause: 'transport',
      error: { code: 'MH_SERVER_TRANSPORT' },
    });
  });

  it('is the protocol’s when a frame broke its rules', async () => {
    const fault = new RangeError('Invalid opcode');
    expect(await causeOf((peer) => peer.end({ graceful: false, vanished: false, error: fault }))).toMatchObject({
      cause: 'protocol',
      error: { cause: fault },
    });
  });

  it('waits for `connecting`, and is told when that has succeeded', async () => {
    const gate = createDeferred();
    const ends: RawDisconnectInfo[] = [];
    const { connect, host } = createRawHarness({
      connecting: () => gate.promise,
      disconnected: (_, info) => ends.push(info),
    });
    connect().peer.end();
    await turns();
    expect([ends, host.connections.size, host.openConnections]).toEqual([[], 0, 1]);
    gate.resolve();
    await turns();
    expect(ends).toHaveLength(1);
    expect(host.openConnections).toBe(0);
  });

  it('is 1001 for everybody when the server shuts down, and a cut for those who stay', async () => {
    const ends: RawDisconnectInfo[] = [];
    const { connect, host } = createRawHarness({ disconnected: (_, info) => ends.push(info) });
    const polite = connect('a').peer;
    const deaf = connect('b', new RawPeer(false)).peer;
    host.shutdown();
    await turns();
    expect([polite.ending, deaf.ending]).toEqual(Array(2).fill({ how: 'close', code: 1001 }));
    expect(host.openConnections).toBe(1);
    host.terminateAll();
    await turns();
    expect(host.openConnections).toBe(0);
    expect(ends.map(({ cause }) => cause)).toEqual(['shutdown', 'shutdown']);
  });
});

describe('the pings of a raw endpoint', () => {
  it('cut off who does not answer before the next', async () => {
    const ends: RawDisconnectInfo[] = [];
    const harness = createRawHarness({ disconnected: (_, info) => ends.push(info) }, { pingIntervalMs: 10_000 });
    const { peer } = harness.connect();
    harness.advance(9_000);
    expect(peer.probes).toBe(0);
    harness.advance(1_000);
    expect(peer.probes).toBe(1);
    harness.advance(9_000);
    expect(peer.ending).toBeUndefined();
    harness.advance(1_000);
    expect(peer.ending).toEqual({ how: 'terminate' });
    await turns();
    expect(ends).toMatchObject([{ cause: 'timeout', error: { code: 'MH_SERVER_CLIENT_TIMEOUT' } }]);
  });

  it.each([
    ['an answer', (peer: RawPeer) => peer.answerProbe()],
    ['a message', (peer: RawPeer) => peer.push('x')],
    ['taking what waited for it', (peer: RawPeer) => peer.drain()],
  ] as const)('take %s as a sign of life', (_, live) => {
    const harness = createRawHarness({}, { pingIntervalMs: 10_000 });
    const { peer } = harness.connect();
    for (let i = 1; i <= 5; i++) {
      harness.advance(10_000);
      expect(peer.probes).toBe(i);
      live(peer);
    }
    expect(peer.ending).toBeUndefined();
  });

  it('leave those alone whom we do not read', async () => {
    const handler = createSlowHandler();
    const harness = createRawHarness(handler, { pingIntervalMs: 10_000, maxPendingMessages: 1 });
    const { peer } = harness.connect();
    harness.advance(10_000);
    peer.push('one');
    peer.push('two');
    expect(peer.isPaused).toBe(true);
    harness.advance(60_000);
    expect([peer.probes, peer.ending]).toEqual([1, undefined]);
    await handler.letGo();
    harness.advance(10_000);
    expect([peer.probes, peer.ending]).toEqual([2, undefined]);
  });

  it('are off at 0', () => {
    const harness = createRawHarness({}, { pingIntervalMs: 0 });
    const { peer } = harness.connect();
    harness.advance(100_000);
    expect([peer.probes, peer.ending]).toEqual([0, undefined]);
  });
});

describe('whatever happens to a raw connection, in any order', () => {
  const steps = [
    'text',
    'binary',
    'end',
    'break',
    'close',
    'tick',
    'stall',
    'drain',
    'flood',
    'turn',
    'shutdown',
  ] as const;
  const behaviours = ['fine', 'throws', 'rejects', 'closes', 'sends', 'waits'] as const;

  it('is let go exactly once, and told of its end once or, if it never began, not at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { maxLength: 30 }),
        fc.record({
          connecting: fc.constantFrom(...behaviours),
          message: fc.constantFrom(...behaviours),
          disconnected: fc.constantFrom(...behaviours),
        }),
        async (script, behaviour) => {
          const calls: string[] = [];
          const behave =
            (name: keyof typeof behaviour) => (connection: { send(text: string): void; close(): void }) => {
              calls.push(name);
              const how = behaviour[name];
              if (how === 'throws') throw new Error(name);
              if (how === 'rejects') return Promise.reject(new Error(name));
              if (how === 'closes') connection.close();
              if (how === 'sends') connection.send(name);
              return how === 'waits' ? turns(1) : undefined;
            };
          const harness = createRawHarness(
            { connecting: behave('connecting'), message: behave('message'), disconnected: behave('disconnected') },
            { pingIntervalMs: 2_000, maxPendingMessages: 2, maxBufferedBytes: 100_000 },
          );
          const client = harness.connect();
          const { peer } = client;
          const run: Record<(typeof steps)[number], () => unknown> = {
            text: () => peer.push('text'),
            binary: () => peer.push(Uint8Array.of(1)),
            end: () => peer.end({ graceful: true, code: 1000 }),
            break: () => peer.end({ graceful: false }),
            close: () => harness.endpoint.disconnectAll(),
            tick: () => harness.advance(1_000),
            stall: () => {
              peer.isStalled = true;
            },
            drain: () => peer.drain(),
            flood: () => harness.endpoint.broadcast(Buffer.alloc(60_000)),
            turn: () => turns(1),
            shutdown: () => harness.host.shutdown(),
          };
          for (const step of script) await run[step]();
          await turns(script.length + 4);
          peer.end();
          await turns(4);
          const hasBegun = behaviour.connecting !== 'throws' && behaviour.connecting !== 'rejects';
          expect(calls.filter((name) => name === 'disconnected')).toHaveLength(hasBegun ? 1 : 0);
          expect(calls[0]).toBe('connecting');
          if (hasBegun) expect(calls.at(-1)).toBe('disconnected');
          expect([client.released, harness.host.openConnections, harness.endpoint.connectionCount]).toEqual([1, 0, 0]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
