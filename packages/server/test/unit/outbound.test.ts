import { createJsonCodec, createMessagePackCodec, type HubCodec, MessageType } from '@minihub/protocol';
import { defineHub } from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, type OutboxLimits } from '../../src/connection/outbox.ts';
import { HubHandle } from '../../src/hub-handle.ts';
import { Batch } from '../../src/outbound/batch.ts';
import { EncodedMessage } from '../../src/outbound/encoded-message.ts';
import { FlushQueue } from '../../src/outbound/flush-queue.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { CountingFraming, MemoryTransport } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

const json = createJsonCodec();
const one = (text: string): Batch => new Batch(undefined, Buffer.from(text));

function countingCodec(codec: HubCodec): HubCodec & { encodes: number } {
  const counting = {
    ...codec,
    encodes: 0,
    encode(message: Parameters<HubCodec['encode']>[0]) {
      counting.encodes++;
      return codec.encode(message);
    },
  };
  return counting;
}

describe('EncodedMessage', () => {
  it('encodes once per protocol, however often it is asked', () => {
    const codecs = [countingCodec(json), countingCodec(createMessagePackCodec())];
    const message = new EncodedMessage({ type: MessageType.Invocation, target: 'm', arguments: [1] });
    const first = codecs.map((codec) => message.batch(codec));
    for (let i = 0; i < 100; i++)
      for (const [n, codec] of codecs.entries()) expect(message.batch(codec)).toBe(first[n]);
    expect(codecs.map(({ encodes }) => encodes)).toEqual([1, 1]);
    expect(first[0]?.bytes).not.toEqual(first[1]?.bytes);
  });

  it('throws each time when the message cannot be encoded', () => {
    const message = new EncodedMessage({ type: MessageType.Invocation, target: 'm', arguments: [1n] });
    for (let i = 0; i < 2; i++) {
      expect(() => message.batch(json)).toThrow(expect.objectContaining({ code: 'MH_PROTO_UNENCODABLE' }));
    }
  });
});

describe('Batch', () => {
  it('is the same object for the same messages in the same order', () => {
    const [a, b] = [one('a'), one('b')];
    expect(a.extend(b)).toBe(a.extend(b));
    expect(a.extend(b)).not.toBe(b.extend(a));
    expect(a.extend(one('b'))).not.toBe(a.extend(b));
  });

  it('builds its frame once per framing', () => {
    const framing = new CountingFraming();
    const batch = one('a').extend(one('b'));
    expect(batch.framed(framing)).toBe(batch.framed(framing));
    expect(framing.wraps).toBe(1);
    expect(batch.framed(new CountingFraming()).toString()).toBe('ab');
  });

  it('keeps the messages, their order and their length, whatever was extended in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
        (sequences) => {
          const messages = ['a', 'bb', 'ccc', 'dddd', '.'].map(one);
          for (const sequence of sequences) {
            const [first, ...rest] = sequence.map((index) => messages[index] as Batch);
            const batch = rest.reduce((before, next) => before.extend(next), first as Batch);
            const texts = sequence.map((index) => messages[index]?.bytes.toString());
            expect(batch.parts().map(String)).toEqual(texts);
            expect(batch.length).toBe(sequence.length);
            expect(batch.byteLength).toBe(texts.join('').length);
            expect(batch.framed(new CountingFraming()).toString()).toBe(texts.join(''));
          }
        },
      ),
    );
  });
});

describe('FlushQueue', () => {
  it('flushes each once at the end of the turn, in order, and those added meanwhile in the next', async () => {
    const queue = new FlushQueue();
    const flushed: string[] = [];
    queue.add({
      flush: () => {
        flushed.push('a');
        queue.add({ flush: () => flushed.push('c') });
      },
    });
    queue.add({ flush: () => flushed.push('b') });
    await Promise.resolve();
    expect(flushed).toEqual([]);
    queue.flushAll();
    expect(flushed).toEqual(['a', 'b']);
    await turns(2);
    expect(flushed).toEqual(['a', 'b', 'c']);
  });
});

