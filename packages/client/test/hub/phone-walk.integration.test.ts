import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { connect } from '@minihub/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMiniprogramEntry } from '../../../../scripts/build-miniprogram.mjs';
import { PhoneWalk, type WalkPlan } from './support/phone-walk.ts';

/** Changed by hand to look into a failure: the seed that it printed, and 1. */
const firstSeed = Number(process.env.MINIHUB_WALK_SEED ?? Math.floor(Math.random() * 1e9));
const walksEach = Number(process.env.MINIHUB_WALKS ?? 500);

const plans: [string, Pick<WalkPlan, 'negotiate' | 'gentle' | 'steps'> & { readonly built?: boolean }][] = [
  ['within the window, without negotiation', { negotiate: false, gentle: true, steps: 6 }],
  ['within the window, negotiated', { negotiate: true, gentle: true, steps: 6 }],
  ['of any kind, without negotiation', { negotiate: false, gentle: false, steps: 12 }],
  ['of any kind, negotiated', { negotiate: true, gentle: false, steps: 12 }],
  // What ships has shorter names, and no driver that WeChat does not need.
  ['of any kind, with the mini-program build', { negotiate: true, gentle: false, steps: 12, built: true }],
];

const folder = mkdtempSync(join(tmpdir(), 'minihub-walk-'));
let built: typeof connect;

beforeAll(async () => {
  const file = join(folder, 'hub.js');
  const entry = fileURLToPath(new URL('../../src/hub-core.ts', import.meta.url));
  writeFileSync(file, await buildMiniprogramEntry(entry));
  built = (createRequire(import.meta.url)(file) as { connect: typeof connect }).connect;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(plans)('random walks of a phone, with outages %s', (_, plan) => {
  it('lose nothing, double nothing, keep the order, and tell the truth about resuming', async () => {
    let resumed = 0;
    let renewed = 0;
    for (let i = 0; i < walksEach; i++) {
      const seed = firstSeed + i;
      const walk = await PhoneWalk.run({ ...plan, ...(plan.built ? { connect: built } : {}), seed });
      expect(walk.problems, `MINIHUB_WALK_SEED=${seed} MINIHUB_WALKS=1\n${walk.log.join('\n')}`).toEqual([]);
      resumed += walk.resumed;
      renewed += walk.renewed;
    }
    // They have been where they were sent.
    expect(resumed).toBeGreaterThan(walksEach / 2);
    if (!plan.gentle) expect(renewed).toBeGreaterThan(walksEach / 10);
  }, 600_000);
});
