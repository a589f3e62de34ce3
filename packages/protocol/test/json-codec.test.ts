import { createJsonCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';

const codec = createJsonCodec();

/** Everything that a decoder gives for the chunks, and the error at the end, if any. */
function decodeAll(chunks: readonly (string | Uint8Array)[], limits = {}): unknown[] {
  const decoder = codec.createDecoder(limits);
  const out: unknown[] = [];
  try {
    for (const chunk of chunks) {
      decoder.push(chunk);
      for (let message = decoder.next(); message !== undefined; message = decoder.next()) out.push(message);
    }
    decoder.end();
  } catch (error) {
    out.push(`${(error as { code: string }).code}: ${(error as Error).message}`);
  }
  return out;
}

describe('createJsonCodec', () => {
  it('writes the members in the order of .NET', () => {
    const message: HubMessage = {
      streamIds: ['a'],
      arguments: [1, 'Foo'],
      target: 'Target',
      invocationId: '1',
      headers: { traceparent: 'x' },
      type: MessageType.StreamInvocation,
    };
    expect(codec.encode(message)).toBe(
      '{"type":4,"headers":{"traceparent":"x"},"invocationId":"1","target":"Target","arguments":[1,"Foo"],"streamIds":["a"]}\u001e',
    );
  });

  it('leaves out stream ids and allowReconnect that say nothing', () => {
    expect(codec.encode({ type: 1, target: 't', arguments: [], streamIds: [] })).toBe(
      '{"type":1,"target":"t","arguments":[]}\u001e',
    );
    expect(codec.encode({ type: 7, allowReconnect: false })).toBe('{"type":7}\u001e');
  });

  it('writes a result that is null, and no result for undefined', () => {
    expect(codec.encode({ type: 3, invocationId: '1', result: null })).toBe(
      '{"type":3,"invocationId":"1","result":null}\u001e',
    );
    expect(codec.encode({ type: 3, invocationId: '1', result: undefined })).toBe('{"type":3,"invocationId":"1"}\u001e');
  });

  it('writes an item without a JSON form as null', () => {
    for (const item of [undefined, () => 1, Symbol('s'), { toJSON: () => undefined }]) {
      expect(codec.encode({ type: 2, invocationId: '1', item })).toBe(
        '{"type":2,"invocationId":"1","item":null}\u001e',
      );
    }
  });

  it('writes bytes as base64 text wherever they are', () => {
    const bytes = Uint8Array.of(0xfb, 0xff, 1, 2);
    const values = [
      bytes,
      Buffer.from(bytes),
      bytes.buffer,
      [{ deep: new DataView(bytes.buffer, 1, 2) }],
      Buffer.of(7),
    ];
    expect(codec.encode({ type: 1, target: 't', arguments: values })).toBe(
      '{"type":1,"target":"t","arguments":["+/8BAg==","+/8BAg==","+/8BAg==",[{"deep":"/wE="}],"Bw=="]}\u001e',
    );
  });

  it.each([
    ['a BigInt', 1n],
    [
      'a cycle',
      (() => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return cycle;
      })(),
    ],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ])('refuses %s with a coded error that has the cause', (_, value) => {
    let caught: unknown;
    try {
      codec.encode({ type: 3, invocationId: '1', result: value });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'MH_PROTO_UNENCODABLE', cause: expect.any(Error) });
  });

  it('refuses to write an error together with a result', () => {
    expect(() => codec.encode({ type: 3, invocationId: '1', error: 'e', result: 1 })).toThrow(
      "The 'error' and 'result' properties are mutually exclusive.",
    );
  });

  it('delivers the messages before a malformed one, then keeps throwing the same error', () => {
    const decoder = codec.createDecoder();
    decoder.push('{"type":6}\u001e{"type":6}\u001e{}\u001e{"type":6}\u001e');
    expect(decoder.next()).toEqual({ type: 6 });
    expect(decoder.next()).toEqual({ type: 6 });
    const errors = [0, 1, 2].map((index) => {
      try {
        return index < 2 ? decoder.next() : decoder.end();
      } catch (error) {
        return error;
      }
    });
    expect(errors[0]).toMatchObject({ message: "Missing required property 'type'." });
    expect(errors[1]).toBe(errors[0]);
    expect(errors[2]).toBe(errors[0]);
  });

  it('keeps no reference to a chunk whose record is unfinished', () => {
    const decoder = codec.createDecoder();
    const chunk = new TextEncoder().encode('{"type":6');
    decoder.push(chunk);
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(9);
    chunk.fill(0);
    decoder.push('}\u001e');
    expect(decoder.next()).toEqual({ type: 6 });
    expect(decoder.bufferedBytes).toBe(0);
  });

  it('takes chunks that are pushed before the first are read', () => {
    const decoder = codec.createDecoder();
    for (const chunk of ['{"type":', '6}', '\u001e{"ty', 'pe":7}\u001e']) decoder.push(chunk);
    expect(decoder.next()).toEqual({ type: 6 });
    expect(decoder.next()).toEqual({ type: 7 });
    expect(decoder.next()).toBeUndefined();
  });

  it('counts UTF-8 bytes against the limit, in strings and in bytes alike', () => {
    const record = JSON.stringify({ type: 1, target: '中文😀é', arguments: [] });
    const bytes = new TextEncoder().encode(`${record}\u001e`);
    const size = bytes.length - 1;
    for (const chunks of [[`${record}\u001e`], [bytes], [record.slice(0, 30), `${record.slice(30)}\u001e`]]) {
      expect(decodeAll(chunks, { maxMessageBytes: size })).toHaveLength(1);
      expect(decodeAll(chunks, { maxMessageBytes: size })[0]).toMatchObject({ target: '中文😀é' });
      expect(decodeAll(chunks, { maxMessageBytes: size - 1 })).toEqual([
        `MH_PROTO_MESSAGE_TOO_LARGE: The maximum message size of ${size - 1}B was exceeded. The message size can be configured in AddHubOptions.`,
      ]);
      expect(decodeAll(chunks, { maxMessageBytes: 0 })).toHaveLength(1);
    }
  });

  it('refuses an unfinished record as soon as it is over the limit', () => {
    expect(decodeAll(['x'.repeat(11)], { maxMessageBytes: 10 })).toEqual([
      expect.stringContaining('The maximum message size of 10B was exceeded.'),
    ]);
  });

  it('joins a surrogate pair that is split between strings', () => {
    expect(decodeAll(['{"type":1,"target":"\ud83d', '\ude00","arguments":[]}\u001e'])).toEqual([
      { type: 1, target: '😀', arguments: [] },
    ]);
  });

  it('refuses text in the middle of a character that bytes have begun', () => {
    const bytes = new TextEncoder().encode('{"type":1,"target":"中').subarray(0, -1);
    expect(decodeAll([bytes, '","arguments":[]}\u001e'])).toEqual([
      'MH_PROTO_INVALID_UTF8: The message is not valid UTF-8.',
    ]);
  });

  it('limits nesting, by what is nested and not by brackets in strings', () => {
    const nested = (levels: number) =>
      `{"type":3,"invocationId":"1","result":${'['.repeat(levels)}${']'.repeat(levels)}}\u001e`;
    expect(decodeAll([nested(63)])).toHaveLength(1);
    expect(decodeAll([nested(63)])[0]).toMatchObject({ type: 3 });
    expect(decodeAll([nested(64)])).toEqual(['MH_PROTO_LIMIT_EXCEEDED: A message nests deeper than 64 levels.']);
    expect(decodeAll([nested(64)], { maxDepth: 0 })[0]).toMatchObject({ type: 3 });
    const quoted = JSON.stringify({ type: 3, invocationId: '1', result: `${'[{'.repeat(100)}\\"` });
    expect(decodeAll([`${quoted}\u001e`])[0]).toMatchObject({ type: 3 });
    const escaped = JSON.stringify({ type: 3, invocationId: '1', result: `"${'['.repeat(100)}` });
    expect(decodeAll([`${escaped}\u001e`])[0]).toMatchObject({ type: 3 });
    const wide = JSON.stringify({ type: 1, target: 't', arguments: Array.from({ length: 100 }, () => [{}]) });
    expect(decodeAll([`${wide}\u001e`])[0]).toMatchObject({ type: 1 });
  });

  it('limits messages per chunk, skipped ones included', () => {
    const chunk = '{"type":99}\u001e'.repeat(3);
    expect(decodeAll([chunk, chunk], { maxRecordsPerChunk: 3 })).toEqual([]);
    expect(decodeAll([chunk], { maxRecordsPerChunk: 2 })).toEqual([
      'MH_PROTO_LIMIT_EXCEEDED: A chunk holds more than 2 messages.',
    ]);
  });

  it('leaves prototypes alone', () => {
    const [message] = decodeAll([
      '{"__proto__":{"x":1},"type":1,"target":"t","arguments":[{"__proto__":{"polluted":1}}]}\u001e',
    ]);
    const [value] = (message as { arguments: object[] }).arguments;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
  });
});
