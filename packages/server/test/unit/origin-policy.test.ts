import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isOriginAllowed } from '../../src/http/origin-policy.ts';

function request(headers: { origin?: string; host?: string; referer?: string }): IncomingMessage {
  return { headers } as IncomingMessage;
}

describe('isOriginAllowed', () => {
  it('allows what is no web page', () => {
    expect(isOriginAllowed('same-origin', request({ host: 'example.com' }))).toBe(true);
    expect(isOriginAllowed([], request({ host: 'example.com' }))).toBe(true);
  });

  it('allows pages of the same host, whatever the case', () => {
    expect(isOriginAllowed('same-origin', request({ origin: 'https://Example.com', host: 'example.COM' }))).toBe(true);
    expect(isOriginAllowed('same-origin', request({ origin: 'http://a:3000', host: 'a:3000' }))).toBe(true);
  });

  it.each(['https://evil.com', 'http://a:3001', 'null', '', 'https://a:3000.evil.com', 'https://a'])(
    'refuses a page of %s',
    (origin) => {
      expect(isOriginAllowed('same-origin', request({ origin, host: 'a:3000' }))).toBe(false);
    },
  );

  // nginx's `proxy_set_header Host $host:$server_port` is in many a configuration; no browser writes that port.
  it.each([
    ['https://a', 'a:443'],
    ['HTTPS://A', 'a:443'],
    ['http://a', 'a:80'],
    ['https://a:443', 'a'],
    ['http://[::1]', '[::1]:80'],
  ])('allows a page of %s where the host is %s: the port is the usual one', (origin, host) => {
    expect(isOriginAllowed('same-origin', request({ origin, host }))).toBe(true);
  });

  it.each([
    ['http://a', 'a:443'],
    ['https://a', 'a:80'],
    ['https://a:80', 'a'],
    ['https://a:443', 'a:80'],
    ['constructor://a', 'a:443'],
    ['https://', ':8443'],
    ['https://a', 'a:443:443'],
  ])('refuses a page of %s where the host is %s', (origin, host) => {
    expect(isOriginAllowed('same-origin', request({ origin, host }))).toBe(false);
  });

  it('refuses an origin without a host when the request names none either', () => {
    expect(isOriginAllowed('same-origin', request({ origin: 'null' }))).toBe(false);
  });

  it('allows mini programs by their Referer, and nothing that only begins like it', () => {
    const origin = 'https://somewhere';
    const referer = 'https://servicewechat.com/wx0123456789abcdef/1/page-frame.html';
    expect(isOriginAllowed('same-origin', request({ origin, host: 'a', referer }))).toBe(true);
    const forged = 'https://servicewechat.com.evil.com/';
    expect(isOriginAllowed('same-origin', request({ origin, host: 'a', referer: forged }))).toBe(false);
  });

  it('follows a list and a function, besides the own host', () => {
    const from = (origin: string) => request({ origin, host: 'a' });
    expect(isOriginAllowed(['https://b'], from('https://b'))).toBe(true);
    expect(isOriginAllowed(['https://b'], from('https://c'))).toBe(false);
    expect(isOriginAllowed(['https://b'], from('https://a'))).toBe(true);
    expect(isOriginAllowed((origin) => origin.endsWith('.b'), from('https://x.b'))).toBe(true);
    expect(isOriginAllowed((origin) => origin.endsWith('.b'), from('https://x.c'))).toBe(false);
    expect(isOriginAllowed('any', from('https://x.c'))).toBe(true);
  });

  // `Origin: null` made such a function throw, into a promise that nobody held: it ended the process.
  it('refuses when the function throws', () => {
    expect(isOriginAllowed((origin) => new URL(origin).host === 'b', request({ origin: 'null', host: 'a' }))).toBe(
      false,
    );
  });
});
