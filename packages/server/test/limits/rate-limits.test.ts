import { describe, expect, it } from 'vitest';
import { createHubServer, type HubServerOptions } from '../../src/index.ts';
import { ConnectionCounts } from '../../src/limits/connection-counts.ts';
import { RateLimiter } from '../../src/limits/rate-limiter.ts';
import { checkRateLimits } from '../../src/limits/rate-limits.ts';

describe('rateLimits', () => {
  it('completes a rate: the burst is what comes in a second, and at least one', () => {
    const { messages, methods } = checkRateLimits({
      messages: { perConnection: { perSecond: 20 } },
      methods: { Login: { perAddress: { perSecond: 0.1 } } },
    });
    expect(messages).toEqual({
      perConnection: { perSecond: 20, burst: 20 },
      perUser: undefined,
      perAddress: undefined,
      onExcess: 'delay',
    });
    expect(methods.get('login')).toMatchObject({ perAddress: { perSecond: 0.1, burst: 1 }, onExcess: 'refuse' });
  });

  it('is off at 0', () => {
    const limits = checkRateLimits({
      messages: { perConnection: { perSecond: 0 } },
      methods: { login: { perUser: { perSecond: 0 } } },
    });
    expect(new RateLimiter(limits, 10).guard({ user: 'u', address: 'a' }, 0)).toBeUndefined();
  });

  const wrong: [string, unknown][] = [
    ['a name that does not exist', { message: {} }],
    ['a scope that does not exist', { messages: { perSocket: { perSecond: 1 } } }],
    ['connections as a scope of connects', { connects: { perConnection: { perSecond: 1 } } }],
    ['a rate below 0', { messages: { perUser: { perSecond: -1 } } }],
    ['no number', { messages: { perUser: { perSecond: '5' } } }],
    ['NaN', { messages: { perUser: { perSecond: Number.NaN } } }],
    ['a burst below 1', { messages: { perUser: { perSecond: 1, burst: 0.5 } } }],
    ['a rate that is a number', { messages: { perUser: 5 } }],
    ['an onExcess that does not exist', { messages: { onExcess: 'ignore' } }],
    ['a rate of a method that has another member', { methods: { a: { perUser: { perSecond: 1, per: 'minute' } } } }],
  ];
  it.each(wrong)('refuses %s', (_, rateLimits) => {
    const options = { rateLimits } as HubServerOptions;
    expect(() => createHubServer(options)).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
  });

  it('forgets users and addresses that are quiet again', () => {
    const limits = checkRateLimits({ connects: { perAddress: { perSecond: 1, burst: 1 } } });
    const limiter = new RateLimiter(limits, 0);
    for (let i = 0; i < 100; i++) limiter.connect({ user: undefined, address: `${i}` }, 0);
    expect(limiter.size).toBe(100);
    limiter.sweep(20_000);
    expect(limiter.size).toBe(0);
  });
});

describe('ConnectionCounts', () => {
  it('lets as many in as the limit says, and the next when one has left', () => {
    const counts = new ConnectionCounts({ maxConnectionsPerUser: 2, maxConnectionsPerAddress: 3 });
    const ada = { user: 'ada', address: '192.0.2.1' };
    expect([counts.enter(ada), counts.enter(ada), counts.enter(ada)]).toEqual([undefined, undefined, 'user']);
    const anonymous = { user: undefined, address: '192.0.2.1' };
    expect([counts.enter(anonymous), counts.enter(anonymous)]).toEqual([undefined, 'address']);
    counts.leave(ada);
    expect(counts.enter(ada)).toBeUndefined();
    for (const keys of [ada, ada, anonymous]) counts.leave(keys);
    expect(counts.size).toBe(0);
  });

  it('counts nobody when it is off', () => {
    const counts = new ConnectionCounts({ maxConnectionsPerUser: 0, maxConnectionsPerAddress: 0 });
    for (let i = 0; i < 100; i++) expect(counts.enter({ user: 'u', address: 'a' })).toBeUndefined();
    expect(counts.size).toBe(0);
  });
});
