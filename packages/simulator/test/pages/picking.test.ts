import { describe, expect, it } from 'vitest';
import { type JsdomRun, onePage, runInJsdom } from './support/jsdom-run.ts';

const columns = (run: JsdomRun): HTMLSelectElement[] => [
  ...run.window.document.querySelectorAll<HTMLSelectElement>('.mh-column'),
];
const shown = (run: JsdomRun): string[] =>
  columns(run).map((column) => column.options[column.selectedIndex]?.text ?? '');

async function choose(run: JsdomRun, column: number, text: string): Promise<void> {
  const select = columns(run)[column] as HTMLSelectElement;
  select.selectedIndex = [...select.options].findIndex((option) => option.text === text);
  select.dispatchEvent(new run.window.Event('change'));
  await run.settle();
}

async function confirm(run: JsdomRun): Promise<void> {
  run.window.document.querySelector<HTMLElement>('.mh-pick-confirm')?.click();
  await run.settle();
}

describe('<picker mode="region">', () => {
  it('offers what is in what was chosen, and gives names and codes', async () => {
    const js = `Page({ data: { at: ['浙江省', '杭州市', '滨江区'] }, picked(e) { this.setData({ picked: e.detail }) } })`;
    await using run = await runInJsdom(
      onePage('<picker mode="region" value="{{at}}" bindchange="picked">x</picker>', js),
    );
    await run.tap('wx-picker');
    expect(shown(run)).toEqual(['浙江省', '杭州市', '滨江区']);
    await choose(run, 0, '广东省');
    expect(shown(run)).toEqual(['广东省', '广州市', '荔湾区']);
    await choose(run, 1, '深圳市');
    await choose(run, 2, '南山区');
    await confirm(run);
    expect(run.app.pages.at(-1)?.data.picked).toMatchObject({
      value: ['广东省', '深圳市', '南山区'],
      code: ['440000', '440300', '440305'],
    });
  });

  it('shows fewer columns, and one more row for all of them', async () => {
    const wxml = '<picker mode="region" level="city" custom-item="全部" bindchange="picked">x</picker>';
    const js = `Page({ picked(e) { this.setData({ picked: e.detail.value }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    await run.tap('wx-picker');
    expect(shown(run)).toEqual(['全部', '全部']);
    await choose(run, 0, '北京市');
    expect(shown(run)).toEqual(['北京市', '全部']);
    await confirm(run);
    expect(run.app.pages.at(-1)?.data.picked).toEqual(['北京市', '全部']);
  });
});

describe('<picker mode="multiSelector">', () => {
  it('shows the columns that the page gives while it is open', async () => {
    const js = `Page({
      data: { range: [['鱼', '鸟'], ['鲤', '鲫']], index: [0, 1] },
      other(e) { if (e.detail.column === 0) this.setData({ 'range[1]': ['雀', '燕', '鸽'], index: [e.detail.value, 2] }) },
      picked(e) { this.setData({ picked: e.detail.value }) },
    })`;
    const wxml =
      '<picker mode="multiSelector" range="{{range}}" value="{{index}}" bindcolumnchange="other" bindchange="picked">x</picker>';
    await using run = await runInJsdom(onePage(wxml, js));
    await run.tap('wx-picker');
    expect(shown(run)).toEqual(['鱼', '鲫']);
    await choose(run, 0, '鸟');
    expect(shown(run)).toEqual(['鸟', '鸽']);
    await confirm(run);
    expect(run.app.pages.at(-1)?.data.picked).toEqual([1, 2]);
  });
});

describe('<picker-view>', () => {
  it('tells of the row that was chosen in each column, and shows those that the page chooses', async () => {
    const wxml = `<picker-view value="{{value}}" indicator-style="height: 50px" bindchange="changed">
      <picker-view-column><view wx:for="{{[2024, 2025, 2026]}}" wx:key="*this" class="year">{{item}}</view></picker-view-column>
      <picker-view-column><view wx:for="{{[1, 2, 3]}}" wx:key="*this" class="month">{{item}}</view></picker-view-column>
    </picker-view>`;
    const js = `Page({ data: { value: [9, 1], told: [] }, changed(e) { this.setData({ value: e.detail.value, told: [...this.data.told, e.detail.value] }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    await run.settle();
    await run.tap('.month');
    await run.tap('.year');
    expect(run.app.pages.at(-1)?.data.told).toEqual([
      [2, 0],
      [0, 0],
    ]);
    expect(run.app.errors).toEqual([]);
    expect(run.app.warnings).toEqual([]);
  });
});
