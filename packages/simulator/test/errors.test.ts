import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SimulatorError, simulatorErrors } from '../src/errors.ts';

describe('the errors of the simulator', () => {
  it.each(['simulator.md', 'simulator.zh-CN.md'])('stand in %s, each and no other', (page) => {
    const text = readFileSync(new URL(`../../../docs/guide/${page}`, import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| `(MH_SIM_\w+)` \|/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(Object.keys(simulatorErrors).sort());
  });

  it('are recognised by their brand', () => {
    expect(SimulatorError.is(new SimulatorError('MH_SIM_NO_PAGES', ''))).toBe(true);
    expect(SimulatorError.is(Object.assign(new Error('x'), { code: 'MH_SIM_NO_PAGES' }))).toBe(false);
  });
});
