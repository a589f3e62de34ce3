import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatorError } from '../src/errors.ts';
import { parseRoute, routed } from '../src/routes.ts';

describe('routed', () => {
  const routes = { 'wss://a.test': 'ws://127.0.0.1:1', 'https://b.test/v1': 'http://127.0.0.1:2/api' };

  it.each([
    ['wss://a.test', 'ws://127.0.0.1:1'],
    ['wss://a.test/chat?x=1', 'ws://127.0.0.1:1/chat?x=1'],
    ['wss://a.test?x=1', 'ws://127.0.0.1:1?x=1'],
    ['https://b.test/v1/users', 'http://127.0.0.1:2/api/users'],
    ['wss://a.test.elsewhere.test/', 'wss://a.test.elsewhere.test/'],
    ['wss://a.test:8443/', 'wss://a.test:8443/'],
    ['https://b.test/v10', 'https://b.test/v10'],
    ['wss://c.test/', 'wss://c.test/'],
  ])('takes %s to %s', (url, target) => {
    expect(routed(routes, url)).toBe(target);
  });

  it('takes the first route that fits', () => {
    expect(routed({ 'ws://a/chat': 'ws://b/hub', 'ws://a': 'ws://c' }, 'ws://a/chat')).toBe('ws://b/hub');
  });
});

describe('parseRoute', () => {
  it('reads one kind of address', () => {
    expect(parseRoute('wss://a.test/chat=ws://127.0.0.1:1/hub')).toEqual({
      'wss://a.test/chat': 'ws://127.0.0.1:1/hub',
    });
    expect(parseRoute('https://a.test/=http://[::1]:3000/')).toEqual({ 'https://a.test': 'http://[::1]:3000' });
  });

  it('reads a host for every kind of address', () => {
    const routes = parseRoute('a.test=127.0.0.1:3000');
    expect(routed(routes, 'wss://a.test/chat')).toBe('ws://127.0.0.1:3000/chat');
    expect(routed(routes, 'https://a.test/login')).toBe('http://127.0.0.1:3000/login');
    expect(routed(routes, 'ws://a.test')).toBe('ws://127.0.0.1:3000');
    expect(routed(routes, 'http://a.test?x')).toBe('http://127.0.0.1:3000?x');
  });

  it.each([
    undefined,
    '',
    'a.test',
    'a.test=',
    '=b',
    'wss://a.test=http://b',
    'wss://a.test=b:1',
    'ftp://a=ftp://b',
    'a/b=c',
  ])('refuses %s', (text) => {
    expect(() => parseRoute(text)).toThrow('--route wants FROM=TO');
  });

  it('reads any text or refuses it with a code', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          for (const [from, to] of Object.entries(parseRoute(text))) expect(routed({ [from]: to }, from)).toBe(to);
        } catch (error) {
          expect(SimulatorError.is(error)).toBe(true);
        }
      }),
    );
  });
});
