import { type HubMessage, MessageType } from '@minihub/protocol';
import { type DisconnectInfo, defineHub, HubError, HubHandle, method, stream, upload } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeferred } from '../support/deferred.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

trapFaults();

interface Client {
  message(text: string): void;
  question(text: string): string;
}

const call = (target: string, invocationId?: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  ...(invocationId === undefined ? undefined : { invocationId }),
  target,
  arguments: args,
});
const close: HubMessage = { type: MessageType.Close };

/** A hub whose hooks wait for the test and write down what happens. */
function createStory() {
  const events: string[] = [];
  const infos: DisconnectInfo[] = [];
  const connected = createDeferred();
  const slow = createDeferred();
  const hub = defineHub<Client>()({
    connected: async ({ groups, connection }) => {
      events.push('connecting');
      await groups.add(connection.id, 'all');
      await connected.promise;
      events.push('connected');
    },
    disconnected: (_, info) => {
      events.push('disconnected');
      infos.push(info);
    },
    methods: {
      note: method([z.string()], (_, text) => {
        events.push(text);
      }),
      slow: method([], () => slow.promise),
      ask: method([], ({ clients }) => clients.caller.ask({ timeoutMs: 0 }).question('?')),
      abort: method([], ({ connection }) => connection.abort()),
    },
  });
  return { hub, events, infos, connected, slow, harness: new HubHarness(hub) };
}

describe('a connection at its beginning', () => {
  it('is listed after the handshake, and reads on only when `connected` is done', async () => {
    const { harness, events, connected } = createStory();
    const client = harness.open({ handshake: false });
    expect([harness.host.openConnections, harness.host.connectionCount]).toEqual([1, 0]);
    client.handshake();
    client.send(call('note', '1', 'read'));
    await turns();
    expect(client.handshakeResponse).toBe('{}\u001e');
    expect(harness.host.connectionCount).toBe(1);
    expect(events).toEqual(['connecting']);
    expect(client.transport.isPaused).toBe(true);
    connected.resolve();
    await turns();
    expect(events).toEqual(['connecting', 'connected', 'read']);
    expect(client.transport.isPaused).toBe(false);
  });

  it('is closed with an error when `connected` throws, and `disconnected` is not called', async () => {
    const { harness, events, connected } = createStory();
    const client = await harness.connect();
    connected.reject(new Error('a secret'));
    await turns();
    expect(client.received).toEqual([{ type: 7, error: 'Connection closed with an error.' }]);
    expect(client.transport.ending).toEqual({ how: 'close', code: 1000 });
    expect(events).toEqual(['connecting']);
    expect(harness.released).toEqual([client.id]);
    expect(harness.log.events).toContain('connectedThrew');
    expect(await harness.host.groups.names()).toEqual([]);
  });

  it('tells the client what `connected` has thrown on purpose', async () => {
    const { harness, connected } = createStory();
    const client = await harness.connect();
    connected.reject(new HubError('Banned.'));
    await turns();
    expect(client.received).toEqual([{ type: 7, error: 'Connection closed with an error. HubException: Banned.' }]);
  });

  it('lets `connected` come to its end when the client leaves meanwhile, then calls `disconnected` once', async () => {
    const { harness, events, infos, connected } = createStory();
    const client = await harness.connect();
    client.transport.end({ graceful: false });
    await turns();
    expect(events).toEqual(['connecting']);
    expect([harness.host.openConnections, harness.host.connectionCount]).toEqual([1, 0]);
    connected.resolve();
    await turns();
    expect(events).toEqual(['connecting', 'connected', 'disconnected']);
    expect(infos).toMatchObject([{ cause: 'transport', groups: ['all'] }]);
    expect(harness.host.openConnections).toBe(0);
    expect(harness.released).toEqual([client.id]);
  });

  it('does not call `disconnected` when the client has left and then `connected` throws', async () => {
    const { harness, events, connected } = createStory();
    const client = await harness.connect();
    client.transport.end();
    connected.reject(new Error('too late'));
    await turns();
    expect(events).toEqual(['connecting']);
    expect(harness.released).toEqual([client.id]);
  });

  it('refuses to ask clients in `connected`', async () => {
    const failures: unknown[] = [];
    const hub = defineHub<Client>()({
      connected: async ({ clients }) => {
        await clients.caller
          .ask()
          .question('?')
          .catch((error) => failures.push(error));
      },
      methods: {},
    });
    await new HubHarness(hub).connect();
    expect(failures).toMatchObject([{ code: 'MH_SERVER_ASK_NOT_ALLOWED' }]);
  });

  it('still reads the answer to its close when `connected` has ended it and goes on', async () => {
    const hub = defineHub<Client>()({
      connected: ({ connection }) => {
        connection.abort();
        return new Promise(() => {});
      },
      methods: {},
    });
    const client = await new HubHarness(hub).connect({ answersClose: false });
    expect(client.transport.ending).toEqual({ how: 'close', code: 1000 });
    expect(client.transport.isPaused).toBe(false);
  });

  it('is refused and let go when its handshake is wrong, without any hook', async () => {
    const { harness, events } = createStory();
    const client = harness.open({ handshake: false });
    client.handshake(9);
    await turns();
    expect(client.handshakeResponse).toContain("does not support version 9 of the 'json' protocol");
    expect([events, harness.released, harness.host.openConnections]).toEqual([[], [client.id], 0]);
  });
});

