import { type HubMessage, MessageType } from '@minihub/protocol';
import {
  defaultHubLimits,
  defaultStatefulReconnect,
  defineHub,
  HubHandle,
  type HubLimits,
  method,
  type StatefulReconnect,
  stream,
} from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConnectOptions, HubHarness, MemoryClient, type ProtocolName } from '../support/hub-harness.ts';
import { MemoryTransport } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

interface Client {
  message(text: string): void;
}

function createScene(settings: Partial<StatefulReconnect> = {}, limits: Partial<HubLimits> = {}) {
  const events: string[] = [];
  const produced: number[] = [];
  const hub = defineHub<Client>()({
    connected: ({ groups, connection }) => groups.add(connection.id, 'all'),
    resumed: ({ connection }) => void events.push(`resumed ${connection.resumes}`),
    disconnected: (_, { cause, groups }) => void events.push(`disconnected by ${cause} from ${groups}`),
    methods: {
      echo: method([z.unknown()], (_, value) => value),
      note: method([z.string()], (_, text) => void events.push(text)),
      flood: stream([z.int(), z.int()], function* (_, count, size) {
        for (let n = 0; n < count; n++) {
          produced.push(n);
          yield 'x'.repeat(size);
        }
      }),
    },
  });
  const statefulReconnect = { ...defaultStatefulReconnect, ...settings };
  const harness = new HubHarness(hub, { ...defaultHubLimits, ...limits }, false, { statefulReconnect });
  const { clients } = new HubHandle<Client>(harness.host);
  const open = (options: ConnectOptions = {}): Promise<MemoryClient> =>
    harness.connect({ isStateful: true, version: 2, ...options });
  /** The connection comes back on another transport. What it gets there begins with what stands for the handshake. */
  const resume = async (client: MemoryClient): Promise<MemoryClient> => {
    const transport = new MemoryTransport();
    transport.writes.push(Buffer.alloc(0));
    harness.connections.get(client.id)?.reattach(transport);
    await turns();
    return new MemoryClient(transport, client.codec.name as ProtocolName, client.id);
  };
  const vanish = (client: MemoryClient): void => client.transport.end({ graceful: false, vanished: true });
  return { harness, clients, events, produced, open, resume, vanish };
}

const sequence = (sequenceId: number): HubMessage => ({ type: MessageType.Sequence, sequenceId });
const ack = (sequenceId: number): HubMessage => ({ type: MessageType.Ack, sequenceId });
const call = (target: string, invocationId: string | undefined, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  target,
  arguments: args,
  ...(invocationId === undefined ? undefined : { invocationId }),
});

describe.each<ProtocolName>(['json', 'messagepack'])('a resume, %s', (protocol) => {
  it('begins with the Sequence, in the first frame, and sends again what was not acknowledged, byte for byte', async () => {
    const { clients, open, resume, vanish } = createScene();
    const client = await open({ protocol });
    for (const text of ['a', 'b', 'c']) {
      void clients.all.message(text);
      await turns();
    }
    client.send(ack(1));
    const before = client.transport.writes.slice(2);
    vanish(client);
    void clients.all.message('d');
    const back = await resume(client);
    const [first] = back.received;
    expect(first).toEqual(sequence(2));
    expect(back.calls).toEqual([
      ['message', 'b'],
      ['message', 'c'],
      ['message', 'd'],
    ]);
    const resent = Buffer.concat(back.transport.writes).toString('hex');
    expect(resent).toContain(Buffer.concat(before).toString('hex'));
  });

  it('says what would be next when everything was acknowledged', async () => {
    const { clients, open, resume, vanish } = createScene();
    const client = await open({ protocol });
    void clients.all.message('a');
    await turns();
    client.send(ack(1));
    vanish(client);
    expect((await resume(client)).received).toEqual([sequence(2)]);
  });

  it('drops what it was sent twice, and what comes before the client’s Sequence', async () => {
    const { events, open, resume, vanish } = createScene();
    const client = await open({ protocol });
    client.send(call('note', undefined, 'one'), call('note', undefined, 'two'));
    vanish(client);
    const back = await resume(client);
    back.send(call('note', undefined, 'too early'));
    back.send(sequence(1), ...['one', 'two', 'three'].map((text) => call('note', undefined, text)));
    await turns();
    expect(events).toEqual(['one', 'two', 'resumed 1', 'three']);
  });
});

