import { describe, expect, it } from 'vitest';
import { compileMiniProgram } from '../../src/pages/index.ts';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

const withBox = (page: string, box: string, options = '') =>
  onePage(page, 'Page({})', {
    'index.json': '{ "usingComponents": { "box": "./box" } }',
    'box.json': '{ "component": true }',
    'box.js': `Component({ options: { ${options} } })`,
    'box.wxml': box,
  });

/** What a component shows around a slot, or instead of it. */
const around = (name: string) => `<view class="around ${name}"><slot name="${name}"/></view>`;

describe('a slot', () => {
  it('that nobody fills leaves nothing behind, so a style can show something else', async () => {
    const page = '<box><text>filled</text></box><box/>';
    await using run = await runInJsdom(withBox(page, '<view class="around">\n  <slot></slot>\n</view>'));
    const [filled, empty] = run.page.querySelectorAll('.box--around');
    expect([filled?.textContent, filled?.matches(':empty')]).toEqual(['filled', false]);
    expect([empty?.textContent, empty?.matches(':empty')]).toEqual(['', true]);
  });

  it('of several, by its name, holds what is meant for it alone', async () => {
    const page = '<box><text slot="head">H</text></box><box><text slot="foot">F</text><text slot="no">no</text></box>';
    const box = `${around('head')}${around('foot')}`;
    await using run = await runInJsdom(withBox(page, box, 'multipleSlots: true'));
    const shown = [...run.page.querySelectorAll('.box--around')].map((element) => element.textContent);
    expect(shown).toEqual(['H', '', '', 'F']);
    expect([...run.page.querySelectorAll('.box--around:empty')]).toHaveLength(2);
    expect(run.app.errors).toEqual([]);
  });

  it('has no default content, as on a phone, and says so', async () => {
    const box = '<view class="around">\n<slot name="{{a > b}}">by <text>default</text></slot>\n</view>';
    await using run = await runInJsdom(withBox('<box/>', box));
    expect(run.texts('.box--around')).toEqual(['']);
    expect(run.app.errors).toEqual([]);
    const { problems } = await compileMiniProgram(withBox('<box/>', box));
    expect(problems).toEqual([
      { level: 'warning', file: 'box.wxml', line: 2, text: expect.stringContaining('WeChat has no default content') },
    ]);
  });

  it('may hold a comment', async () => {
    const { problems } = await compileMiniProgram(withBox('<box/>', '<slot> <!-- what is\n shown --> </slot>'));
    expect(problems).toEqual([]);
  });
});

describe('a tag that holds nothing', () => {
  it('is named in the warning when something stands in it', async () => {
    const { problems } = await compileMiniProgram(onePage('<template name="a"/><template is="a"> lost </template>'));
    expect(problems.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'warning: What stands in a <template> is not shown, here and on a phone',
    ]);
  });
});
