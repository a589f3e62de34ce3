import { describe, expect, it } from 'vitest';
import { PhoneWalk, type WalkPlan } from './support/phone-walk.ts';

/** Changed by hand to look into a failure: the seed that it printed, and 1. */
const firstSeed = Number(process.env.MINIHUB_WALK_SEED ?? Math.floor(Math.random() * 1e9));
const walksEach = Number(process.env.MINIHUB_WALKS ?? 500);

const plans: [string, Pick<WalkPlan, 'negotiate' | 'gentle' | 'steps'>][] = [
  ['within the window, without negotiation', { negotiate: false, gentle: true, steps: 6 }],
  ['within the window, negotiated', { negotiate: true, gentle: true, steps: 6 }],
  ['of any kind, without negotiation', { negotiate: false, gentle: false, steps: 12 }],
  ['of any kind, negotiated', { negotiate: true, gentle: false, steps: 12 }],
];

describe.each(plans)('random walks of a phone, with outages %s', (_, plan) => {
  it('lose nothing, double nothing, keep the order, and tell the truth about resuming', async () => {
    let resumed = 0;
    let renewed = 0;
    for (let i = 0; i < walksEach; i++) {
      const seed = firstSeed + i;
      const walk = await PhoneWalk.run({ ...plan, seed });
      expect(walk.problems, `MINIHUB_WALK_SEED=${seed} MINIHUB_WALKS=1\n${walk.log.join('\n')}`).toEqual([]);
      resumed += walk.resumed;
      renewed += walk.renewed;
    }
    // They have been where they were sent.
    expect(resumed).toBeGreaterThan(walksEach / 2);
    if (!plan.gentle) expect(renewed).toBeGreaterThan(walksEach / 10);
  }, 600_000);
});
