import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SimulatorError, simulatorErrors } from '../src/errors.ts';

describe('the errors of the simulator', () => {
  it.each(['simulator.md', 'simulator.zh-CN.md'])('stand in %s, each and no other', (page) => {
    const text = readFileSync(new URL(`../../../docs/guide/${page}`, import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| `(MH_SIM_\w+)` \|/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(Object.keys(simulatorErrors).sort());
  });

  it('are said in every language, with what they are about', () => {
    const port = new SimulatorError('MH_SIM_PORT_TAKEN', '$&', { hint: { en: 'Go.', zh: '走。' } });
    expect(port.text).toEqual({
      en: 'Port $& is in use by another program. Go.',
      zh: '端口 $& 已被别的程序占用。走。',
    });
    expect(port.message).toBe(port.text.en);
    expect(new SimulatorError('MH_SIM_NO_PAGES', '').text.zh).toBe('app.json 里没有页面。');
    for (const { en, zh } of Object.values(simulatorErrors)) {
      expect(zh.includes('%s')).toBe(en.includes('%s'));
      expect(zh).toMatch(/[\u4e00-\u9fff]|^%s$/);
    }
  });

  it('are recognised by their brand', () => {
    expect(SimulatorError.is(new SimulatorError('MH_SIM_NO_PAGES', ''))).toBe(true);
    expect(SimulatorError.is(Object.assign(new Error('x'), { code: 'MH_SIM_NO_PAGES' }))).toBe(false);
  });
});
