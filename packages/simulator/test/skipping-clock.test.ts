import { describe, expect, it } from 'vitest';
import { createSkippingClock } from '../src/skipping-clock.ts';

describe('createSkippingClock', () => {
  it('runs what falls due, in order and at its own time, and no more', async () => {
    const clock = createSkippingClock();
    const start = clock.now();
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name} ${Math.round((clock.now() - start) / 1000)}`);
    clock.setTimeout(note('late'), 50_000);
    clock.setTimeout(() => {
      note('early')();
      clock.setTimeout(note('nested'), 10_000);
    }, 20_000);
    const cleared = clock.setTimeout(note('cleared'), 30_000);
    const beyond = clock.setTimeout(note('beyond'), 90_000);
    clock.clearTimeout(cleared);
    await clock.skip(60_000);
    clock.clearTimeout(beyond);
    expect(ran).toEqual(['early 20', 'nested 30', 'late 50']);
    expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
  });
});
