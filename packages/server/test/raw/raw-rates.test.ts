import type { RateLimits } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../../src/limits/rate-limiter.ts';
import { checkRateLimits } from '../../src/limits/rate-limits.ts';
import { turns } from '../support/turn.ts';
import { createRawHarness } from './support/raw-harness.ts';

function createScene(rates: NonNullable<RateLimits['messages']>) {
  const messages: unknown[] = [];
  const endings: unknown[] = [];
  const harness = createRawHarness({
    message: (_, data) => void messages.push(data),
    disconnected: (_, { cause, error }) => void endings.push([cause, error?.code]),
  });
  const guard = new RateLimiter(checkRateLimits({ messages: rates }), 0).guard({ user: 'a', address: 'b' }, 0);
  const client = harness.connect('a', undefined, guard);
  const send = (...texts: string[]): void => {
    for (const text of texts) client.peer.push(text);
  };
  return { harness, client, send, messages, endings };
}

describe('the message rate of a raw endpoint', () => {
  it('delays what is too much, in order, and stops reading when too much waits', async () => {
    const { harness, client, send, messages } = createScene({ perConnection: { perSecond: 1, burst: 2 } });
    const all = Array.from({ length: 80 }, (_, i) => `${i}`);
    send(...all);
    expect(messages).toEqual(['0', '1']);
    expect(client.peer.isPaused).toBe(true);
    harness.advance(1_000);
    await turns();
    expect(messages).toEqual(['0', '1', '2']);
    for (let second = 0; second < 77; second++) {
      harness.advance(1_000);
      await turns(1);
    }
    await turns();
    expect(messages).toEqual(all);
    expect(client.peer.isPaused).toBe(false);
  });

  it('delays as well where it says refuse, since there is no answer to refuse with', async () => {
    const { harness, send, messages } = createScene({ perUser: { perSecond: 1, burst: 1 }, onExcess: 'refuse' });
    send('a', 'b');
    expect(messages).toEqual(['a']);
    harness.advance(1_000);
    await turns();
    expect(messages).toEqual(['a', 'b']);
  });

  it('does not make those wait who have left', async () => {
    const { harness, client, send, messages, endings } = createScene({ perConnection: { perSecond: 1, burst: 1 } });
    send('a', 'b', 'c');
    client.peer.end();
    harness.advance(1_000);
    await turns();
    expect(messages).toEqual(['a', 'b', 'c']);
    expect(endings).toEqual([['client', undefined]]);
    expect(client.released).toBe(1);
  });

  it('ends the connection with 1008 and a code where it says disconnect', async () => {
    const { client, send, messages, endings } = createScene({
      perConnection: { perSecond: 1, burst: 2 },
      onExcess: 'disconnect',
    });
    send('a', 'b');
    expect(client.peer.ending).toBeUndefined();
    send('c', 'd');
    await turns();
    expect(messages).toEqual(['a', 'b']);
    expect(client.peer.ending).toEqual({ how: 'close', code: 1008 });
    expect(client.peer.closeReason).toBe('MH_SERVER_RATE_LIMITED');
    expect(endings).toEqual([['limit', 'MH_SERVER_RATE_LIMITED']]);
  });
});