describe('a connection at its end', () => {
  async function open(limits = {}) {
    const story = createStory();
    story.connected.resolve();
    const harness = new HubHarness(story.hub, limits);
    return { ...story, harness, client: await harness.connect() };
  }

  it('answers Close with Close, closes with 1000 and tells `disconnected` who ended it', async () => {
    const { client, infos, harness } = await open();
    client.send(close);
    await turns();
    expect(client.received).toEqual([{ type: 7 }]);
    expect(client.transport.ending).toEqual({ how: 'close', code: 1000 });
    expect(infos).toEqual([{ cause: 'client', groups: ['all'] }]);
    expect(harness.released).toEqual([client.id]);
  });

  it('is out of groups, users and counts when `disconnected` runs', async () => {
    const seen: unknown[] = [];
    const hub = defineHub<Client>()({
      connected: ({ groups, connection }) => groups.add(connection.id, 'g'),
      disconnected: async ({ groups, connection, clients }) => {
        seen.push(await groups.count('g'), await groups.of(connection.id), connection.signal.aborted);
        await clients.all.message('nobody hears it');
        seen.push(
          await clients.caller
            .ask()
            .question('?')
            .catch(({ code }) => code),
        );
      },
      methods: {},
    });
    const harness = new HubHarness(hub);
    const client = await harness.connect({ user: 'u' });
    expect(await harness.host.users.isConnected('u')).toBe(true);
    client.transport.end();
    expect(await harness.host.users.isConnected('u')).toBe(false);
    await turns();
    expect(seen).toEqual([0, [], true, 'MH_SERVER_CONNECTION_NOT_FOUND']);
  });

  it('still runs the calls that were queued when the client leaves properly, then `disconnected`', async () => {
    const { client, events, slow } = await open();
    client.send(call('slow', '1'), call('note', '2', 'a'), call('note', undefined, 'b'), close);
    client.transport.end();
    await turns();
    expect(events).toEqual(['connecting', 'connected']);
    slow.resolve();
    await turns();
    expect(events).toEqual(['connecting', 'connected', 'a', 'b', 'disconnected']);
  });

  it('runs them also when more wait than are read ahead', async () => {
    const { client, events, slow, harness } = await open({ maxPendingInvocations: 2 });
    const notes = Array.from({ length: 10 }, (_, i) => `${i}`);
    client.send(call('slow', 'x'), ...notes.map((note) => call('note', undefined, note)), close);
    expect(client.transport.isPaused).toBe(true);
    client.transport.end();
    slow.resolve();
    await turns();
    expect(events.slice(2)).toEqual([...notes, 'disconnected']);
    expect(harness.host.openConnections).toBe(0);
  });

  it.each([
    [1_000, 3],
    [0, 20],
  ])(
    'reads no further when their arguments take too much memory (maxPendingBytes: %i)',
    async (maxPendingBytes, read) => {
      const { client, events, slow, harness } = await open({ maxPendingBytes });
      const notes = Array.from({ length: 20 }, (_, i) => `${i}${'x'.repeat(400)}`);
      client.send(call('slow', 'x'));
      for (const note of notes) client.send(call('note', undefined, note));
      expect(client.transport.isPaused).toBe(maxPendingBytes > 0);
      expect(harness.connections.get(client.id)?.waitingCalls).toBe(read);
      slow.resolve();
      await turns();
      expect(events.slice(2)).toEqual(notes);
      expect(client.transport.isPaused).toBe(false);
    },
  );

  it('drops the calls that were queued when the server throws it out', async () => {
    const { client, events, slow, harness, infos } = await open();
    client.send(call('slow', '1'), call('note', '2', 'a'));
    const handle = new HubHandle<Client>(harness.host);
    expect(await handle.disconnect({ connection: client.id }, { reason: 'Too loud.' })).toBe(1);
    slow.resolve();
    await turns();
    expect(client.received).toEqual([{ type: 7, error: 'Too loud.' }]);
    expect(events.slice(2)).toEqual(['disconnected']);
    expect(infos).toEqual([{ cause: 'server', groups: ['all'] }]);
  });

  it('calls `disconnected` exactly once whatever comes together', async () => {
    const { client, events, harness } = await open();
    client.send(call('abort'), close);
    client.transport.push('{}\u001e');
    harness.host.shutdown();
    harness.host.terminateAll();
    client.transport.end();
    await harness.pass(60_000);
    expect(events.filter((event) => event === 'disconnected')).toHaveLength(1);
    expect(harness.released).toEqual([client.id]);
    expect(client.received).toEqual([{ type: 7 }]);
  });

  it('is kept until its transport is over, so that it can be cut', async () => {
    const { harness } = await open();
    const client = await harness.connect({ answersClose: false });
    harness.host.shutdown();
    await turns();
    expect(client.received).toEqual([{ type: 7, allowReconnect: true }]);
    expect(harness.host.openConnections).toBe(1);
    harness.host.terminateAll();
    expect(client.transport.ending).toEqual({ how: 'terminate' });
    await turns();
    expect(harness.host.openConnections).toBe(0);
    expect(harness.released).toContain(client.id);
  });

  it('survives a `disconnected` that throws', async () => {
    const hub = defineHub()({
      disconnected: () => {
        throw new Error('boom');
      },
      methods: {},
    });
    const harness = new HubHarness(hub);
    (await harness.connect()).transport.end();
    await turns();
    expect(harness.log.events).toContain('disconnectedThrew');
    expect(harness.host.openConnections).toBe(0);
  });

  it('is cut when more waits for it than the limit, and others go on', async () => {
    const { client, harness, infos } = await open({ maxBufferedBytes: 100_000 });
    const healthy = await harness.connect();
    const { clients } = new HubHandle<Client>(harness.host);
    client.transport.isStalled = true;
    for (let i = 0; i < 30; i++) {
      void clients.all.message('x'.repeat(10_000));
      await turns(1);
    }
    expect(client.transport.writes.length).toBeLessThan(15);
    expect(client.transport.ending?.how).toBe('terminate');
    expect(infos).toMatchObject([{ cause: 'slow', error: { code: 'MH_SERVER_SLOW_CLIENT' } }]);
    expect(healthy.calls).toHaveLength(30);
  });

  it('times out a client that has pinged, with leave to come back', async () => {
    const { client, harness, infos } = await open();
    client.send({ type: MessageType.Ping });
    await harness.pass(29_000);
    expect(harness.host.connectionCount).toBe(1);
    await harness.pass(1_000);
    expect(client.received.at(-1)).toEqual({
      type: 7,
      error: 'Connection closed with an error.',
      allowReconnect: true,
    });
    expect(infos).toMatchObject([{ cause: 'timeout' }]);
  });

  it('sends no ping to a client that does not take its data', async () => {
    const { client, harness } = await open();
    client.transport.isStalled = true;
    client.transport.bufferedBytes = 1_000_000;
    await harness.pass(40_000);
    expect(client.received).toEqual([]);
    client.transport.drain();
    await harness.pass(15_000);
    expect(client.received).toEqual([{ type: 6 }]);
  });
});

