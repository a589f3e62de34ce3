import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptableOffers } from '../../src/http/deflate-offers.ts';

const plain = 'permessage-deflate';

describe('acceptableOffers', () => {
  it.each([
    plain,
    `${plain}; server_no_context_takeover; client_no_context_takeover`,
    `${plain}; server_max_window_bits=8; client_max_window_bits`,
    `${plain}; client_max_window_bits="15"`,
    `${plain}; client_max_window_bits, ${plain}`,
  ])('keeps %s', (offers) => {
    expect(acceptableOffers(offers)).toBe(offers);
    expect(acceptableOffers(offers.replaceAll(/[;=,]/g, ' \t$& '))).toBe(offers);
  });

  it.each([
    ['', 'nothing'],
    ['x-webkit-deflate-frame', 'another extension'],
    [`${plain}; foo`, 'an unknown parameter'],
    [`${plain};`, 'an empty parameter'],
    [`${plain}; server_no_context_takeover=1`, 'a value where there is none'],
    [`${plain}; server_max_window_bits`, 'no value where there must be one'],
    [`${plain}; server_max_window_bits=16`, 'a window that is too large'],
    [`${plain}; client_max_window_bits=08`, 'a leading zero'],
    [`${plain}; client_max_window_bits; client_max_window_bits=9`, 'a parameter twice'],
    ['a;;b', 'rubbish'],
  ])('declines %j: %s', (offer) => {
    expect(acceptableOffers(offer)).toBeUndefined();
    expect(acceptableOffers(`${offer}, ${plain}`)).toBe(plain);
  });

  it('takes any text, and keeps nothing but offers of this extension', () => {
    const part = fc.constantFrom(plain, ';', ',', '=', '"', ' ', '15', 'client_max_window_bits', 'foo', '__proto__');
    const texts = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const kept = acceptableOffers(text);
        if (kept === undefined) return;
        expect(acceptableOffers(kept)).toBe(kept);
        for (const offer of kept.split(', ')) expect(offer).toMatch(/^permessage-deflate(; \w+(="?\d+"?)?)*$/i);
      }),
    );
  });
});
