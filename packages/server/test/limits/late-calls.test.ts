import { type HubMessage, MessageType } from '@minihub/protocol';
import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { createDeferred } from '../support/deferred.ts';
import { HubHarness } from '../support/hub-harness.ts';

function createScene(limits = {}) {
  const events: string[] = [];
  const hub = defineHub()({
    disconnected: (_, { cause }) => void events.push(`disconnected by ${cause}`),
    methods: {
      // Deaf to its signal.
      never: method([], () => new Promise(() => {})),
      note: method([], () => void events.push('note')),
    },
  });
  return { harness: new HubHarness(hub, limits), events };
}

const call = (target: string): HubMessage => ({ type: MessageType.Invocation, target, arguments: [] });

describe('disconnectGraceMs', () => {
  it('bounds how long a method that never ends holds up `disconnected` by the calls behind it', async () => {
    const { harness, events } = createScene();
    const client = await harness.connect();
    client.send(call('never'), call('note'), { type: MessageType.Close });
    client.transport.end();
    await harness.pass(29_000);
    expect([events, harness.host.openConnections]).toEqual([[], 1]);
    await harness.pass(1_000);
    expect([events, harness.host.openConnections]).toEqual([['disconnected by client'], 0]);
    expect(harness.log.of('callsDropped')).toEqual([{ connectionId: client.id, waiting: 1 }]);
  });

  it('also bounds what was not even read yet', async () => {
    const { harness, events } = createScene({ maxPendingInvocations: 1, disconnectGraceMs: 2_000 });
    const client = await harness.connect();
    client.send(call('never'), call('note'), call('note'), call('note'));
    expect(client.transport.isPaused).toBe(true);
    client.transport.end({ graceful: false, vanished: true });
    await harness.pass(2_000);
    expect([events, harness.host.openConnections]).toEqual([['disconnected by transport'], 0]);
  });

  it('waits for as long as it takes at 0', async () => {
    const { harness, events } = createScene({ disconnectGraceMs: 0 });
    const client = await harness.connect();
    client.send(call('never'), call('note'));
    client.transport.end();
    await harness.pass(600_000);
    expect([events, harness.host.openConnections]).toEqual([[], 1]);
  });

  it('does not hold up `disconnected` once the last call that waited has begun, be it one that never ends', async () => {
    const gate = createDeferred<void>();
    const events: string[] = [];
    const hub = defineHub()({
      disconnected: () => void events.push('disconnected'),
      methods: { wait: method([], () => gate.promise), never: method([], () => new Promise(() => {})) },
    });
    const harness = new HubHarness(hub);
    const client = await harness.connect();
    client.send(call('wait'), call('never'));
    client.transport.end();
    await harness.pass(0);
    expect([events, harness.host.openConnections]).toEqual([[], 1]);
    gate.resolve();
    await harness.pass(0);
    expect([events, harness.host.openConnections]).toEqual([['disconnected'], 0]);
  });

  it('does not hold up `disconnected` where no call waits', async () => {
    const { harness, events } = createScene();
    const client = await harness.connect();
    client.send(call('note'), call('never'));
    client.transport.end();
    await harness.pass(0);
    expect(events).toEqual(['note', 'disconnected by client']);
  });
});

describe('a `connected` hook that does not end', () => {
  function createLateScene(limits = {}) {
    const connected = createDeferred();
    const events: string[] = [];
    const hub = defineHub()({
      connected: async ({ signal }) => {
        signal.addEventListener('abort', () => events.push('aborted'));
        await connected.promise;
      },
      disconnected: (_, { cause }) => void events.push(`disconnected by ${cause}`),
      methods: { note: method([], () => void events.push('note')) },
    });
    return { harness: new HubHarness(hub, limits), events, connected };
  }

  it('keeps a client for as long as it stays', async () => {
    const { harness, events, connected } = createLateScene();
    const client = await harness.connect();
    client.send(call('note'));
    await harness.pass(600_000);
    expect([events, harness.host.connectionCount]).toEqual([[], 1]);
    connected.resolve();
    await harness.pass(0);
    expect(events).toEqual(['note']);
  });

  it('is told when its client has left, and waited for until `disconnectGraceMs` is over', async () => {
    const { harness, events } = createLateScene();
    const client = await harness.connect();
    client.send(call('note'));
    client.transport.end();
    await harness.pass(29_000);
    expect([events, harness.host.openConnections, harness.released]).toEqual([['aborted'], 1, []]);
    await harness.pass(1_000);
    expect([harness.host.openConnections, harness.released]).toEqual([0, [client.id]]);
    expect(harness.log.of('connectedLate')).toEqual([{ connectionId: client.id }]);
    expect(events).toEqual(['aborted']);
  });

  it('still has `disconnected` behind it when it ends after all, and nothing of what the client had sent', async () => {
    const { harness, events, connected } = createLateScene();
    const client = await harness.connect();
    client.send(call('note'));
    client.transport.end();
    await harness.pass(40_000);
    connected.resolve();
    await harness.pass(0);
    expect(events).toEqual(['aborted', 'disconnected by client']);
    expect(harness.released).toEqual([client.id]);
  });

  it('is waited for until the transport is over as well', async () => {
    const { harness } = createLateScene();
    const client = await harness.connect({ answersClose: false });
    harness.host.shutdown();
    await harness.pass(40_000);
    expect(harness.host.openConnections).toBe(1);
    client.transport.end();
    await harness.pass(0);
    expect([harness.host.openConnections, harness.released]).toEqual([0, [client.id]]);
  });

  it('is waited for for ever where `disconnectGraceMs` is 0', async () => {
    const { harness } = createLateScene({ disconnectGraceMs: 0 });
    const client = await harness.connect();
    client.transport.end();
    await harness.pass(600_000);
    expect(harness.host.openConnections).toBe(1);
  });
});

describe('maxBufferedBytes', () => {
  it('counts what is written past the outbox, as the answers to a flood of pings are', async () => {
    const { harness, events } = createScene({ maxBufferedBytes: 10_000 });
    const client = await harness.connect();
    client.transport.bufferedBytes = 10_000;
    await harness.pass(1_000);
    expect(client.transport.ending).toBeUndefined();
    client.transport.bufferedBytes = 10_001;
    await harness.pass(1_000);
    expect(client.transport.ending).toEqual({ how: 'terminate' });
    expect(events).toEqual(['disconnected by slow']);
  });
});
