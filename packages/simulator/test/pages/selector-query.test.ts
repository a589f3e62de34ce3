import { describe, expect, it } from 'vitest';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

const say = 'getApp().said';

function program(wxml: string, js: string, more: { [path: string]: string } = {}): ReturnType<typeof onePage> {
  return onePage(wxml, js, { 'app.js': 'App({ said: [] })', ...more });
}

describe('selector queries', () => {
  it('answer all at once, each to its own callback and to exec', async () => {
    const js = `Page({
      onReady() {
        const query = wx.createSelectorQuery();
        query.select('#box').fields({ id: true, dataset: true, size: true, rect: true, properties: ['scrollX', 'class'], computedStyle: ['display'] }, (one) => ${say}.push(one));
        query.selectAll('.row').boundingClientRect();
        query.select('.none').boundingClientRect((nothing) => ${say}.push(nothing));
        query.selectViewport().scrollOffset();
        query.exec((all) => ${say}.push(all.length, all[1].length, all[2], typeof all[3].scrollTop));
      },
    })`;
    const wxml = '<view id="box" data-a="1" class="x" /><view class="row" /><view class="row" />';
    await using run = await runInJsdom(program(wxml, js));
    await run.settle();
    const said = run.app.app.said as [{ [name: string]: unknown }, ...unknown[]];
    expect(said[0]).toMatchObject({ id: 'box', dataset: { a: '1' }, width: 0, left: 0, class: 'x', display: 'block' });
    expect(said.slice(1)).toEqual([null, 4, 2, null, 'number']);
    expect(run.app.errors).toEqual([]);
  });

  it('count from the corner of the pages, below the bars', async () => {
    const js = `Page({ ask() { this.createSelectorQuery().select('#box').boundingClientRect((one) => ${say}.push(one.left, one.top, one.bottom)).exec() } })`;
    await using run = await runInJsdom(program('<view id="box" bindtap="ask" />', js));
    const place = (element: Element, left: number, top: number): void => {
      element.getBoundingClientRect = () =>
        ({ left, top, right: left + 10, bottom: top + 20, width: 10, height: 20 }) as DOMRect;
    };
    place(run.window.document.querySelector('.mh-pages') as Element, 5, 64);
    place(run.find('#box'), 15, 100);
    await run.tap('#box');
    expect(run.app.app.said).toEqual([10, 36, 56]);
  });

  it('ask a component that is not yet in a page in front, and the nodes of that component alone', async () => {
    const files = program('<view class="in" /><part />', 'Page({})', {
      'index.json': '{"usingComponents":{"part":"part"}}',
      'part.json': '{"component":true}',
      'part.wxml': '<view class="in" id="mine" /><view class="in" id="mine2" />',
      'part.js': `Component({ attached() {
        wx.createSelectorQuery().in(this).selectAll('.in').fields({ id: true }).exec(([all]) => ${say}.push(...all.map(({ id }) => id)));
        this.createSelectorQuery().select('#mine').fields({ id: true }).exec(([one]) => ${say}.push(one.id));
      } })`,
    });
    await using run = await runInJsdom(files);
    await run.settle();
    expect(run.app.app.said).toEqual(['mine', 'mine2', 'mine']);
  });

  it('report what their callbacks throw', async () => {
    const js = `Page({ onReady() { wx.createSelectorQuery().select('#none').boundingClientRect((one) => one.width).exec() } })`;
    await using run = await runInJsdom(program('<view />', js));
    await run.settle();
    expect(run.app.errors).toEqual([expect.objectContaining({ during: 'callback of a selector query' })]);
  });
});

describe('fingers', () => {
  it('are where the page counts from, scrolled as it is', async () => {
    const js = `Page({ tap(e) { ${say}.push(e.detail.x, e.detail.y, e.touches[0].clientY, e.touches[0].pageY) } })`;
    await using run = await runInJsdom(program('<view id="box" bindtap="tap" />', js));
    const pages = run.window.document.querySelector('.mh-pages') as Element;
    pages.getBoundingClientRect = () => ({ left: 0, top: 64, width: 375, height: 600 }) as DOMRect;
    (run.window.document.querySelector('.mh-page') as Element).scrollTop = 100;
    run.find('#box').dispatchEvent(new run.window.MouseEvent('click', { bubbles: true, clientX: 7, clientY: 164 }));
    await run.settle();
    expect(run.app.app.said).toEqual([7, 200, 100, 200]);
  });
});
