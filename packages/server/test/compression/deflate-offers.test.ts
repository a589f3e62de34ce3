import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreeOnDeflate } from '../../src/http/deflate-offers.ts';

const plain = 'permessage-deflate';
const agreed = `${plain}; server_no_context_takeover; client_no_context_takeover`;

describe('agreeOnDeflate', () => {
  it.each([
    [plain, agreed, 15],
    [`${plain}; server_no_context_takeover; client_no_context_takeover`, agreed, 15],
    [`${plain}; client_max_window_bits`, agreed, 15],
    [`${plain}; server_max_window_bits=8; client_max_window_bits`, `${agreed}; server_max_window_bits=8`, 8],
    [`${plain}; client_max_window_bits="15"`, `${agreed}; client_max_window_bits=15`, 15],
    [`${plain}; server_max_window_bits=10, ${plain}`, `${agreed}; server_max_window_bits=10`, 10],
    [`bzip, PerMessage-Deflate; client_max_window_bits=9`, `${agreed}; client_max_window_bits=9`, 15],
  ])('accepts %s', (offers, extensions, windowBits) => {
    expect(agreeOnDeflate(offers)).toEqual({ extensions, windowBits });
    expect(agreeOnDeflate(offers.replaceAll(/[;=,]/g, ' \t$& '))).toEqual({ extensions, windowBits });
  });

  it.each([
    ['', 'nothing'],
    ['x-webkit-deflate-frame', 'another extension'],
    [`${plain}; foo`, 'an unknown parameter'],
    [`${plain}; foo=9`, 'an unknown parameter with a value'],
    [`${plain};`, 'an empty parameter'],
    [`${plain}; server_no_context_takeover=1`, 'a value where there is none'],
    [`${plain}; server_max_window_bits`, 'no value where there must be one'],
    [`${plain}; server_max_window_bits=`, 'an empty value'],
    [`${plain}; server_max_window_bits=16`, 'a window that is too large'],
    [`${plain}; server_max_window_bits=9=9`, 'two values'],
    [`${plain}; client_max_window_bits=08`, 'a leading zero'],
    [`${plain}; client_max_window_bits; client_max_window_bits=9`, 'a parameter twice'],
    ['a;;b', 'rubbish'],
    [`foo; bar="x, ${plain}, y"`, 'another extension, with a value that names it'],
    [`foo; bar="\\", ${plain}, \\""`, 'another extension, with quotes in such a value'],
    [`foo; bar="${plain}; client_max_window_bits"`, 'another extension, with an offer as a value'],
  ])('declines %j: %s', (offer) => {
    expect(agreeOnDeflate(offer)).toBeUndefined();
    expect(agreeOnDeflate(`${offer}, ${plain}`)).toEqual({ extensions: agreed, windowBits: 15 });
  });

  it('declines a quote that does not end, and all that is in it', () => {
    expect(agreeOnDeflate(`${plain}; client_max_window_bits="9`)).toBeUndefined();
    expect(agreeOnDeflate(`${plain}; client_max_window_bits="9, ${plain}`)).toBeUndefined();
    expect(agreeOnDeflate(`${plain}, foo; bar="9, ${plain}`)).toMatchObject({ extensions: agreed });
  });

  it('says nothing when nothing is offered', () => {
    expect(agreeOnDeflate(undefined)).toBeUndefined();
  });

  it('takes any text, and answers with nothing but what the standard has', () => {
    const part = fc.constantFrom(plain, ';', ',', '=', '"', ' ', '15', 'client_max_window_bits', 'foo', '__proto__');
    const texts = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const agreement = agreeOnDeflate(text);
        if (agreement === undefined) return;
        expect(agreement.extensions).toMatch(/^permessage-deflate(; (server|client)_\w+(=\d+)?)+$/);
        expect(agreement.windowBits).toBeGreaterThanOrEqual(8);
        expect(agreement.windowBits).toBeLessThanOrEqual(15);
        // A client that offers what we have answered gets the same again.
        expect(agreeOnDeflate(agreement.extensions)).toEqual(agreement);
      }),
    );
  });
});
