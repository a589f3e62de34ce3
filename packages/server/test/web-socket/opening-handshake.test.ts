import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offeredSubprotocols, openingAnswer, refusalOfOpening } from '../../src/http/opening-handshake.ts';

// The example of the standard. RFC 6455, 1.3
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const headers: IncomingHttpHeaders = {
  upgrade: 'websocket',
  'sec-websocket-key': key,
  'sec-websocket-version': '13',
};

describe('refusalOfOpening', () => {
  it.each<IncomingHttpHeaders>([
    {},
    { upgrade: 'WebSocket' },
    { 'sec-websocket-protocol': 'chat, superchat' },
    { 'sec-websocket-protocol': '' },
    { 'sec-websocket-extensions': 'what nobody understands; =' },
  ])('has nothing against %j', (more) => {
    expect(refusalOfOpening({ method: 'GET', headers: { ...headers, ...more } })).toBeUndefined();
  });

  it.each<[string, IncomingHttpHeaders, number]>([
    ['another upgrade', { upgrade: 'h2c' }, 400],
    ['no upgrade', { upgrade: undefined }, 400],
    ['an upgrade to one of several protocols', { upgrade: 'websocket, h2c' }, 400],
    ['no key', { 'sec-websocket-key': undefined }, 400],
    ['an empty key', { 'sec-websocket-key': '' }, 400],
    ['a key that is too short', { 'sec-websocket-key': key.slice(1) }, 400],
    ['a key that is too long', { 'sec-websocket-key': `a${key}` }, 400],
    ['a key with something behind it', { 'sec-websocket-key': `${key}\n` }, 400],
    ['a key that is no base64', { 'sec-websocket-key': `!${key.slice(1)}` }, 400],
    ['two keys', { 'sec-websocket-key': `${key}, ${key}` }, 400],
    ['no version', { 'sec-websocket-version': undefined }, 426],
    ['the version of a draft', { 'sec-websocket-version': '8' }, 426],
    ['a version to come', { 'sec-websocket-version': '14' }, 426],
    ['two versions', { 'sec-websocket-version': '13, 13' }, 426],
    ['a sub-protocol that is no token', { 'sec-websocket-protocol': 'a, b c' }, 400],
  ])('refuses %s', (_, wrong, status) => {
    expect(refusalOfOpening({ method: 'GET', headers: { ...headers, ...wrong } })).toMatchObject({ status });
  });

  it('says which method and which version would do', () => {
    expect(refusalOfOpening({ method: 'PUT', headers })).toMatchObject({ status: 405, headers: { Allow: 'GET' } });
    const old = { ...headers, 'sec-websocket-version': '7' };
    expect(refusalOfOpening({ method: 'GET', headers: old })?.headers).toEqual({
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
    });
  });
});

describe('offeredSubprotocols', () => {
  it.each([
    [undefined, []],
    ['chat', ['chat']],
    ['b,a ,\tc', ['b', 'a', 'c']],
    ["!#$%&'*+-.^_`|~", ["!#$%&'*+-.^_`|~"]],
    ['', []],
    [' , ,', []],
    [',a,, b,', ['a', 'b']],
  ])('reads %j', (header, names) => {
    expect(offeredSubprotocols(header)).toEqual(names);
  });

  it.each(['a b', 'a;b', '"a"', 'a, a', 'ä', 'a\r\nb', 'a\u00a0', '\va'])('refuses %j', (header) => {
    expect(offeredSubprotocols(header)).toBeUndefined();
  });

  it('takes any text, and gives names that can stand in a header', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const name of offeredSubprotocols(text) ?? []) expect(name).toMatch(/^[!-~]+$/);
      }),
    );
  });

  it('takes no longer for a hostile text than it is long', () => {
    expect(offeredSubprotocols(`${'a, '.repeat(100_000)}(`)).toBeUndefined();
    expect(offeredSubprotocols(' '.repeat(1_000_000))).toEqual([]);
    expect(offeredSubprotocols(','.repeat(1_000_000))).toEqual([]);
  });
});

describe('openingAnswer', () => {
  const accepted =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n';

  it('answers the key as the standard has it', () => {
    expect(openingAnswer({ key, subprotocol: '', extensions: undefined })).toBe(`${accepted}\r\n`);
  });

  it('says what was agreed on', () => {
    expect(openingAnswer({ key, subprotocol: 'chat', extensions: 'permessage-deflate' })).toBe(
      `${accepted}Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n`,
    );
  });
});
