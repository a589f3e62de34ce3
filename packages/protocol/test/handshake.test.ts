import {
  createHandshakeRequestDecoder,
  createHandshakeResponseDecoder,
  handshakeRefusals,
  parseNegotiateResponse,
  recordSeparator,
} from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeAndText } from './support/decoding.ts';

describe('handshakeRefusals', () => {
  it('has the texts of ASP.NET Core', () => {
    expect(handshakeRefusals.unsupportedVersion('json', 9001)).toBe(
      "The server does not support version 9001 of the 'json' protocol.",
    );
    expect(handshakeRefusals.unsupportedProtocol('X')).toBe("The protocol 'X' is not supported.");
    expect(handshakeRefusals.binaryOverText('messagepack')).toBe(
      "Cannot use the 'messagepack' protocol on the current transport. The transport does not support 'Binary' transfer format.",
    );
    expect(handshakeRefusals.canceled).toBe('Handshake was canceled.');
    expect(handshakeRefusals.unexpected).toBe('An unexpected error occurred during connection handshake.');
  });
});

describe('createHandshakeRequestDecoder', () => {
  it('refuses an unfinished record that is too long, and says so in the cause', () => {
    const decoder = createHandshakeRequestDecoder();
    expect(decoder.push(' '.repeat(4_096))).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(4_096);
    let caught: unknown;
    try {
      decoder.push(' ');
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'MH_PROTO_HANDSHAKE', cause: { code: 'MH_PROTO_MESSAGE_TOO_LARGE' } });
  });

  it('leaves what follows as views on the chunk', () => {
    const decoder = createHandshakeRequestDecoder();
    const chunk = Buffer.from(`{"protocol":"messagepack","version":1}${recordSeparator}\u0002\u0011\u0006`);
    expect(decoder.push(chunk)).toEqual({ protocol: 'messagepack', version: 1 });
    const [rest] = decoder.takeRest() as [Uint8Array];
    expect([...rest]).toEqual([2, 0x11, 6]);
    expect(rest.buffer).toBe(chunk.buffer);
    expect(decoder.takeRest()).toEqual([]);
  });
});

describe('what comes before the hub protocol', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .dictionary(
        fc.constantFrom(
          'protocol',
          'version',
          'type',
          'error',
          'url',
          'connectionId',
          'availableTransports',
          'negotiateVersion',
        ),
        fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('json', 1, [], [{}], [null])),
      )
      .map((record) => JSON.stringify(record)),
  );

  it('fails with nothing but coded errors', () => {
    const attempts = [
      (input: string) => createHandshakeRequestDecoder().push(input + recordSeparator),
      (input: string) => createHandshakeResponseDecoder().push(Buffer.from(input + recordSeparator)),
      (input: string) => parseNegotiateResponse(input),
    ];
    const codes = ['MH_PROTO_HANDSHAKE', 'MH_PROTO_HANDSHAKE', 'MH_PROTO_NEGOTIATE'];
    fc.assert(
      fc.property(text, fc.nat(2), (input, which) => {
        try {
          attempts[which]?.(input);
        } catch (error) {
          expect(codeAndText(error).code).toBe(codes[which]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('fails with nothing but coded errors at random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 4 }), (chunks) => {
        const decoder = createHandshakeRequestDecoder({ maxBytes: 40 });
        try {
          for (const chunk of chunks) if (decoder.push(chunk) !== undefined) return;
        } catch (error) {
          expect(codeAndText(error).code).toBe('MH_PROTO_HANDSHAKE');
        }
      }),
      { numRuns: 500 },
    );
  });
});
