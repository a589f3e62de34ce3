import { queryObjects } from 'node:v8';
import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { HubHandle } from '../../src/hub-handle.ts';
import { Batch } from '../../src/outbound/batch.ts';
import { HubHarness, type MemoryClient, type ProtocolName } from '../support/hub-harness.ts';
import { CountingFraming } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

interface Client {
  price(value: unknown): void;
}

const hub = defineHub<Client>()({ methods: { echo: method([], () => 'echo') } });

/** A hub with as many clients of each protocol, whose transports share their framings as real ones do. */
async function hubOf(counts: Partial<Record<ProtocolName, number>>) {
  const harness = new HubHarness(hub);
  const framings = { Text: new CountingFraming(), Binary: new CountingFraming() };
  const clients: MemoryClient[] = [];
  for (const [protocol, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++)
      clients.push(await harness.connect({ protocol: protocol as ProtocolName, framings }));
  }
  const wrapsBefore = framings.Text.wraps + framings.Binary.wraps;
  return {
    clients,
    all: new HubHandle<Client>(harness.host).clients.all,
    /** Frames that were built since all are connected. */
    frames: () => framings.Text.wraps + framings.Binary.wraps - wrapsBefore,
    /** What was written to each since then. */
    writes: () => clients.map(({ transport }) => transport.writes.slice(1)),
  };
}

/** How often the argument of a broadcast is read: as often as an encoding does it, for each encoding. */
async function readsOf(counts: Partial<Record<ProtocolName, number>>): Promise<number> {
  const { all, clients } = await hubOf(counts);
  let reads = 0;
  const value = {
    get read() {
      return ++reads > 0;
    },
  };
  await all.price(value);
  await turns();
  for (const { calls } of clients) expect(calls).toEqual([['price', { read: true }]]);
  return reads;
}

// Counts, so that it costs no time to look at them and no machine is too busy: see also counts.test.ts.
describe('what a broadcast costs', () => {
  it('is one encoding for each protocol, however many receive it', async () => {
    const json = await readsOf({ json: 1 });
    const pack = await readsOf({ messagepack: 1 });
    expect(await readsOf({ json: 40 })).toBe(json);
    expect(await readsOf({ messagepack: 40 })).toBe(pack);
    expect(await readsOf({ json: 20, messagepack: 20 })).toBe(json + pack);
  });

  it('is one text of its JSON', async () => {
    const { all, clients } = await hubOf({ json: 10 });
    let texts = 0;
    await all.price({ toJSON: () => ++texts });
    await turns();
    expect(clients.map(({ calls }) => calls)).toEqual(new Array(10).fill([['price', 1]]));
  });

  it('is one frame for each protocol, the same bytes for all its receivers', async () => {
    const { all, frames, writes } = await hubOf({ json: 20, messagepack: 20 });
    await all.price(1);
    await turns();
    expect(frames()).toBe(2);
    expect(new Set(writes().flat()).size).toBe(2);
  });

  it('is one write for each receiver and turn, however many messages the turn has brought', async () => {
    const { all, frames, writes } = await hubOf({ json: 20 });
    for (let i = 0; i < 16; i++) void all.price(i);
    await turns();
    expect(writes().map((list) => list.length)).toEqual(new Array(20).fill(1));
    // The 16 messages are joined once, and not for each.
    expect(frames()).toBe(1);
    expect(new Set(writes().flat()).size).toBe(1);
  });

  it('is one object that waits for each protocol and message, however many receivers wait', async () => {
    const waiting = async (count: number): Promise<number> => {
      const { all } = await hubOf({ json: count });
      for (let i = 0; i < 3; i++) void all.price(i);
      const batches = queryObjects(Batch, { format: 'count' });
      await turns();
      return batches;
    };
    const few = await waiting(1);
    expect(few).toBeGreaterThan(0);
    expect(await waiting(40)).toBe(few);
  });

  it('is nothing that stays when all is delivered', async () => {
    const { all, clients } = await hubOf({ json: 10, messagepack: 10 });
    const kept = (): number => queryObjects(Batch, { format: 'count' });
    await all.price('warm');
    await turns();
    const before = kept();
    for (let i = 0; i < 100; i++) await all.price(i);
    await turns();
    expect(clients.map(({ calls }) => calls.length)).toEqual(new Array(20).fill(101));
    expect(kept()).toBe(before);
  });
});
