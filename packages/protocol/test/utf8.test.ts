import { plainUtf8, utf8Length } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Any string of code units, lone surrogates included. */
const units = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.nat(0x7f)))
  .map((list) => String.fromCharCode(...list));

/** Bytes that are likely to be almost UTF-8. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => Uint8Array.from(Buffer.from(text))),
      fc.constantFrom(
        [0xe0, 0xa0],
        [0xed, 0x9f],
        [0xed, 0xa0, 0x80],
        [0xf0, 0x90],
        [0xf4, 0x8f],
        [0xf4, 0x90],
        [0xc1],
        [0xf5],
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe('plainUtf8', () => {
  it('writes what Node writes, whatever the text', () => {
    fc.assert(
      fc.property(units, (text) => {
        const expected = Uint8Array.from(Buffer.from(text));
        expect(plainUtf8.encode(text)).toStrictEqual(expected);
        expect(utf8Length(text)).toBe(expected.length);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what Node reads, and refuses what Node refuses', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const read = (decode: () => string) => {
      try {
        return decode();
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(bytes, (input) => {
        const ours = read(() => plainUtf8.decode(input, 0, input.length));
        expect(ours).toBe(read(() => strict.decode(input)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads the part it is told, and not beyond', () => {
    const text = Uint8Array.from(Buffer.from('x中y'));
    expect(plainUtf8.decode(text, 1, 4)).toBe('中');
    expect(plainUtf8.decode(text, 2, 2)).toBe('');
    expect(() => plainUtf8.decode(text, 1, 3)).toThrow(expect.objectContaining({ code: 'MH_PROTO_INVALID_UTF8' }));
  });

  it('reads texts longer than one call can take', () => {
    const text = `${'a'.repeat(4_095)}😀${'中'.repeat(10_000)}`;
    const encoded = plainUtf8.encode(text);
    expect(plainUtf8.decode(encoded, 0, encoded.length)).toBe(text);
  });

  it('keeps a byte order mark', () => {
    expect(plainUtf8.decode(Uint8Array.of(0xef, 0xbb, 0xbf), 0, 3)).toBe('\ufeff');
  });
});
