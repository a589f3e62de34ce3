import { createJsonCodec, type DecoderLimits, type HubCodec, MinihubError } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeUtf8 } from '../../src/session/node-utf8.ts';
import { maxPlainCallLength, plainCallIn } from '../../src/session/plain-call.ts';

const parsing = createJsonCodec({ utf8: nodeUtf8 });
const recognizing = createJsonCodec({ utf8: nodeUtf8, recognize: plainCallIn });

/** Everything that can be seen of reading `bytes`: messages, what was skipped, the error with its code. */
function read(codec: HubCodec, bytes: Uint8Array, limits: Partial<DecoderLimits> = {}): unknown {
  const decoder = codec.createDecoder(limits);
  const messages: unknown[] = [];
  try {
    decoder.push(bytes);
    for (let message = decoder.next(); message !== undefined; message = decoder.next()) messages.push(message);
    return { messages, skipped: decoder.skippedMessages };
  } catch (error) {
    return { messages, error: MinihubError.is(error) ? [error.code, error.message] : error };
  }
}

const string = fc.oneof(
  fc.constantFrom(
    '"echo"',
    '"1"',
    '""',
    '"a\\"b"',
    '"\\u0041"',
    '"\\\\"',
    '"\u2028"',
    '"a\tb"',
    '"\u007f"',
    '"],["',
    '"',
  ),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.string({ unit: 'binary' }).map((text) => `"${text}"`),
);
const value = fc.oneof(
  { weight: 6, arbitrary: string },
  fc.constantFrom(
    '1',
    '-0',
    '1e999',
    '12345678901234567890',
    'null',
    '{}',
    '{"__proto__":1}',
    '[]',
    '[["a"]]',
    'x',
    '',
  ),
);
const list = fc.array(value, { maxLength: 3 }).map((values) => `[${values.join(',')}]`);
const member = fc.oneof(
  fc.constantFrom(
    '"type":1',
    '"type":6',
    '"type":"1"',
    '"type":1.0',
    '"headers":{}',
    '"__proto__":{"type":1}',
    '"x":[1]',
  ),
  fc
    .tuple(fc.constantFrom('target', 'invocationId', 'streamIds', 'ta\\u0072get'), value)
    .map(([name, of]) => `"${name}":${of}`),
  list.map((values) => `"arguments":${values}`),
);
/** The two usual orders, other orders, and members that are missing, doubled or unknown. */
const members = fc.oneof(
  fc
    .tuple(string, string, list)
    .map(([id, target, values]) => ['"type":1', `"invocationId":${id}`, `"target":${target}`, `"arguments":${values}`]),
  fc
    .tuple(list, string, string)
    .map(([values, id, target]) => [`"arguments":${values}`, `"invocationId":${id}`, `"target":${target}`, '"type":1']),
  fc.array(member, { maxLength: 6 }),
);
const record = fc
  .tuple(members, fc.constantFrom(',', ',', ',', ', ', ',,'), fc.constantFrom('}', '}', '}', '} ', '', '}}', ',}'))
  .map(([parts, comma, end]) => `{${parts.join(comma)}${end}`);
/** One byte in a text is another one, now and then: what comes of it may be no UTF-8. */
const bytes = fc
  .tuple(
    fc.array(record, { minLength: 1, maxLength: 3 }),
    fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))),
  )
  .map(([records, change]) => {
    const buffer = Buffer.from(records.map((text) => `${text}\u001e`).join(''));
    if (change !== null) buffer[change[0] % buffer.length] = change[1];
    return buffer;
  });

describe('plainCallIn', () => {
  it.each([
    '{"type":1,"invocationId":"7","target":"echo","arguments":["hello"]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":["hello","你好"]}',
    '{"arguments":["hello"],"invocationId":"7","target":"echo","type":1}',
    '{"arguments":["","hello"],"invocationId":"7","target":"echo","type":1}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":[]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":[1,{"a":["b"]},null]}',
    '{"arguments":["a","b","c"],"invocationId":"7","target":"echo","type":1}',
  ])('recognises %s', (text) => {
    expect(plainCallIn(text)).toEqual({
      type: 1,
      target: 'echo',
      invocationId: '7',
      arguments: (JSON.parse(text) as { arguments: unknown[] }).arguments,
    });
  });

  it.each([
    '{"type":1,"invocationId":"","target":"echo","arguments":["hello"]}',
    '{"type":1,"invocationId":"7","target":"","arguments":["hello"]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":["a\\nb"]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":["a\nb"]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":["hello"]}\n',
    '{"type":1,"invocationId":"7","target":"echo","arguments":["hello"],"type":1}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":[1],"x":[2]}',
    '{"type":1,"invocationId":"7","target":"echo","arguments":[01]}',
    '{"arguments":[1],"type":6,"x":[2],"invocationId":"7","target":"echo","type":1}',
    '{"arguments":["hello"],"invocationId":"7","target":"echo","type":1,"target":"other"}',
  ])('leaves %j to the parser', (text) => {
    expect(plainCallIn(text)).toBeUndefined();
  });

  it('leaves long texts to the parser, so that a part of a text keeps little in memory', () => {
    const around = '{"type":1,"invocationId":"7","target":"echo","arguments":[""]}'.length;
    const textOf = (length: number): string =>
      `{"type":1,"invocationId":"7","target":"echo","arguments":["${'x'.repeat(length - around)}"]}`;
    expect(plainCallIn(textOf(maxPlainCallLength))).toBeDefined();
    expect(plainCallIn(textOf(maxPlainCallLength + 1))).toBeUndefined();
  });

  it('changes nothing of what is read, whatever comes', () => {
    fc.assert(
      fc.property(bytes, (chunk) => {
        expect(read(recognizing, chunk)).toStrictEqual(read(parsing, chunk));
      }),
      { numRuns: 3_000 },
    );
  });

  it('changes nothing of the limits', () => {
    const limits = fc.record({
      maxArguments: fc.nat({ max: 2 }),
      maxDepth: fc.nat({ max: 3 }),
      maxMessageBytes: fc.constantFrom(0, 60, 80),
      maxRecordsPerChunk: fc.nat({ max: 2 }),
    });
    fc.assert(
      fc.property(bytes, limits, (chunk, given) => {
        expect(read(recognizing, chunk, given)).toStrictEqual(read(parsing, chunk, given));
      }),
      { numRuns: 2_000 },
    );
  });
});
