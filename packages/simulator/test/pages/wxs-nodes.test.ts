import { describe, expect, it } from 'vitest';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

describe('functions of WXS', () => {
  it('are listeners, with the node that heard and the page that it is in', async () => {
    const wxs = `function drag(event, page) {
      var state = event.instance.getState();
      state.times = (state.times || 0) + 1;
      event.instance.setStyle({ marginLeft: state.times + 'px', width: '750rpx' }).addClass('moved');
      page.selectComponent('.other').setStyle('color: red; opacity: 0.5');
      page.callMethod('told', { times: state.times, id: event.instance.getDataset().id, has: event.instance.hasClass('moved') });
      return false;
    }
    module.exports = { drag: drag }`;
    const wxml = `<wxs module="m">${wxs}</wxs><view bindtap="outer"><view class="box" data-id="7" bindtap="{{m.drag}}" /></view><view class="other" />`;
    const js = `Page({ data: { told: [] }, told(what) { this.setData({ told: [...this.data.told, what] }) }, outer() { this.told('outer') } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    await run.tap('.box');
    await run.tap('.box');
    expect(run.app.pages.at(-1)?.data.told).toEqual([
      { times: 1, id: '7', has: true },
      { times: 2, id: '7', has: true },
    ]);
    expect(run.find('.box').style.marginLeft).toBe('2px');
    expect(run.find('.other').style.cssText).toBe('color: red; opacity: 0.5;');
    expect(run.app.errors).toEqual([]);
  });

  it('hear of changes of a property, old and new, with the nodes', async () => {
    const wxml = `<wxs module="m">module.exports = { moved: function (now, before, page, node) {
        node.setStyle({ order: now }); page.callMethod('heard', [now, before === undefined ? null : before, node.getBoundingClientRect().width]);
      } }</wxs><view id="box" at="{{at}}" change:at="{{m.moved}}" bindtap="go" />`;
    const js = `Page({ data: { at: 1, heard: [] }, go() { this.setData({ at: 5 }) }, heard(what) { this.setData({ heard: [...this.data.heard, what] }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    await run.tap('#box');
    expect(run.app.pages.at(-1)?.data.heard).toEqual([
      [1, null, 0],
      [5, 1, 0],
    ]);
    expect(run.find('#box').style.order).toBe('5');
  });

  it('are reported when what they call fails, and the page goes on', async () => {
    const wxml = `<wxs module="m">module.exports = { tap: function (e, page) { page.callMethod('fail') } }</wxs><view id="box" bindtap="{{m.tap}}" />`;
    await using run = await runInJsdom(onePage(wxml, `Page({ fail() { throw new Error('on purpose') } })`));
    await run.tap('#box');
    expect(run.app.errors).toEqual([
      expect.objectContaining({ message: 'Error: on purpose', during: 'fail, called by WXS' }),
    ]);
  });
});

describe('global', () => {
  it('has what the language has, the same for every file', async () => {
    const js = `global.mine = 1; Page({ data: { has: [global.Object === Object, typeof global.document, require('./other')] } })`;
    await using run = await runInJsdom(onePage('<view />', js, { 'other.js': 'module.exports = global.mine' }));
    expect(run.app.pages.at(-1)?.data.has).toEqual([true, 'undefined', 1]);
  });
});
