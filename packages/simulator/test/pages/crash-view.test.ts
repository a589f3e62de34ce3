import { describe, expect, it } from 'vitest';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

const page = '<view class="one" bindtap="one">1</view><view class="two" bindtap="two">2</view>';
const script = "Page({ one() { throw new Error('first') }, two() { throw new Error('second') } })";

describe('the box of errors', () => {
  it('has the latest first, and counts what happens again', async () => {
    await using run = await runInJsdom(onePage(page, script));
    for (const what of ['.one', '.two', '.two', '.one', '.one']) await run.tap(what);
    const entries = [...run.window.document.querySelectorAll<HTMLElement>('.mh-crash p')];
    expect(entries.map(({ textContent, dataset }) => [textContent?.split('\n')[0], dataset.times])).toEqual([
      ['Error: first', '×3'],
      ['Error: second', '×2'],
    ]);
    expect(run.app.errors).toHaveLength(5);
    expect(entries[0]?.querySelector('em')?.textContent).toMatch(/^index\.js:1 · listener of wx-view$/);
  });

  it('stands over the foot of the pages, beside the layer that dialogs cover the screen with', async () => {
    await using run = await runInJsdom(onePage(page, script));
    await run.tap('.one');
    const box = run.window.document.querySelector('.mh-crash') as HTMLElement;
    expect(box.closest('.mh-layer, .mh-pages')).toBeNull();
    expect(box.parentElement?.previousElementSibling?.className).toBe('mh-pages');
  });

  it('begins anew when it was closed', async () => {
    await using run = await runInJsdom(onePage(page, script));
    for (const what of ['.one', '.one']) await run.tap(what);
    run.window.document.querySelector<HTMLElement>('.mh-crash button')?.click();
    expect(run.window.document.querySelector('.mh-crash')).toBeNull();
    await run.tap('.one');
    expect(run.window.document.querySelectorAll('.mh-crash p:not([data-times])')).toHaveLength(1);
  });
});
