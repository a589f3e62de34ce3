import { describe, expect, it } from 'vitest';
import { runMiniProgram } from '../../src/pages/index.ts';
import { fixture, onePage, runInJsdom } from './support/jsdom-run.ts';

const events = (run: { app: { app: { readonly [name: string]: unknown } } }): string[] =>
  (run.app.app.globalData as { events: string[] }).events;

describe('runMiniProgram', () => {
  it('wants a document', async () => {
    await expect(runMiniProgram({ ...onePage(''), document: {} as Document })).rejects.toMatchObject({
      code: 'MH_SIM_OPTION',
    });
  });

  it('renders templates, WXS, lists, conditions, components and slots', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    expect(run.texts('.time')).toEqual(['01:15 你好!']);
    expect(run.texts('.row')).toEqual(['1. 小红']);
    expect(run.page.textContent).toContain('few');
    await run.tap('wx-button');
    expect(run.texts('.row')).toEqual(['1. 小红', '2. 小明']);
    expect(run.texts('.many')).toEqual(['many']);
    await run.tap('.components-bubble-bubble--likes');
    expect(run.texts('.likes')).toEqual(['3']);
    expect(run.app.errors).toEqual([]);
  });

  it('goes through the lifecycle of the app and of its pages', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    run.phone.app.hide();
    run.phone.app.show();
    expect(events(run)).toEqual([
      'launch pages/home/home',
      'app show',
      'home load',
      'home show',
      'home ready',
      'home hide',
      'app hide',
      'app show',
      'home show',
    ]);
  });

  it('opens a page with its query, shows its title, and goes back', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    await run.tap('.row');
    expect(run.texts('.id')).toEqual(['1']);
    expect(run.app.screen.querySelector('.mh-title')?.textContent).toBe('Detail 1');
    expect(run.app.pages.map(({ route }) => route)).toEqual(['pages/home/home', 'pages/detail/detail']);
    expect(run.app.pages[1]?.options).toEqual({ id: '1' });
    run.app.back();
    expect(run.app.pages.map(({ route }) => route)).toEqual(['pages/home/home']);
    expect(events(run).slice(-2)).toEqual(['detail unload', 'home show']);
  });

  it('switches tabs by the bar and by <navigator>, and keeps their pages', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    await run.tap('wx-button');
    await run.tap('.row');
    await run.tap('.to-form');
    expect(run.app.pages.map(({ route }) => route)).toEqual(['pages/form/form']);
    run.app.screen.querySelector<HTMLElement>('.mh-tab')?.click();
    expect(run.texts('.row')).toEqual(['1. 小红', '2. 小明']);
  });

  it('refreshes when it is pulled, and reaches the bottom', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    run.app.pullDown();
    run.app.reachBottom();
    expect(run.texts('.row')).toEqual(['1. refreshed', '2. 小明']);
  });

  it('keeps the style sheet of the page in front, and of the app and its components', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    const sheets = (): string =>
      [...run.window.document.head.querySelectorAll('style[data-from]')]
        .map(({ textContent }) => textContent)
        .join('\n');
    expect(sheets()).toContain('wx-page { color: #222; font-size: calc(100vw * 32 / 750)');
    expect(sheets()).toContain('.components-bubble-bubble--bubble {');
    expect(sheets()).toContain('.row {');
    await run.tap('.row');
    expect(sheets()).not.toContain('.row {');
  });

  it('takes the colours of theme.json, and tells the page of a change', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    const bar = run.app.screen.querySelector<HTMLElement>('.mh-bar');
    expect(bar?.style.background).toBe('rgb(247, 247, 247)');
    const told: unknown[] = [];
    run.app.wx.onThemeChange?.(((result: unknown) => told.push(result)) as never);
    run.app.setTheme('dark');
    expect(bar?.style.background).toBe('rgb(25, 25, 25)');
    expect(told).toEqual([{ theme: 'dark' }]);
  });

  it('stays light where app.json does not say darkmode', async () => {
    await using run = await runInJsdom(onePage('<view/>'), { theme: 'dark' });
    expect(run.app.screen.dataset.theme).toBe('light');
  });

  it('shows an error with file and line, and goes on', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    await run.tap('.row');
    await run.tap('.break');
    expect(run.app.errors).toMatchObject([{ file: 'pages/detail/detail.js', line: 12 }]);
    expect(run.app.screen.querySelector('[role=alert]')?.textContent).toContain('pages/detail/detail.js:12');
    run.app.back();
    expect(run.texts('.row')).toHaveLength(1);
  });

  it.each([
    ['a lifetime', 'Page({ onLoad() { throw new Error("x") } })'],
    ['an async lifetime', 'Page({ async onLoad() { throw new Error("x") } })'],
    ['a timer', 'Page({ onLoad() { setTimeout(() => { throw new Error("x") }) } })'],
    ['a callback', 'Page({ onLoad() { wx.getNetworkType({ success() { throw new Error("x") } }) } })'],
    ['the file itself', 'throw new Error("x")'],
  ])('reports what %s throws', async (_, script) => {
    await using run = await runInJsdom(onePage('<view>still here</view>', script));
    await run.settle();
    expect(run.app.errors.map(({ message }) => message)).toEqual(['Error: x']);
    expect(run.page.textContent).toBe('still here');
  });

  it('names an unknown API, fails its call, and goes on', async () => {
    await using run = await runInJsdom({ dir: fixture('tabs') });
    await run.tap('.row');
    await run.tap('.unknown');
    expect(run.app.warnings).toEqual(['wx.startBluetoothDevicesDiscovery is not simulated']);
    expect(run.texts('.id')).toEqual(['startBluetoothDevicesDiscovery:fail not simulated']);
  });

  it('goes on behind an unknown API, however its result is used', async () => {
    const script = `Page({ async onLoad() { const m = wx.createMapContext('a'); m.a.b().c(1); await wx.getBatteryInfo(); this.setData({ ok: 'ok' }) } })`;
    await using run = await runInJsdom(onePage('<view class="ok">{{ok}}</view>', script));
    await run.settle();
    expect(run.texts('.ok')).toEqual(['ok']);
    expect(run.app.errors).toEqual([]);
  });

  it('lets a page that is gone set its data, without harm', async () => {
    const files = {
      'app.json': JSON.stringify({ pages: ['first', 'second'] }),
      'first.wxml': '<view wx:for="{{rows}}" wx:key="*this">{{item}}</view>',
      'first.js': `Page({ data: { rows: [] }, onLoad() { getApp().first = this } })`,
      'app.js': 'App({})',
      'second.wxml': '<view class="ok" bindtap="late">second</view>',
      'second.js': `Page({ late() { getApp().first.setData({ rows: ['a', 'b'] }) } })`,
    };
    await using run = await runInJsdom({ files });
    (run.app.wx.reLaunch as (options: object) => void)({ url: '/second' });
    await run.settle();
    await run.tap('.ok');
    expect(run.texts('.ok')).toEqual(['second']);
    expect(run.app.errors).toEqual([]);
  });

  it('has nothing where no phone has anything, so that platforms can be told apart', async () => {
    const script = `Page({ onLoad() { this.setData({ ok: [wx.tradePay, wx.connectContainer, wx.getAuthCode].map((f) => typeof f).join() }) } })`;
    await using run = await runInJsdom(onePage('<view class="ok">{{ok}}</view>', script));
    await run.settle();
    expect(run.texts('.ok')).toEqual(['undefined,undefined,undefined']);
    expect(run.app.warnings).toEqual([]);
  });

  it('goes on behind an object of wx that is not simulated', async () => {
    const script = `Page({ onLoad() { wx.cloud.init({ env: 'x' }); wx.cloud.database().collection('a').get(); this.setData({ ok: 'ok' }) } })`;
    await using run = await runInJsdom(onePage('<view class="ok">{{ok}}</view>', script));
    await run.settle();
    expect(run.texts('.ok')).toEqual(['ok']);
    expect(run.app.warnings).toEqual(['wx.cloud.database is not simulated']);
  });

  it('names an unknown tag', async () => {
    await using run = await runInJsdom(onePage('<camera/><view>x</view>'));
    expect(run.app.warnings).toEqual(['<camera> is not simulated; it shows as an empty box (index.wxml:1)']);
  });

  it('hides the browser from the scripts, and lets them declare names of their own', async () => {
    const script = `const window = 1; const wxx = typeof document; Page({ data: { seen: [window, wxx, typeof wx, typeof getApp].join() } })`;
    await using run = await runInJsdom(
      onePage('<view class="seen">{{seen}}</view>', script.replace('const window', 'var window')),
    );
    expect(run.texts('.seen')).toEqual(['1,undefined,object,function']);
  });

  it('gives the page the time of the phone, and holds its timers while it is suspended', async () => {
    const script = `Page({ data: { at: 0 }, onLoad() { this.start = Date.now(); setTimeout(() => this.setData({ at: Date.now() - this.start }), 60000) } })`;
    await using run = await runInJsdom(onePage('<view class="at">{{at}}</view>', script));
    run.phone.app.hide();
    await run.clock.advance(600_000);
    expect(run.texts('.at')).toEqual(['0']);
    run.phone.app.show();
    expect(run.texts('.at')).toEqual(['600000']);
  });

  it('runs two mini programs side by side, each with its own globals and errors', async () => {
    const page = (text: string) =>
      onePage(
        '<view class="t">{{t}}</view>',
        `getApp().t = '${text}'; Page({ onLoad() { this.setData({ t: getApp().t }); throw new Error('${text}') } })`,
      );
    await using one = await runInJsdom(page('one'));
    await using two = await runInJsdom(page('two'));
    expect([one.texts('.t'), two.texts('.t')]).toEqual([['one'], ['two']]);
    expect([one.app.errors.length, two.app.errors.length]).toEqual([1, 1]);
  });
});
