import { describe, expect, it } from 'vitest';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

describe('pages that were written for older tools', () => {
  it('repeat by wx:for-items, and hear of events by on', async () => {
    const wxml =
      '<view class="row" wx:for-items="{{rows}}" wx:key="*this" ontap="pick" data-row="{{item}}">{{item}}</view>';
    const js = `Page({ data: { rows: ['a', 'b'], picked: '' }, pick(e) { this.setData({ picked: e.target.dataset.row }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    expect(run.texts('.row')).toEqual(['a', 'b']);
    await run.tap('.row[data-row="b"], .row:last-child');
    expect(run.app.pages.at(-1)?.data.picked).toBe('b');
  });

  it('leave properties of components their names, those with on included', async () => {
    const files = onePage('<lamp onlight="{{true}}" id="lamp" />', 'Page({})', {
      'index.json': '{"usingComponents":{"lamp":"lamp"}}',
      'lamp.json': '{"component":true}',
      'lamp.wxml': '<text class="light">{{onlight}}</text>',
      'lamp.js': 'Component({ properties: { onlight: Boolean } })',
    });
    await using run = await runInJsdom(files);
    expect(run.texts('.lamp--light')).toEqual(['true']);
  });

  it('require WXS from WXS by the whole name, from a file and from a template', async () => {
    const wxml =
      '<wxs src="price.wxs" module="price" /><wxs module="own">var cents = require("./cents.wxs");\nmodule.exports.two = function (x) { return cents.of(x) * 2 }</wxs>' +
      '<text class="a">{{price.text(2)}}</text><text class="b">{{own.two(3)}}</text>';
    const more = {
      'price.wxs':
        "var cents = require('./cents.wxs')\nmodule.exports = { text: function (x) { return cents.of(x) + '¢' } }",
      'cents.wxs': 'module.exports = { of: function (x) { return x * 100 } }',
    };
    await using run = await runInJsdom(onePage(wxml, 'Page({})', more));
    expect(run.texts('.a')).toEqual(['200¢']);
    expect(run.texts('.b')).toEqual(['600']);
    expect(run.app.errors).toEqual([]);
  });

  it('show what of them can be shown when a WXS file fails', async () => {
    const wxml = '<wxs src="bad.wxs" module="bad" /><text>{{bad.x}}</text>';
    await using run = await runInJsdom(
      onePage(wxml, 'Page({})', { 'bad.wxs': 'var nothing; module.exports = nothing.x' }),
    );
    expect(run.app.errors[0]?.message).toContain('TypeError');
    expect(run.app.pages).toHaveLength(1);
  });

  it('have components with properties of any name', async () => {
    const files = onePage('<card data="{{[1, 2]}}" shadowRoot="{{true}}" />', 'Page({})', {
      'index.json': '{"usingComponents":{"card":"card"}}',
      'card.json': '{"component":true}',
      'card.wxml': '<text class="sum">{{data.length}} {{shadowRoot}}</text>',
      'card.js': `Component({
        properties: { data: { type: Array, observer() { this.told = this.data.data.length } }, shadowRoot: Boolean },
        lifetimes: { attached() { if (this.data.data.length !== 2 || this.told !== 2) throw new Error('no data') } },
      })`,
    });
    await using run = await runInJsdom(files);
    expect(run.texts('.card--sum')).toEqual(['2 true']);
    expect(run.app.errors).toEqual([]);
  });

  it('warn of no relation to a component that this program has, and of one that it has not', async () => {
    const files = onePage('<cell />', 'Page({})', {
      'index.json': '{"usingComponents":{"cell":"ui/cell/index"}}',
      'ui/cell/index.json': '{"component":true}',
      'ui/cell/index.wxml': '<text>cell</text>',
      'ui/cell/index.js': `Component({ relations: { '../group/index': { type: 'parent' }, '../gruop/index': { type: 'parent' } } })`,
      'ui/group/index.json': '{"component":true}',
      'ui/group/index.wxml': '<slot />',
      'ui/group/index.js': `Component({ relations: { '../cell/index': { type: 'child' } } })`,
    });
    await using run = await runInJsdom(files);
    expect(run.app.warnings).toEqual([expect.stringContaining('../gruop/index')]);
  });

  it('warn of no attribute that nobody knows', async () => {
    const wxml =
      '<image background-size="cover" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" /><view aria-selected="{{true}}" />';
    await using run = await runInJsdom(onePage(wxml));
    expect(run.app.warnings).toEqual([]);
  });
});