describe('calls of a connection', () => {
  it('reads the answers of clients when the queue empties because questions give their slots back', async () => {
    const story = createStory();
    story.connected.resolve();
    const harness = new HubHarness(story.hub, { maxPendingInvocations: 4 });
    const client = await harness.connect();
    // One runs, four wait: nothing more is read. When it ends all four ask, and their answers must be read.
    client.send(call('slow', '0'), ...['1', '2', '3', '4'].map((id) => call('ask', id)));
    expect(client.transport.isPaused).toBe(true);
    story.slow.resolve();
    await turns();
    expect(client.transport.isPaused).toBe(false);
    const questions = client.received.filter((message) => message.type === MessageType.Invocation);
    expect(questions).toHaveLength(4);
    for (const { invocationId = '' } of questions) {
      client.send({ type: MessageType.Completion, invocationId, result: `to ${invocationId}` });
    }
    await turns();
    expect(client.completions).toMatchObject({ 1: { result: 'to s1' }, 4: { result: 'to s4' } });
  });

  it('carries out thousands of calls behind a slow one', async () => {
    let count = 0;
    const slow = createDeferred();
    const hub = defineHub()({
      methods: { slow: method([], () => slow.promise), n: method([], () => void count++) },
    });
    const client = await new HubHarness(hub).connect();
    client.send(call('slow', '1'), ...Array.from({ length: 8_000 }, () => call('n')));
    slow.resolve();
    await turns();
    expect(count).toBe(8_000);
  });

  it('runs one after another by default, and as many as allowed', async () => {
    for (const [limit, expected] of [
      [1, 1],
      [3, 3],
    ] as const) {
      let running = 0;
      let most = 0;
      const hub = defineHub()({
        methods: {
          work: method([], async () => {
            most = Math.max(most, ++running);
            await turns(1);
            running--;
          }),
        },
      });
      const client = await new HubHarness(hub, { maxParallelInvocations: limit }).connect();
      client.send(...Array.from({ length: 9 }, (_, i) => call('work', `${i}`)));
      await turns(20);
      expect(Object.keys(client.completions)).toHaveLength(9);
      expect(most).toBe(expected);
    }
  });

  it('answers everything that one read brought in one write', async () => {
    const hub = defineHub()({ methods: { echo: method([z.number()], async (_, n) => n) } });
    const client = await new HubHarness(hub).connect();
    client.send(...Array.from({ length: 16 }, (_, i) => call('echo', `${i}`, i)));
    await turns();
    expect(client.transport.writes).toHaveLength(2);
    expect(Object.values(client.completions)).toHaveLength(16);
  });

  it('refuses two streams of one id, and a stream with the id of its call', async () => {
    const hub = defineHub()({
      methods: { two: method([upload(z.number()), upload(z.number())], () => 'never') },
    });
    const client = await new HubHarness(hub).connect();
    client.send({ ...(call('two', '1') as object), streamIds: ['a', 'a'] } as unknown as HubMessage);
    client.send({ ...(call('two', '2') as object), streamIds: ['b', '2'] } as unknown as HubMessage);
    await turns();
    expect(client.completions).toEqual({
      1: { type: 3, invocationId: '1', error: "Invocation ID 'a' is already in use." },
      2: { type: 3, invocationId: '2', error: "Invocation ID '2' is already in use." },
    });
  });

  it('fails a stream whose source is already read by someone else', async () => {
    const hub = defineHub()({
      methods: {
        locked: stream([], async () => {
          const source = new ReadableStream<number>();
          source.getReader();
          return source as unknown as AsyncIterable<number>;
        }),
      },
    });
    const client = await new HubHarness(hub).connect();
    client.send({ type: MessageType.StreamInvocation, invocationId: '1', target: 'locked', arguments: [] });
    await turns();
    expect(client.completions[1]).toMatchObject({
      error: "An unexpected error occurred invoking 'locked' on the server.",
    });
  });

  it('cancels a stream in the chunk that starts it', async () => {
    let hasEnded = false;
    const hub = defineHub()({
      methods: {
        endless: stream([], async function* () {
          try {
            for (;;) yield await Promise.resolve(1);
          } finally {
            hasEnded = true;
          }
        }),
      },
    });
    const client = await new HubHarness(hub).connect();
    client.send(
      { type: MessageType.StreamInvocation, invocationId: '1', target: 'endless', arguments: [] },
      { type: MessageType.CancelInvocation, invocationId: '1' },
    );
    await turns();
    expect(client.received).toEqual([{ type: 3, invocationId: '1' }]);
    expect(hasEnded).toBe(true);
  });

  it('holds the socket back while an upload is full, and fails the upload when the client goes', async () => {
    const go = createDeferred();
    const seen: unknown[] = [];
    const hub = defineHub()({
      methods: {
        take: method([upload(z.number())], async (_, numbers) => {
          await go.promise;
          try {
            for await (const n of numbers) seen.push(n);
          } catch (error) {
            seen.push((error as { code?: string }).code);
          }
        }),
      },
    });
    const harness = new HubHarness(hub, { uploadBufferItems: 3 });
    const client = await harness.connect();
    client.send({ ...(call('take', '1') as object), streamIds: ['u'] } as unknown as HubMessage);
    for (let item = 0; item < 10; item++) client.send({ type: MessageType.StreamItem, invocationId: 'u', item });
    expect(client.transport.isPaused).toBe(true);
    go.resolve();
    await turns();
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(client.transport.isPaused).toBe(false);
    client.transport.end({ graceful: false });
    await turns();
    expect(seen.at(-1)).toBe('MH_SERVER_CONNECTION_LOST');
    expect(harness.host.openConnections).toBe(0);
  });

  it('refuses more active calls than the limit, and goes on when some have ended', async () => {
    const gate = createDeferred();
    const hub = defineHub()({ methods: { wait: method([upload(z.number())], () => gate.promise) } });
    const client = await new HubHarness(hub, { maxActiveInvocations: 2 }).connect();
    const wait = (id: string): HubMessage =>
      ({ ...(call('wait', id) as object), streamIds: [`u${id}`] }) as unknown as HubMessage;
    client.send(wait('1'), wait('2'), wait('3'));
    await turns();
    expect(client.completions).toMatchObject({
      3: { error: expect.stringContaining('MH_SERVER_TOO_MANY_CALLS: More than 2 invocations at once.') },
    });
    gate.resolve();
    await turns();
    client.send(wait('4'));
    await turns();
    expect(client.completions[4]).toEqual({ type: 3, invocationId: '4' });
  });
});
