import {
  createHandshakeRequestDecoder,
  createHandshakeResponseDecoder,
  createJsonCodec,
  createMessagePackCodec,
  type DecoderLimits,
  decideNegotiate,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
  encodeNegotiateResponse,
  findQueryValue,
  type HandshakeRequest,
  type HandshakeResponse,
  type HubMessage,
  type NegotiateResponse,
  type NegotiateRules,
  parseNegotiateResponse,
} from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import { type Chunk, codeAndText, cut, decodeStream } from './support/decoding.ts';
import { readVectors, revive } from './support/vectors.ts';

interface Vector {
  readonly name: string;
  readonly section: string;
  readonly direction: 'both' | 'decode';
  readonly wire?: string;
  readonly hex?: string;
  readonly error?: { readonly code: string; readonly text: string };
}

interface MessageVector extends Vector {
  readonly messages: readonly unknown[];
  readonly limits?: Partial<DecoderLimits>;
}

interface HandshakeVector extends Vector {
  readonly role: 'request' | 'response';
  readonly value?: unknown;
  readonly rest?: string;
  readonly restHex?: string;
  readonly maxBytes?: number;
}

function wireBytes({ wire, hex }: { wire?: string | undefined; hex?: string | undefined }): Uint8Array {
  return wire === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(wire);
}

/** The stream whole, in bytes one by one, and in two parts at every place; as text too, where it is text. */
function* splits(vector: Vector): Generator<Chunk[]> {
  const streams = vector.wire === undefined ? [wireBytes(vector)] : [wireBytes(vector), vector.wire];
  for (const stream of streams) {
    yield [stream];
    yield cut(stream as Uint8Array, [...Array(stream.length).keys()]);
    for (let place = 0; place <= stream.length; place++) yield cut(stream as Uint8Array, [place]);
  }
}

const codecs = [createJsonCodec(), createMessagePackCodec()];

for (const codec of codecs) {
  describe(`vectors of ${codec.name}`, () => {
    const vectors = readVectors<MessageVector>(`${codec.name}.json`);

    it.each(vectors)('reads, however it is cut ($section): $name', (vector) => {
      const expected = { messages: revive(vector.messages), ...(vector.error && { error: vector.error }) };
      for (const chunks of splits(vector)) {
        expect(decodeStream(codec, chunks, vector.limits)).toStrictEqual(expected);
      }
    });

    it.each(vectors.filter(({ direction }) => direction === 'both'))('writes ($section): $name', (vector) => {
      const encoded = vector.messages.map((message) => Buffer.from(codec.encode(revive(message) as HubMessage)));
      expect(Buffer.concat(encoded).toString('hex')).toBe(Buffer.from(wireBytes(vector)).toString('hex'));
    });

    it('has a name of its own for each', () => {
      expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    });
  });
}

describe('vectors of the handshake', () => {
  const vectors = readVectors<HandshakeVector>('handshake.json');

  it.each(vectors)('reads a $role, however it is cut: $name', (vector) => {
    const rest = Buffer.from(wireBytes({ wire: vector.rest, hex: vector.restHex })).toString('hex');
    const expected = vector.error ?? { value: vector.value, rest };
    for (const chunks of splits(vector)) expect(readHandshake(vector, chunks)).toStrictEqual(expected);
  });

  it.each(vectors.filter(({ direction }) => direction === 'both'))('writes a $role: $name', ({ role, value, wire }) => {
    const encoded =
      role === 'request'
        ? encodeHandshakeRequest(value as HandshakeRequest)
        : encodeHandshakeResponse(value as HandshakeResponse);
    expect(encoded).toBe(wire);
  });
});

/** What comes of the chunks; those behind the one that ends the record belong to the rest. */
function readHandshake(vector: HandshakeVector, chunks: readonly Chunk[]): unknown {
  const options = vector.maxBytes === undefined ? {} : { maxBytes: vector.maxBytes };
  const decoder =
    vector.role === 'request' ? createHandshakeRequestDecoder(options) : createHandshakeResponseDecoder(options);
  let value: unknown = null;
  const rest: Chunk[] = [];
  try {
    for (const chunk of chunks) {
      if (value !== null) {
        rest.push(chunk);
        continue;
      }
      value = decoder.push(chunk) ?? null;
      if (value !== null) rest.push(...decoder.takeRest());
    }
  } catch (error) {
    return codeAndText(error);
  }
  return { value, rest: Buffer.concat(rest.map((chunk) => Buffer.from(chunk as Uint8Array))).toString('hex') };
}

interface RequestVector {
  readonly name: string;
  readonly query: string;
  readonly rules: NegotiateRules;
  readonly decision: unknown;
}

interface ResponseVector extends Vector {
  readonly text: string;
  readonly response?: NegotiateResponse;
}

describe('vectors of negotiate', () => {
  const responses = readVectors<ResponseVector>('negotiate.json', 'responses');

  it.each(readVectors<RequestVector>('negotiate.json', 'requests'))('decides: $name', ({ query, rules, decision }) => {
    const entries = new URLSearchParams(query);
    const values = {
      negotiateVersion: findQueryValue(entries, 'negotiateVersion'),
      useStatefulReconnect: findQueryValue(entries, 'useStatefulReconnect'),
    };
    expect(decideNegotiate(values, rules)).toStrictEqual(decision);
  });

  it.each(responses)('reads: $name', ({ text, response, error }) => {
    let outcome: unknown;
    try {
      outcome = parseNegotiateResponse(text);
    } catch (thrown) {
      outcome = codeAndText(thrown);
    }
    expect(outcome).toStrictEqual(error ?? response);
  });

  it.each(responses.filter(({ direction }) => direction === 'both'))('writes: $name', ({ text, response }) => {
    expect(encodeNegotiateResponse(response as NegotiateResponse)).toBe(text);
  });
});
