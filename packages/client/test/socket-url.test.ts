import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSocketUrl } from '../src/web-socket/socket-url.ts';

// '^' in a path is left out: the standard escapes it since 2023, Node 20 does not yet.
const accepted = [
  'ws://Example.com',
  `ws://e.com/a b/ü?x=ü'"<>\`{}|^\\[]~`,
  'wss://u:p@h:443/..//a/./b/%2E%2e/c?',
  'http://a:80/x',
  'https://a:444',
  'ws:\\\\a\\b',
  'ws:/a/b',
  'ws:a',
  `ws://a/{}|\`"<>\\~!$&'()*+,;=:@[]%zz`,
  'ws://[::1]:80/',
  'ws://us er:p@x@a/',
  'ws://a:/',
  'ws://a/😀?😀',
  'ws://a/b/..',
  'ws://a/b/.',
  "ws://a?b'c",
  'ws://@a/',
  'ws://:@a/',
  'ws://a:00080/',
  ' ws://a/ ',
  'ws://a/\tb',
];
const refused = [
  'ws://',
  'ws:///',
  'ws://a b/',
  'ws://a/#',
  'ws://a#x',
  '/x',
  'mailto:a',
  '',
  'ws://a:99999',
  'ws://a:b',
];
refused.push('ws://a%/', 'ws://[x]/', 'ws://a:1:2/', 'ws://@/', 'ws://a<b', '?x', 'ws');

// Node's own URL is the oracle.
function oracle(url: string): string {
  return new URL(url).href.replace(/^http/, 'ws');
}

describe('parseSocketUrl', () => {
  it.each(accepted)('serializes %j as the URL standard does', (url) => {
    expect(parseSocketUrl(url)).toBe(oracle(url));
  });

  it.each(refused)('refuses %j with a SyntaxError', (url) => {
    expect(() => parseSocketUrl(url)).toThrow(expect.objectContaining({ name: 'SyntaxError', code: 12 }));
  });

  it('agrees with the URL standard on any path and query', () => {
    const part = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[#^]/g, ''));
    fc.assert(
      fc.property(part, part, (path, query) => {
        const url = `ws://h/${path}?${query}`;
        expect(parseSocketUrl(url)).toBe(oracle(url));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is stable: parsing its own result changes nothing', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['ws', 'wss'], withQueryParameters: true }), (url) => {
        const once = parseSocketUrl(url);
        expect(parseSocketUrl(once)).toBe(once);
      }),
    );
  });
});
