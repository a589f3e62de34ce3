import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, ClientAddress } from '../../src/http/client-address.ts';

function addressOf(trustProxy: readonly string[], peer: string | undefined, forwarded?: string): string | undefined {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return new ClientAddress(trustProxy).of({ socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage);
}

describe('ClientAddress', () => {
  it('is the peer of the TCP connection, whatever a header says, unless a proxy is trusted', () => {
    expect(addressOf([], '203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(addressOf(['10.0.0.1'], '203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(addressOf(['10.0.0.1'], undefined, '198.51.100.1')).toBeUndefined();
  });

  const cases: [string, readonly string[], string, string | undefined, string][] = [
    ['takes what a trusted proxy says', ['loopback'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'reads from the right: what the client wrote itself is not believed',
      ['loopback'],
      '::1',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    [
      'goes on over proxies that are trusted as well',
      ['private'],
      '10.0.0.9',
      '1.1.1.1, 198.51.100.1, 192.168.3.4',
      '198.51.100.1',
    ],
    ['ends at the left when all are trusted', ['private'], '10.0.0.9', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
    ['is the proxy when it says nothing', ['loopback'], '127.0.0.1', undefined, '127.0.0.1'],
    ['stops at nonsense', ['private'], '10.0.0.9', '198.51.100.1, evil, 10.2.2.2', '10.2.2.2'],
    ['stops at `unknown`', ['private'], '10.0.0.9', 'unknown', '10.0.0.9'],
    ['takes off a port', ['loopback'], '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['takes off brackets and a port', ['loopback'], '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    [
      'knows IPv4 proxies on a socket for both kinds',
      ['10.0.0.0/8'],
      '::ffff:10.0.0.9',
      '198.51.100.1',
      '198.51.100.1',
    ],
    ['knows ranges of IPv6', ['2001:db8::/32'], '2001:db8:1::1', '198.51.100.1', '198.51.100.1'],
    ['knows where a range ends', ['10.0.0.0/30'], '10.0.0.4', '198.51.100.1', '10.0.0.4'],
  ];
  it.each(cases)('%s', (_, trustProxy, peer, forwarded, expected) => {
    expect(addressOf(trustProxy, peer, forwarded)).toBe(expected);
  });

  it('joins headers that came several times', () => {
    const headers = { 'x-forwarded-for': ['1.1.1.1', '198.51.100.1'] };
    const request = { socket: { remoteAddress: '127.0.0.1' }, headers } as unknown as IncomingMessage;
    expect(new ClientAddress(['loopback']).of(request)).toBe('198.51.100.1');
  });

  it.each(['example.com', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '', 'true', '10.0.0.0/'])(
    "refuses to trust '%s'",
    (entry) => {
      expect(() => new ClientAddress([entry])).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
    },
  );

  it('gives an address for every header', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (header) => {
        expect(addressOf(['loopback'], '127.0.0.1', header)).toMatch(/^[0-9a-f:.]+(%.*)?$/i);
      }),
    );
  });
});

describe('addressKey', () => {
  const cases: [string | undefined, string | undefined][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
    [undefined, undefined],
  ];
  it.each(cases)('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is the same for all addresses of a network, and another for the next network', () => {
    const low = fc.ipV6().filter((address) => !address.includes('.'));
    fc.assert(
      fc.property(fc.nat(0xffff), low, (group, other) => {
        const tail = other
          .split(':')
          .filter((part) => part !== '')
          .slice(0, 4);
        while (tail.length < 4) tail.push('0');
        const address = (n: number): string => `2001:db8:1:${n.toString(16)}:${tail.join(':')}`;
        expect(addressKey(address(group))).toBe(addressKey(`2001:db8:1:${group.toString(16)}::`));
        expect(addressKey(address(group))).not.toBe(addressKey(address(group ^ 1)));
      }),
    );
  });
});