describe('a stateful connection', () => {
  it('acknowledges what has come within a second, once', async () => {
    const { harness, open } = createScene();
    const client = await open();
    client.send(call('note', undefined, 'a'), call('note', undefined, 'b'));
    await turns();
    expect(client.received).toEqual([]);
    await harness.pass(1_000);
    expect(client.received).toEqual([ack(2)]);
    await harness.pass(5_000);
    expect(client.received).toEqual([ack(2)]);
  });

  it('is not counted or kept when the client speaks version 1', async () => {
    const { events, open, vanish } = createScene();
    const client = await open({ version: 1 });
    client.send(call('note', undefined, 'a'), ack(99));
    vanish(client);
    await turns();
    expect(events).toEqual(['a', 'disconnected by transport from all']);
  });

  it('is ended by an Ack of what was never sent', async () => {
    const { clients, events, open } = createScene();
    const client = await open();
    void clients.all.message('a');
    await turns();
    client.send(ack(1));
    await turns();
    expect(events).toEqual([]);
    client.send(ack(2));
    await turns();
    expect(client.received.at(-1)).toMatchObject({ type: 7, error: 'Connection closed with an error.' });
    expect(events).toEqual(['disconnected by protocol from all']);
  });

  it('is ended by a Sequence that would leave a gap, and not by one that leaves none', async () => {
    const { events, open, resume, vanish } = createScene();
    const client = await open();
    client.send(call('note', undefined, 'a'));
    vanish(client);
    const back = await resume(client);
    back.send(sequence(2));
    await turns();
    vanish(back);
    (await resume(back)).send(sequence(3));
    await turns();
    expect(events).toEqual(['a', 'resumed 1', 'resumed 2', 'disconnected by protocol from all']);
  });

  it('outlives its socket to the end of the window, and not longer; `disconnected` runs once', async () => {
    const { harness, events, open, vanish } = createScene();
    const client = await open();
    vanish(client);
    await harness.pass(14_000);
    expect([events, harness.host.connectionCount]).toEqual([[], 1]);
    expect(harness.connections.get(client.id)?.isResumable).toBe(true);
    await harness.pass(1_000);
    expect([events, harness.host.connectionCount]).toEqual([['disconnected by transport from all'], 0]);
    expect(harness.connections.get(client.id)?.isResumable).toBe(false);
    await harness.pass(60_000);
    expect(events).toHaveLength(1);
    expect(harness.released).toEqual([client.id]);
  });

  it('gets a whole window again after each resume, and is not timed out for having been away', async () => {
    const { harness, events, open, resume, vanish } = createScene({ windowMs: 60_000 });
    let client = await open();
    client.send({ type: MessageType.Ping });
    for (let i = 0; i < 3; i++) {
      vanish(client);
      await harness.pass(59_000);
      client = await resume(client);
      client.send(sequence(1));
      await harness.pass(10_000);
    }
    expect(events).toEqual(['resumed 1', 'resumed 2', 'resumed 3']);
    expect(harness.host.connectionCount).toBe(1);
  });

  it.each<[string, (client: MemoryClient, harness: HubHarness) => void, string]>([
    ['a close frame', (client) => client.transport.end({ graceful: true, code: 1000 }), 'client'],
    ['a Close message', (client) => client.send({ type: MessageType.Close }), 'client'],
    ['the server’s shutdown', (_, harness) => harness.host.shutdown(), 'shutdown'],
    ['a broken message', (client) => client.transport.push('[]\u001e'), 'protocol'],
  ])('ends at once with %s', async (_, end, cause) => {
    const { harness, events, open } = createScene();
    const client = await open();
    end(client, harness);
    await turns();
    expect(events).toEqual([`disconnected by ${cause} from all`]);
    expect(harness.connections.get(client.id)?.isResumable).toBe(false);
  });

  it('is taken over by another socket while the old one is half-dead, and again during that resume', async () => {
    const { harness, clients, events, open, resume } = createScene();
    const client = await open();
    client.transport.isStalled = true;
    void clients.all.message('a');
    await turns();
    const second = await resume(client);
    expect(client.transport.ending).toEqual({ how: 'terminate' });
    // No Sequence has come from the second, and a third takes over.
    const third = await resume(second);
    expect(second.transport.ending).toEqual({ how: 'terminate' });
    third.send(sequence(1), call('echo', '1', 'here'));
    client.transport.push('{"type":1,"target":"note","arguments":["from the grave"]}\u001e');
    second.transport.push('{"type":9,"sequenceId":1}\u001e{"type":1,"target":"note","arguments":["of old"]}\u001e');
    await harness.pass(20_000);
    expect(third.calls).toEqual([['message', 'a']]);
    expect(third.completions[1]).toMatchObject({ result: 'here' });
    expect(events).toEqual(['resumed 1', 'resumed 2']);
  });

  it('makes streams wait at the limit of the buffer until the client acknowledges', async () => {
    const { produced, open } = createScene({ bufferBytes: 1_000 });
    const client = await open();
    client.send({ type: MessageType.StreamInvocation, invocationId: '7', target: 'flood', arguments: [100, 300] });
    await turns(20);
    const first = produced.length;
    expect(first).toBeGreaterThanOrEqual(3);
    expect(first).toBeLessThanOrEqual(5);
    client.send(ack(first - 1));
    await turns(20);
    expect(produced.length).toBeGreaterThan(first);
    expect(produced.length).toBeLessThanOrEqual(2 * first);
  });

  it('makes nobody wait below it', async () => {
    const { produced, open } = createScene({ bufferBytes: 100_000 });
    const client = await open();
    client.send({ type: MessageType.StreamInvocation, invocationId: '7', target: 'flood', arguments: [100, 300] });
    await turns(20);
    expect(produced).toHaveLength(100);
    expect(client.completions[7]).toEqual({ type: 3, invocationId: '7' });
  });

  it('is given up when more is kept for it than `maxBufferedBytes`', async () => {
    const { harness, clients, events, open, vanish } = createScene({}, { maxBufferedBytes: 10_000 });
    const client = await open();
    vanish(client);
    const size = '{"type":1,"target":"message","arguments":[""]}\u001e'.length;
    for (let i = 0; i < 10; i++) void clients.all.message('x'.repeat(1_000 - size));
    await turns();
    expect(events).toEqual([]);
    void clients.all.message('');
    await turns();
    expect(events).toEqual(['disconnected by slow from all']);
    expect(harness.host.openConnections).toBe(0);
  });

  it('is given up with the others that cost most when all that are away keep more than `maxTotalBytes`', async () => {
    const { harness, events, open, vanish } = createScene({ maxTotalBytes: 10_000, windowMs: 60_000 });
    const sizes = [4_000, 3_000, 2_500];
    const away: MemoryClient[] = [];
    const handle = new HubHandle<Client>(harness.host);
    for (const size of sizes) {
      const client = await open();
      void handle.clients.client(client.id).message('x'.repeat(size));
      vanish(client);
      away.push(client);
    }
    const present = await open();
    void handle.clients.client(present.id).message('x'.repeat(50_000));
    await harness.pass(1_000);
    expect(events).toEqual([]);
    const more = await open();
    void handle.clients.client(more.id).message('x'.repeat(1_000));
    vanish(more);
    await harness.pass(1_000);
    expect(events).toEqual(['disconnected by slow from all']);
    const alive = [...away, more, present].map(({ id }) => harness.connections.get(id)?.isResumable);
    expect(alive).toEqual([false, true, true, true, true]);
  });
});
