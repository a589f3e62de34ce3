import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BucketMap } from '../../src/limits/bucket-map.ts';
import { TokenBucket } from '../../src/limits/token-bucket.ts';

describe('TokenBucket', () => {
  it('lets the burst through, not one more, and then the rate', () => {
    const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0);
    for (let i = 0; i < 3; i++) {
      expect(bucket.waitMs(0)).toBe(0);
      bucket.take(0);
    }
    expect(bucket.waitMs(0)).toBe(500);
    expect(bucket.waitMs(499)).toBe(1);
    expect(bucket.waitMs(500)).toBe(0);
    bucket.take(500);
    expect(bucket.waitMs(500)).toBe(500);
  });

  it('fills up to its burst and no further', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 2 }, 0);
    bucket.take(0);
    expect(bucket.isFull(999)).toBe(false);
    expect(bucket.isFull(1_000)).toBe(true);
    bucket.take(1_000_000);
    bucket.take(1_000_000);
    expect(bucket.waitMs(1_000_000)).toBe(1_000);
  });

  it('owes its burst at most, so that the longest wait is known', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 5 }, 0);
    bucket.take(0, 1_000_000);
    expect(bucket.waitMs(0, 0)).toBe(5_000);
    expect(bucket.waitMs(0)).toBe(6_000);
  });

  it('never asks for more than it can hold', () => {
    expect(new TokenBucket({ perSecond: 1, burst: 2 }, 0).waitMs(0, 100)).toBe(0);
  });

  it('lets through what was waited for, and never more than burst and rate allow', () => {
    const rate = {
      perSecond: fc.double({ min: 0.01, max: 5_000, noNaN: true }),
      burst: fc.integer({ min: 1, max: 50 }),
    };
    fc.assert(
      fc.property(fc.record(rate), fc.array(fc.nat(2_000), { maxLength: 100 }), (rate, pauses) => {
        const bucket = new TokenBucket(rate, 0);
        let nowMs = 0;
        let passed = 0;
        for (const pause of pauses) {
          nowMs += pause;
          const waitMs = bucket.waitMs(nowMs);
          if (waitMs > 0) {
            expect(bucket.waitMs(nowMs + waitMs)).toBe(0);
            nowMs += waitMs;
          }
          bucket.take(nowMs);
          passed++;
        }
        expect(passed).toBeLessThanOrEqual(rate.burst + (nowMs * rate.perSecond) / 1_000 + 0.001);
      }),
    );
  });
});

describe('BucketMap', () => {
  const rate = { perSecond: 1, burst: 2 };

  it('keeps keys apart', () => {
    const map = new BucketMap(rate, 0);
    map.bucketOf('a', 0).take(0, 2);
    expect(map.bucketOf('a', 0).waitMs(0)).toBe(1_000);
    expect(map.bucketOf('b', 0).waitMs(0)).toBe(0);
  });

  it('forgets who has nothing held against them, and nobody else', () => {
    const map = new BucketMap(rate, 0);
    map.bucketOf('early', 0).take(0, 2);
    map.bucketOf('late', 9_000).take(9_000, 2);
    map.sweep(9_999);
    expect(map.size).toBe(2);
    map.sweep(10_000);
    expect(map.size).toBe(1);
    expect(map.bucketOf('late', 10_000).waitMs(10_000, 2)).toBe(1_000);
  });

  it('gives newcomers one bucket for all when it is full, and those it knows their own', () => {
    const map = new BucketMap(rate, 2);
    map.bucketOf('a', 0).take(0, 2);
    map.bucketOf('b', 0);
    for (let i = 0; i < 1_000; i++) map.bucketOf(`flood ${i}`, 0).take(0, 2);
    expect(map.size).toBe(2);
    expect(map.bucketOf('one more', 0).waitMs(0)).toBeGreaterThan(0);
    expect(map.bucketOf('a', 0).waitMs(0)).toBe(1_000);
    expect(map.bucketOf('b', 0).waitMs(0)).toBe(0);
  });
});
