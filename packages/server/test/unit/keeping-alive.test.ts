import { describe, expect, it } from 'vitest';
import { keepingAlive } from '../../src/keeping-alive.ts';
import { createDeferred } from '../support/deferred.ts';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('keepingAlive', () => {
  it('keeps the process until the work is done', async () => {
    const work = createDeferred();
    const before = timers();
    const kept = keepingAlive(work.promise);
    expect(timers() - before).toBe(1);
    work.resolve();
    await kept;
    expect(timers() - before).toBe(0);
  });

  it('lets it go when the work fails, and hands the failure on', async () => {
    const work = createDeferred();
    const before = timers();
    const kept = keepingAlive(work.promise);
    work.reject(new Error('broken'));
    await expect(kept).rejects.toThrow('broken');
    expect(timers() - before).toBe(0);
  });
});
