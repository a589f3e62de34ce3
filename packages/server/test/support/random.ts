/** A seeded random source (mulberry32), for tests that must be repeatable. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, but without, `limit`. */
  below(limit: number): number;
}

/** Makes one; the seed comes from `TEST_SEED`, or from the clock, and is printed by the test that uses it. */
export function createRandom(seed: number = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 31)): Random {
  let state = seed >>> 0;
  return {
    seed,
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}
