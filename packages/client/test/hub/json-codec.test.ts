import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type HubMessage, MessageType } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCodec } from '../../src/hub/json-codec.ts';

const separator = '\u001e';

const message: fc.Arbitrary<HubMessage> = fc.oneof(
  fc.record({
    type: fc.constant(MessageType.Invocation),
    target: fc.string({ unit: 'binary' }),
    arguments: fc.array(fc.jsonValue()),
  }),
  fc.record({ type: fc.constant(MessageType.StreamItem), invocationId: fc.string(), item: fc.jsonValue() }),
  fc.constant({ type: MessageType.Ping }),
);

/** Cuts a text at random places, between the halves of a surrogate pair too. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => Math.floor(cut * text.length)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length));
}

describe("the client's JSON decoder", () => {
  it('gives the same messages however the text is cut, read at once or late', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), cuts, fc.boolean(), (messages, places, isEager) => {
        const decoder = jsonCodec.createDecoder();
        const read: HubMessage[] = [];
        const pull = (): void => {
          for (let next = decoder.next(); next !== undefined; next = decoder.next()) read.push(next);
        };
        const texts = messages.map((one) => JSON.stringify(one) + separator);
        for (const piece of pieces(texts.join(''), places)) {
          decoder.push(piece);
          if (isEager) pull();
        }
        pull();
        expect(read).toEqual(messages.map((one) => JSON.parse(JSON.stringify(one))));
        expect(decoder.bufferedBytes).toBe(0);
      }),
    );
  });

  it('keeps half a message, and skips types that it does not know', () => {
    const decoder = jsonCodec.createDecoder();
    decoder.push(`{"type":77}${separator}{"ty`);
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(4);
    decoder.push(`pe":6}${separator}`);
    expect(decoder.next()).toEqual({ type: MessageType.Ping });
    expect(decoder.next()).toBeUndefined();
  });

  it('refuses what is no hub message, and binary data', () => {
    const decoder = jsonCodec.createDecoder();
    decoder.push(`{"type":1}${separator}`);
    expect(() => decoder.next()).toThrow('Not a hub message: {"type":1}');
    expect(() => decoder.push(new Uint8Array(1))).toThrow('Binary data');
  });

  it('lets go of a text that is read through', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const decoder = jsonCodec.createDecoder();
    collect();
    const before = process.memoryUsage().heapUsed;
    const readLarge = (): void => {
      const text = 'x'.repeat(16_000_000);
      decoder.push(Buffer.from(`{"type":1,"target":"m","arguments":["${text}"]}${separator}`).toString());
      expect(decoder.next()?.type).toBe(MessageType.Invocation);
      expect(decoder.next()).toBeUndefined();
    };
    readLarge();
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000);
    expect(decoder.bufferedBytes).toBe(0);
  });
});
