import { createMessagePackCodec, type StreamItemMessage } from '@minihub/protocol';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagePackValue } from './support/messages.ts';

const codec = createMessagePackCodec();

/** What the library refuses for its own reasons: the key `__proto__`. */
function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.keys(value).some(
    (key) => key === '__proto__' || hasProtoKey((value as { [key: string]: unknown })[key]),
  );
}

const value = messagePackValue.filter((candidate) => !hasProtoKey(candidate));

/** The body of a frame, without its length. */
function body(frame: Uint8Array): Uint8Array {
  return frame.subarray(frame.findIndex((byte) => byte < 0x80) + 1);
}

function frame(content: Uint8Array): Uint8Array {
  const head: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    head.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Uint8Array.from(Buffer.concat([Uint8Array.from(head), content]));
  }
}

function read(content: Uint8Array): unknown {
  const decoder = codec.createDecoder({ maxMessageBytes: 0, maxDepth: 0 });
  decoder.push(frame(content));
  return (decoder.next() as StreamItemMessage).item;
}

describe('MessagePack values, with @msgpack/msgpack as the oracle', () => {
  it('are written byte for byte as the library writes them', () => {
    fc.assert(
      fc.property(value, (item) => {
        const ours = body(codec.encode({ type: 2, invocationId: 'x', item }) as Uint8Array);
        expect(Buffer.from(ours).toString('hex')).toBe(Buffer.from(encode([2, {}, 'x', item])).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('are read by the library as they were', () => {
    fc.assert(
      fc.property(value, (item) => {
        const ours = body(codec.encode({ type: 2, invocationId: 'x', item }) as Uint8Array);
        expect(decode(ours)).toStrictEqual([2, {}, 'x', item]);
      }),
      { numRuns: 300 },
    );
  });

  it('are read as the library reads them, float32 included', () => {
    fc.assert(
      fc.property(value, fc.boolean(), (item, forceFloat32) => {
        const theirs = encode([2, {}, 'x', item], { forceFloat32 });
        expect(read(theirs)).toStrictEqual((decode(theirs) as unknown[])[3]);
      }),
      { numRuns: 500 },
    );
  });

  it('are written without members and items that are undefined becoming something else than nil', () => {
    const item = { a: undefined, b: [undefined, 1], c: null };
    expect(body(codec.encode({ type: 2, invocationId: 'x', item }) as Uint8Array)).toEqual(encode([2, {}, 'x', item]));
  });

  it('are read from every integer of 64 bits as the library reads them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (item) => {
        const theirs = encode([2, {}, 'x', item], { useBigInt64: true });
        expect(body(codec.encode({ type: 2, invocationId: 'x', item }) as Uint8Array)).toEqual(theirs);
        expect(read(theirs)).toBe((decode(theirs) as unknown[])[3]);
      }),
    );
  });
});
