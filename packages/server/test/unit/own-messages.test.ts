import { MessageType } from '@minihub/protocol';
import { defineHub, method } from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Outbox } from '../../src/connection/outbox.ts';
import { HubHandle } from '../../src/hub-handle.ts';
import { Batch } from '../../src/outbound/batch.ts';
import { FlushQueue } from '../../src/outbound/flush-queue.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { CountingFraming, MemoryTransport } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

describe('messages for one connection alone', () => {
  it('leave in their order among those for many, none missing, whatever the limit of a write', () => {
    const text = fc.constantFrom('a', 'bc', 'é', '好', '😀', 'eleven\u001e----');
    const steps = fc.array(fc.record({ text, isShared: fc.boolean(), isFlush: fc.boolean() }), { maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 20, 1_000), (list, maxJoinedBytes) => {
        const transport = new MemoryTransport();
        const queue = new FlushQueue();
        const limits = { maxJoinedBytes, highWaterBytes: 1_000, maxBufferedBytes: 0 };
        const outbox = new Outbox({ overflow() {} }, { queue, limits });
        outbox.attach(transport, transport.framing('Text'));
        let bytes = 0;
        for (const step of list) {
          const encoded = Buffer.from(step.text);
          bytes += encoded.length;
          if (step.isShared) outbox.add(new Batch(undefined, encoded));
          else outbox.addText(step.text, encoded.length);
          if (step.isFlush) queue.flushAll();
        }
        const written = (): Buffer => Buffer.concat(transport.writes);
        expect(outbox.bufferedBytes + written().length).toBe(bytes);
        queue.flushAll();
        expect(written().toString()).toBe(Buffer.concat(list.map((step) => Buffer.from(step.text))).toString());
        expect(outbox.bufferedBytes).toBe(0);
      }),
    );
  });
});

interface Client {
  message(text: string): void;
}

const hub = defineHub<Client>()({
  methods: { echo: method([z.string()], (_, text) => text) },
});

describe('a receiver that was sent what others were sent', () => {
  it('shares their frame, and whoever was also answered has one of its own, in the order of the calls', async () => {
    const harness = new HubHarness(hub);
    const { clients } = new HubHandle<Client>(harness.host);
    const framings = { Text: new CountingFraming(), Binary: new CountingFraming() };
    const receivers = [];
    for (let i = 0; i < 6; i++) receivers.push(await harness.connect({ framings }));
    const before = framings.Text.wraps;
    void clients.all.message('1');
    receivers[2]?.invoke('a', 'echo', '2');
    void clients.all.message('3');
    receivers[4]?.invoke('b', 'echo', '4');
    await turns();
    const seen = receivers.map(({ received }) =>
      received.map((message) => {
        if (message.type === MessageType.Invocation) return message.arguments[0];
        return message.type === MessageType.Completion ? message.result : message.type;
      }),
    );
    const shared = ['1', '3'];
    expect(seen).toEqual([shared, shared, ['1', '2', '3'], shared, ['1', '3', '4'], shared]);
    expect(framings.Text.wraps - before).toBe(3);
    expect(new Set(receivers.map(({ transport }) => transport.writes[1])).size).toBe(3);
  });

  it('does not wait for the interval with something urgent, although the one before it had to do nothing', async () => {
    const flushQueue = new FlushQueue({ intervalMs: 1_000, clock: new FakeClock() });
    const harness = new HubHarness(hub, {}, false, { flushQueue });
    const { clients } = new HubHandle<Client>(harness.host);
    const receivers = [await harness.connect(), await harness.connect(), await harness.connect()];
    void clients.all.message('patient');
    // This one is to be flushed at the end of the turn already; what the others hold is the same.
    receivers[0]?.invoke('1', 'echo', 'soon');
    void clients.all.with({ urgent: true }).message('urgent');
    await turns();
    for (const { calls } of receivers) expect(calls.map(([, text]) => text)).toEqual(['patient', 'urgent']);
  });
});
