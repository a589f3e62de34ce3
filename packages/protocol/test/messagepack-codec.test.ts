import { createMessagePackCodec, type HubMessage } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';

const codec = createMessagePackCodec();

function hex(bytes: string | Uint8Array): string {
  return Buffer.from(bytes as Uint8Array).toString('hex');
}

/** A frame around a body that is given in hex. */
function frame(body: string): Uint8Array {
  const bytes = Buffer.from(body.replace(/\s/g, ''), 'hex');
  if (bytes.length > 0x7f) throw new Error('only short bodies here');
  return Uint8Array.of(bytes.length, ...bytes);
}

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

describe('createMessagePackCodec', () => {
  it('writes ping in 3 bytes, close in 5, a void completion in 7', () => {
    expect(hex(codec.encode({ type: 6 }))).toBe('029106');
    expect(hex(codec.encode({ type: 7 }))).toBe('049307c0c2');
    expect(hex(codec.encode({ type: 3, invocationId: '1', result: undefined }))).toBe('06940380a13102');
  });

  it('writes into the memory that it is given, every byte of it and nothing beside it', () => {
    const sizes: number[] = [];
    const dirty = createMessagePackCodec({
      allocate: (byteLength) => {
        sizes.push(byteLength);
        return new Uint8Array(byteLength + 2).fill(0xff).subarray(1, byteLength + 1);
      },
    });
    for (const item of ['', 'x'.repeat(200), { a: [1, -1, 1.5] }]) {
      const message: HubMessage = { type: 2, invocationId: '1', item };
      const written = dirty.encode(message) as Uint8Array;
      expect(hex(written)).toBe(hex(codec.encode(message)));
      expect(sizes.pop()).toBe(written.length);
      expect([...new Uint8Array(written.buffer)].filter((_, i) => i === 0 || i > written.length)).toEqual([255, 255]);
    }
  });

  it('writes undefined as nil, as the library of the official client does', () => {
    const message: HubMessage = { type: 2, invocationId: '1', item: { a: undefined, b: [undefined] } };
    expect(hex(codec.encode(message))).toBe('0d940280a13182a161c0a16291c0');
  });

  it('writes every kind of buffer as bin, and reads bin as a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    for (const value of [bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer), new Int8Array(bytes)]) {
      const wire = codec.encode({ type: 2, invocationId: '1', item: value }) as Uint8Array;
      const [message] = decodeAll([Buffer.from(wire)]) as [{ item: Uint8Array }];
      wire.fill(0xff);
      expect(message.item).toEqual(bytes);
      expect(message.item.constructor).toBe(Uint8Array);
    }
  });

  it('writes a BigInt as a 64-bit integer, and refuses a wider one', () => {
    const wire = (item: bigint) => hex(codec.encode({ type: 2, invocationId: '1', item })).slice(12);
    expect(wire(1n)).toBe('cf0000000000000001');
    expect(wire(2n ** 64n - 1n)).toBe('cfffffffffffffffff');
    expect(wire(-(2n ** 63n))).toBe('d38000000000000000');
    for (const item of [2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => wire(item)).toThrow(expect.objectContaining({ code: 'MH_PROTO_UNENCODABLE' }));
    }
  });

  it('reads 64-bit integers beyond 2^53 with the loss of a number', () => {
    expect(decodeAll([frame('94 02 80 a131 cfffffffffffffffff')])).toMatchObject([{ item: 2 ** 64 }]);
    expect(decodeAll([frame('94 02 80 a131 d38000000000000000')])).toMatchObject([{ item: -(2 ** 63) }]);
  });

  it.each([
    ['0', 'd6ff00000000'],
    ['4294967295000', 'd6ffffffffff'],
    ['1', 'd7ff003d090000000000'],
    ['4294967296000', 'd7ff0000000100000000'],
    ['17179869183999', 'd7ffee2e1f03ffffffff'],
    ['17179869184000', 'c70cff000000000000000400000000'],
    ['-1', 'c70cff3b8b87c0ffffffffffffffff'],
  ])('writes the time %s ms as %s and reads it back', (timeMs, expected) => {
    const item = new Date(Number(timeMs));
    const wire = codec.encode({ type: 2, invocationId: '1', item });
    expect(hex(wire).slice(12)).toBe(expected);
    expect(decodeAll([wire])).toEqual([{ type: 2, invocationId: '1', item }]);
  });

  it('fails the one invocation whose value has no form here, and reads what follows', () => {
    const ping = frame('91 06');
    const cases = [
      'd405aa',
      'c70205aabb',
      '81c001',
      '8190a0',
      'd5ff0000',
      'c70cffffffffff0000000000000000',
      '91d405aa',
    ];
    for (const value of cases) {
      const out = decodeAll([frame(`96 01 80 a131 a174 92 01 ${value} 91 a178`), ping]);
      expect(out).toEqual([
        { type: 1, invocationId: '1', target: 't', arguments: [], streamIds: ['x'], bindingError: expect.anything() },
        { type: 6 },
      ]);
      expect((out[0] as { bindingError: Error }).bindingError.message).toMatch(/^Error binding arguments\./);
      expect(decodeAll([frame(`94 02 80 a131 ${value}`), ping])).toEqual([
        { type: 2, invocationId: '1', item: undefined, bindingError: expect.anything() },
        { type: 6 },
      ]);
      expect(decodeAll([frame(`95 03 80 a131 03 ${value}`), ping])).toEqual([
        { type: 3, invocationId: '1', bindingError: expect.anything() },
        { type: 6 },
      ]);
    }
  });

  it('makes __proto__ an own property, in values and in headers', () => {
    const key = `a9${Buffer.from('__proto__').toString('hex')}`;
    const [message] = decodeAll([frame(`94 02 81 ${key} a178 a131 82 ${key} 81 a161 01 01 02`)]) as [
      { item: object; headers: object },
    ];
    for (const object of [message.item, message.headers]) {
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect(Object.keys(object)).toContain('__proto__');
    }
    expect((message.item as { a?: unknown }).a).toBeUndefined();
    expect((message.item as { 1?: unknown })[1]).toBe(2);
  });

  it('refuses a length over the limit before the body comes', () => {
    const decoder = codec.createDecoder();
    decoder.push(Uint8Array.of(0x81, 0x80));
    expect(decoder.next()).toBeUndefined();
    decoder.push(Uint8Array.of(0x02));
    expect(() => decoder.next()).toThrow(
      'The maximum message size of 32768B was exceeded. The message size can be configured in AddHubOptions.',
    );
  });

  it('refuses a declared length or count that cannot be there, without allocating it', () => {
    const bombs = ['dd7fffffff', 'df7fffffff', 'dc ffff', 'c67fffffff', 'db7fffffff', 'c97fffffff05'];
    for (const bomb of bombs) {
      expect(decodeAll([frame(`94 02 80 a131 ${bomb}`)], { maxCollectionItems: 0 })).toEqual([
        'MH_PROTO_INVALID_MSGPACK: The message ends inside a MessagePack value.',
      ]);
    }
    expect(decodeAll([frame('96 01 80 a131 a174 dd7fffffff')])).toEqual([
      "MH_PROTO_INVALID_MESSAGE: Reading array length for 'arguments' failed.",
    ]);
    expect(decodeAll([frame('96 01 df7fffffff')])).toEqual([
      "MH_PROTO_INVALID_MESSAGE: Reading map length for 'headers' failed.",
    ]);
  });

  it('limits counts and nesting', () => {
    const nested = (levels: number) => frame(`94 02 80 a131 ${'91'.repeat(levels - 1)}90`);
    expect(decodeAll([nested(63)])).toMatchObject([{ type: 2 }]);
    expect(decodeAll([nested(64)])).toEqual(['MH_PROTO_LIMIT_EXCEEDED: A message nests deeper than 64 levels.']);
    const three = frame('96 01 80 c0 a174 93010203 93a161a162a163');
    expect(decodeAll([three], { maxArguments: 3, maxStreamIds: 3 })).toMatchObject([{ type: 1 }]);
    for (const limits of [{ maxArguments: 2 }, { maxStreamIds: 2 }]) {
      expect(decodeAll([three], limits)).toEqual([expect.stringMatching(/^MH_PROTO_LIMIT_EXCEEDED: .* more than 2 /)]);
    }
    expect(decodeAll([frame('95 02 82a161a178a162a178 a131 c0')], { maxHeaders: 1 })).toEqual([
      'MH_PROTO_LIMIT_EXCEEDED: A message holds more than 1 headers.',
    ]);
    for (const value of ['93010203', '83010101010101']) {
      expect(decodeAll([frame(`94 02 80 a131 ${value}`)], { maxCollectionItems: 2 })).toEqual([
        'MH_PROTO_LIMIT_EXCEEDED: An array or map holds more than 2 entries.',
      ]);
    }
    expect(
      decodeAll([Buffer.concat([frame('9106'), frame('9163'), frame('9106')])], { maxRecordsPerChunk: 2 }),
    ).toEqual([{ type: 6 }, 'MH_PROTO_LIMIT_EXCEEDED: A chunk holds more than 2 messages.']);
  });

  it('refuses text', () => {
    expect(decodeAll([frame('9106'), 'x'])).toEqual([
      { type: 6 },
      'MH_PROTO_INVALID_MSGPACK: MessagePack comes in bytes, and not as text.',
    ]);
  });

  it.each([
    [
      'a cycle',
      (() => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return cycle;
      })(),
    ],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an invalid Date', new Date(Number.NaN)],
    [
      'a getter that throws',
      {
        get x(): unknown {
          throw new Error('no');
        },
      },
    ],
  ])('refuses %s with a coded error, and goes on', (_, item) => {
    expect(() => codec.encode({ type: 2, invocationId: '1', item })).toThrow(
      expect.objectContaining({ code: 'MH_PROTO_UNENCODABLE' }),
    );
    expect(hex(codec.encode({ type: 6 }))).toBe('029106');
  });

  it('encodes while it encodes', () => {
    let inner = '';
    const item = {
      get x(): number {
        inner = hex(codec.encode({ type: 6 }));
        return 1;
      },
      y: 2,
    };
    expect(hex(codec.encode({ type: 2, invocationId: '1', item }))).toBe('0c940280a13182a17801a17902');
    expect(inner).toBe('029106');
  });

  it('keeps no reference to a chunk whose message is unfinished', () => {
    const decoder = codec.createDecoder();
    const chunk = Uint8Array.of(2, 0x91);
    decoder.push(chunk);
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(2);
    expect(() => decoder.end()).toThrow('Connection terminated while reading a message.');
    chunk.fill(0);
    decoder.push(Uint8Array.of(6));
    expect(decoder.next()).toEqual({ type: 6 });
  });
});
