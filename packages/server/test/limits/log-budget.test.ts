import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('the log in a flood', () => {
  it('writes ten lines a second of what peers cause at will, and says how many it left out', () => {
    const lines: { event?: string; suppressed?: number }[] = [];
    const write = (fields: object): void => void lines.push(fields);
    const clock = new FakeClock();
    const log = createLog({ debug: write, info: write, warn: write, error: write }, clock);
    for (let i = 0; i < 10; i++) log('requestRefused', {});
    expect(lines).toHaveLength(10);
    for (let i = 0; i < 990; i++) log('requestRefused', {});
    expect(lines).toHaveLength(10);
    log('rateLimited', {});
    expect(lines.at(-1)).toEqual({ event: 'rateLimited' });
    for (let i = 0; i < 100; i++) log('methodThrew', {});
    expect(lines).toHaveLength(111);
    clock.advance(1_000);
    log('requestRefused', {});
    log('requestRefused', {});
    expect(lines.slice(-2)).toEqual([{ event: 'requestRefused', suppressed: 990 }, { event: 'requestRefused' }]);
  });
});
