import { MessageType } from '@minihub/protocol';
import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { HubHandle } from '../../src/hub-handle.ts';
import { HubHarness, type ProtocolName } from '../support/hub-harness.ts';
import { CountingFraming } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

interface Client {
  price(symbol: string, value: number): void;
  confirm(): boolean;
}

const hub = defineHub<Client>()({
  methods: {
    double: method([], ({ connection }) => connection.id.length),
    later: method([], async () => {
      await Promise.resolve();
      return 'later';
    }),
  },
});

// What a server costs, in things that can be counted: these numbers do not depend on the machine. Bench/NOTES.md has
// what each of them costs in microseconds.
describe('what a hub costs', () => {
  it('is one frame and one write for the answers to everything that one read has brought', async () => {
    const harness = new HubHarness(hub);
    const framings = { Text: new CountingFraming(), Binary: new CountingFraming() };
    const client = await harness.connect({ framings });
    const before = framings.Text.wraps;
    const invocations = Array.from({ length: 16 }, (_, i) => ({
      type: MessageType.Invocation,
      invocationId: `${i}`,
      target: i % 2 === 0 ? 'double' : 'later',
      arguments: [],
    }));
    client.send(...invocations);
    await turns();
    expect(Object.keys(client.completions)).toHaveLength(16);
    expect(client.transport.writes).toHaveLength(2);
    expect(framings.Text.wraps - before).toBe(1);
  });

  it('is the same write when they came in frames of their own in one turn', async () => {
    const harness = new HubHarness(hub);
    const client = await harness.connect();
    for (let i = 0; i < 16; i++) client.invoke(`${i}`, 'double');
    await turns();
    expect(Object.keys(client.completions)).toHaveLength(16);
    expect(client.transport.writes).toHaveLength(2);
  });

  it('is no timer, whatever the number of connections, of calls and of messages', async () => {
    const harness = new HubHarness(hub);
    const clients = await Promise.all(Array.from({ length: 50 }, () => harness.connect()));
    for (const client of clients) client.invoke('1', 'later');
    void new HubHandle<Client>(harness.host).clients.all.price('AAPL', 1);
    await turns();
    await harness.pass(20_000);
    expect(harness.clock.pending).toBe(0);
  });

  it('is one timer for all questions to clients that may take equally long, and none when they are answered', async () => {
    const harness = new HubHarness(hub);
    const clients = await Promise.all(Array.from({ length: 50 }, () => harness.connect()));
    const answers = [1, 2, 3].map(() => new HubHandle<Client>(harness.host).clients.all.ask().confirm());
    await turns();
    expect(harness.clock.pending).toBe(1);
    for (const client of clients) {
      const ids = ['s1', 's2', 's3'];
      client.send(...ids.map((invocationId) => ({ type: MessageType.Completion, invocationId, result: true })));
    }
    expect((await Promise.all(answers)).flat().filter(({ status }) => status === 'answered')).toHaveLength(150);
    expect(harness.clock.pending).toBe(0);
  });

  it.each([
    // {"type":1,"target":"price","arguments":["AAPL",187.5]} and 0x1E; {"type":3,"invocationId":"1","result":2} and 0x1E
    ['json', 55, 41],
    // A length, an array of six, and the members. A completion has its kind of result between id and result.
    ['messagepack', 27, 8],
  ] as [ProtocolName, number, number][])(
    'is %s messages of %i bytes for a callback and %i for an answer',
    async (protocol, callback, answer) => {
      const harness = new HubHarness(hub);
      const client = await harness.connect({ protocol });
      void new HubHandle<Client>(harness.host).clients.all.price('AAPL', 187.5);
      await turns();
      client.invoke('1', 'double');
      await turns();
      expect(client.transport.writes.slice(1).map((frame) => frame.length)).toEqual([callback, answer]);
    },
  );
});