describe('Outbox', () => {
  const roomy: OutboxLimits = { maxJoinedBytes: 1_000, highWaterBytes: 1_000, maxBufferedBytes: 0 };

  function createOutbox(limits: Partial<OutboxLimits> = {}) {
    const transport = new MemoryTransport();
    const queue = new FlushQueue();
    let overflows = 0;
    const overflow = (): void => {
      overflows++;
    };
    const outbox = new Outbox({ overflow }, { queue, limits: { ...roomy, ...limits } });
    outbox.attach(transport, transport.framing('Text'));
    return { transport, queue, outbox, texts: () => transport.writes.map(String), overflows: () => overflows };
  }

  it('joins the messages of a turn into one write', async () => {
    const { outbox, texts } = createOutbox();
    for (const text of ['a', 'b', 'c']) outbox.add(one(text));
    expect(texts()).toEqual([]);
    await turns(1);
    expect(texts()).toEqual(['abc']);
    outbox.add(one('d'));
    await turns(1);
    expect(texts()).toEqual(['abc', 'd']);
  });

  it('writes at once what would outgrow the join limit, and keeps the order', () => {
    const { outbox, queue, texts } = createOutbox({ maxJoinedBytes: 4 });
    for (const text of ['aa', 'bb', 'c', 'ddddddd', 'e']) outbox.add(one(text));
    queue.flushAll();
    expect(texts()).toEqual(['aabb', 'c', 'ddddddd', 'e']);
  });

  it('lets pings overtake what waits', () => {
    const { outbox, queue, texts } = createOutbox();
    outbox.add(one('data'));
    outbox.writeAhead(one('ping'));
    queue.flushAll();
    expect(texts()).toEqual(['ping', 'data']);
  });

  it('asks streams to wait above the high-water mark, until the transport has drained', async () => {
    const { outbox, queue, transport } = createOutbox({ highWaterBytes: 5 });
    transport.isStalled = true;
    outbox.add(one('12345'));
    expect(outbox.whenWritable()).toBeUndefined();
    outbox.add(one('6'));
    let woken = 0;
    for (let i = 0; i < 2; i++) void outbox.whenWritable()?.then(() => woken++);
    queue.flushAll();
    await turns(1);
    expect(woken).toBe(0);
    transport.bufferedBytes = 0;
    outbox.wake();
    await turns(1);
    expect(woken).toBe(2);
    expect(outbox.whenWritable()).toBeUndefined();
  });

  it('wakes those who wait when a write has left at once', async () => {
    const { outbox, queue } = createOutbox({ highWaterBytes: 1 });
    outbox.add(one('1234'));
    const waiting = outbox.whenWritable();
    expect(waiting).toBeInstanceOf(Promise);
    queue.flushAll();
    await waiting;
  });

  it('reports an overflow above the limit only', () => {
    const { outbox, queue, transport, overflows } = createOutbox({ maxBufferedBytes: 10 });
    transport.isStalled = true;
    outbox.add(one('1234567890'));
    queue.flushAll();
    expect(overflows()).toBe(0);
    outbox.add(one('1'));
    queue.flushAll();
    expect(overflows()).toBe(1);
  });

  it('never reports one when the limit is off', () => {
    const { outbox, queue, transport, overflows } = createOutbox({ maxBufferedBytes: 0 });
    transport.isStalled = true;
    outbox.add(one('x'.repeat(1_000_000)));
    queue.flushAll();
    expect(overflows()).toBe(0);
  });
});

describe('a broadcast', () => {
  interface Client {
    message(text: string): void;
  }
  const hub = defineHub<Client>()({ methods: {} });

  // The cheap guards of the outbound design: who breaks one of these numbers pays for it with every delivery.
  it('costs one joined frame per protocol and one write per connection, however many messages and receivers', async () => {
    const harness = new HubHarness(hub);
    const { clients } = new HubHandle<Client>(harness.host);
    const framings = { Text: new CountingFraming(), Binary: new CountingFraming() };
    const receivers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => harness.connect({ framings, protocol: i % 2 ? 'json' : 'messagepack' })),
    );
    const before = { text: framings.Text.wraps, binary: framings.Binary.wraps };
    for (let i = 0; i < 10; i++) void clients.all.message(`${i}`);
    await turns();
    expect(framings.Text.wraps - before.text).toBe(1);
    expect(framings.Binary.wraps - before.binary).toBe(1);
    for (const { transport, calls } of receivers) {
      // The handshake response, and one frame.
      expect(transport.writes).toHaveLength(2);
      expect(calls).toEqual(Array.from({ length: 10 }, (_, i) => ['message', `${i}`]));
    }
    const frames = new Set(receivers.map(({ transport }) => transport.writes[1]));
    expect(frames.size).toBe(2);
  });

  it('reaches everybody in the order of the calls when some were sent more than others', async () => {
    const harness = new HubHarness(hub);
    const { clients } = new HubHandle<Client>(harness.host);
    const [a, b, c] = [await harness.connect(), await harness.connect(), await harness.connect()];
    void clients.all.message('1');
    void clients.client(b.id).message('2');
    void clients.all.message('3');
    void clients.allExcept([c.id]).message('4');
    await turns();
    expect([a, b, c].map(({ calls }) => calls.map(([, text]) => text).join(''))).toEqual(['134', '1234', '13']);
  });
});
