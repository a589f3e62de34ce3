import {
  createJsonCodec,
  createMessagePackCodec,
  type DecoderLimits,
  type HubCodec,
  MessageType,
} from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, decodeStream } from './support/decoding.ts';
import { hubMessage, jsonValue, messagePackValue } from './support/messages.ts';

const suites: readonly [HubCodec, fc.Arbitrary<unknown>][] = [
  [createJsonCodec(), jsonValue],
  [createMessagePackCodec(), messagePackValue],
];

/** Limits that random messages do reach now and then. Those that count per chunk are off: they depend on the cuts. */
const limits = fc.record({
  maxMessageBytes: fc.constantFrom(0, 20, 60, 32_768),
  maxRecordsPerChunk: fc.constant(0),
  maxArguments: fc.constantFrom(0, 1, 256),
  maxStreamIds: fc.constantFrom(0, 1, 64),
  maxHeaders: fc.constantFrom(0, 1, 64),
  maxDepth: fc.constantFrom(0, 2, 3, 64),
  maxCollectionItems: fc.constantFrom(0, 2, 65_536),
}) as fc.Arbitrary<DecoderLimits>;

/** What a faulty peer or line does to a stream. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'insert', 'remove', 'end'),
    place: fc.nat(400),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0x1e, 0x22, 0x5b, 0x7b, 0x80, 0xc0, 0xc1, 0xd4, 0xdd, 0xdf, 0xff)),
  }),
  { maxLength: 4 },
);

function harm(stream: Uint8Array, hits: readonly { kind: string; place: number; byte: number }[]): Uint8Array {
  let bytes = [...stream];
  for (const { kind, place, byte } of hits) {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    if (kind === 'set') bytes[at] = byte;
    else if (kind === 'insert') bytes.splice(at, 0, byte);
    else if (kind === 'remove') bytes.splice(at, 1);
    else bytes = bytes.slice(0, at);
  }
  return Uint8Array.from(bytes);
}

describe.each(suites)('$name', (codec, value) => {
  const messages = fc.array(hubMessage(value), { maxLength: 5 });
  const cuts = fc.array(fc.nat(600), { maxLength: 8 });
  const encodeAll = (list: Parameters<HubCodec['encode']>[0][]) =>
    Buffer.concat(list.map((message) => Buffer.from(codec.encode(message) as Uint8Array)));

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(messages, (list) => {
        const outcome = decodeStream(codec, [encodeAll(list)], { maxDepth: 0, maxMessageBytes: 0 });
        expect(outcome).toStrictEqual({ messages: list });
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same messages and the same error for every cut of a stream, damaged or not', () => {
    fc.assert(
      fc.property(messages, damage, cuts, limits, (list, hits, places, limit) => {
        const stream = harm(encodeAll(list), hits);
        const whole = decodeStream(codec, [stream], limit);
        expect(decodeStream(codec, cut(stream, places), limit)).toStrictEqual(whole);
        expect(decodeStream(codec, cut(stream, [...stream.keys()]), limit)).toStrictEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but coded errors at random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), limits, (chunks, limit) => {
        decodeStream(codec, chunks, limit);
      }),
      { numRuns: 1_000 },
    );
  });

  it('throws nothing but coded errors at messages whose values have the wrong types', () => {
    const odd = fc.dictionary(
      fc.constantFrom('type', 'target', 'arguments', 'invocationId', 'streamIds', 'headers', 'item', 'result', 'error'),
      fc.oneof(fc.integer({ min: 0, max: 10 }), value),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(odd, fc.array(value), (record, items) => {
        const json = `${JSON.stringify(record, (_, item: unknown) => (typeof item === 'bigint' ? 0 : item))}\u001e`;
        decodeStream(codec, [codec.name === 'json' ? json : frameOf(items)]);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but coded errors when it writes whatever there is', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true });
    fc.assert(
      fc.property(anything, (item) => {
        try {
          codec.encode({ type: 2, invocationId: '1', item });
        } catch (error) {
          expect(error).toMatchObject({ code: 'MH_PROTO_UNENCODABLE' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A MessagePack message that is any array: taken out of a StreamItem, whose head is 6 bytes long. */
function frameOf(items: readonly unknown[]): Uint8Array {
  const frame = createMessagePackCodec().encode({ type: 2, invocationId: '1', item: items }) as Uint8Array;
  const prefix = frame.findIndex((byte) => byte < 0x80) + 1;
  const body = frame.subarray(prefix + 5);
  const head: number[] = [];
  for (let rest = body.length; ; rest >>>= 7) {
    head.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Uint8Array.of(...head, ...body);
}

describe('json, as text', () => {
  const codec = createJsonCodec();

  it('gives the same outcome for text, bytes and a mixture of them, cut anywhere', () => {
    const stream = fc
      .array(hubMessage(jsonValue), { maxLength: 4 })
      .map((list) => list.map((m) => codec.encode(m)).join(''));
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(300), { maxLength: 8 }),
        fc.array(fc.boolean()),
        limits,
        (text, places, kinds, limit) => {
          const whole = decodeStream(codec, [text], limit);
          expect(decodeStream(codec, [Buffer.from(text)], limit)).toStrictEqual(whole);
          expect(decodeStream(codec, cut(text, places), limit)).toStrictEqual(whole);
          // A chunk of bytes cannot hold half a surrogate pair, so cuts are made between code points.
          const parts = cut([...text].map((point) => point) as never, places) as unknown as string[][];
          const mixed = parts.map((part, i) => (kinds[i] === true ? part.join('') : Buffer.from(part.join(''))));
          expect(decodeStream(codec, mixed, limit)).toStrictEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });
});

// They are written around the value's own text, which must not show.
describe('the JSON form of an answer and of an item', () => {
  const json = createJsonCodec();
  const withForm = fc.oneof(
    jsonValue,
    fc.date({ noInvalidDate: true }),
    fc.constantFrom(
      null,
      Number.NaN,
      -0,
      [undefined],
      { a: undefined, b: () => 1 },
      { toJSON: (name: string) => name },
    ),
  );
  const headers = fc.option(fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), { nil: undefined });

  it('is that of the whole message, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), withForm, headers, (invocationId, value, given) => {
        const carried = given === undefined ? {} : { headers: given };
        const answer = { type: MessageType.Completion, ...carried, invocationId, result: value };
        expect(json.encode(answer)).toBe(`${JSON.stringify(answer)}\u001e`);
        // An item has always been told no name, and is null where it has no form.
        if (typeof (value as { toJSON?: unknown } | null)?.toJSON === 'function') return;
        const item = { type: MessageType.StreamItem, ...carried, invocationId, item: value };
        expect(json.encode(item)).toBe(`${JSON.stringify(item)}\u001e`);
      }),
      { numRuns: 500 },
    );
  });

  it('has no result where the value has no form', () => {
    for (const result of [() => 1, Symbol('s'), { toJSON: () => undefined }]) {
      expect(json.encode({ type: MessageType.Completion, invocationId: '1', result })).toBe(
        '{"type":3,"invocationId":"1"}\u001e',
      );
    }
  });
});
