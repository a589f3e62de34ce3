import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/pages/api/platform-hooks.ts';
import type { RunOptions } from '../../src/pages/index.ts';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

/** Runs a script that writes what it finds into `out`, and gives what it wrote. */
async function outcome(
  body: string,
  options: Partial<RunOptions> = {},
  act?: (screen: HTMLElement) => void,
): Promise<unknown> {
  const script = `Page({ async onLoad() { const say = (value) => this.setData({ out: JSON.stringify(value) }); ${body} } })`;
  await using run = await runInJsdom(
    onePage('<view class="out">{{out}}</view><view id="box" data-a="1"/>', script),
    options,
  );
  await run.settle();
  act?.(run.app.screen);
  await run.settle();
  expect(run.app.errors).toEqual([]);
  return JSON.parse(run.texts('.out')[0] || 'null');
}

describe('the API of pages', () => {
  it('stores with and without waiting', async () => {
    const storage = memoryStorage();
    const body = `wx.setStorageSync('a', { b: [1] }); await wx.setStorage({ key: 'c', data: 2 });
      say([wx.getStorageSync('a'), (await wx.getStorage({ key: 'c' })).data, wx.getStorageSync('none'), wx.getStorageInfoSync().keys])`;
    expect(await outcome(body, { storage })).toEqual([{ b: [1] }, 2, '', ['a', 'c']]);
    expect(storage.getItem('a')).toBe('{"b":[1]}');
  });

  it('fails to get what is not stored', async () => {
    expect(await outcome(`wx.getStorage({ key: 'none', fail: say })`)).toEqual({
      errMsg: 'getStorage:fail data not found',
    });
  });

  it('shows a dialog and tells what was answered', async () => {
    const answer = await outcome(`wx.showModal({ title: 'T', content: 'C', success: say })`, {}, (screen) => {
      expect(screen.querySelector('[role=dialog]')?.textContent).toBe('TC取消确定');
      screen.querySelector<HTMLElement>('.mh-modal-confirm')?.click();
    });
    expect(answer).toMatchObject({ confirm: true, cancel: false, errMsg: 'showModal:ok' });
  });

  it('shows a list of actions', async () => {
    const choose = (index: number) => (screen: HTMLElement) =>
      screen.querySelectorAll<HTMLElement>('.mh-action')[index]?.click();
    const body = `wx.showActionSheet({ itemList: ['a', 'b'], success: say, fail: say })`;
    expect(await outcome(body, {}, choose(1))).toMatchObject({ tapIndex: 1 });
    expect(await outcome(body, {}, choose(2))).toEqual({ errMsg: 'showActionSheet:fail cancel' });
  });

  it('shows and hides toasts', async () => {
    await outcome(`wx.showLoading({ title: 'wait' })`, {}, (screen) =>
      expect(screen.querySelector('[role=status]')?.textContent).toBe('wait'),
    );
    await outcome(`await wx.showToast({ title: 'x' }); wx.hideToast()`, {}, (screen) =>
      expect(screen.querySelector('[role=status]')).toBeNull(),
    );
  });

  it('says what phone and window it is', async () => {
    const found = await outcome(
      `say([wx.getSystemInfoSync().platform, wx.getWindowInfo().windowWidth > 0, wx.getAppBaseInfo().SDKVersion, wx.canIUse('a')])`,
    );
    expect(found).toEqual(['android', true, '3.17.0', true]);
  });

  it('logs in and asks for subscriptions, as the test decides', async () => {
    const hooks = { login: () => 'mine', subscribe: () => ({ t: 'reject' }) };
    expect(
      await outcome(`say([(await wx.login()).code, (await wx.requestSubscribeMessage({ tmplIds: ['t'] })).t])`, hooks),
    ).toEqual(['mine', 'reject']);
  });

  it('keeps a clipboard', async () => {
    expect(await outcome(`await wx.setClipboardData({ data: 'x' }); say((await wx.getClipboardData()).data)`)).toBe(
      'x',
    );
  });

  it('queries elements', async () => {
    const body = `wx.createSelectorQuery().select('#box').boundingClientRect((rect) => say([rect.id, rect.dataset.a, rect.width])).exec()`;
    expect(await outcome(body)).toEqual(['box', '1', 0]);
  });

  it('runs nextTick after the data', async () => {
    expect(await outcome(`wx.nextTick(() => say('ticked'))`)).toBe('ticked');
  });

  it('reads and writes files', async () => {
    const body = `const fs = wx.getFileSystemManager(); fs.writeFileSync(wx.env.USER_DATA_PATH + '/a', 'hé');
      say([fs.readFileSync('http://usr/a', 'utf8'), fs.readFileSync('http://usr/a', 'base64'), (await fs.readFile({ filePath: 'http://usr/a', position: 1 })).data.byteLength])`;
    expect(await outcome(body)).toEqual(['hé', 'aMOp', 2]);
  });

  it('fails for a page that is not there', async () => {
    expect(await outcome(`wx.navigateTo({ url: '/nowhere', fail: say })`)).toEqual({
      errMsg: 'navigateTo:fail page "nowhere" is not found',
    });
  });

  it('ties a page to the one that it opened', async () => {
    const files = {
      'app.json': '{"pages":["a","b"]}',
      'a.wxml': '<view class="out">{{out}}</view>',
      'a.js': `Page({ onLoad() { wx.navigateTo({ url: 'b', events: { back: (v) => this.setData({ out: v }) }, success: ({ eventChannel }) => eventChannel.emit('there', 1) }) } })`,
      'b.wxml': '<view/>',
      'b.js': `Page({ onLoad() { const c = this.getOpenerEventChannel(); c.on('there', (v) => { c.emit('back', v + 1); wx.navigateBack() }) } })`,
    };
    await using run = await runInJsdom({ files });
    await run.settle();
    expect(run.texts('.out')).toEqual(['2']);
  });

  it('marks tabs', async () => {
    const files = {
      'app.json': '{"pages":["a","b"],"tabBar":{"list":[{"pagePath":"a","text":"A"},{"pagePath":"b","text":"B"}]}}',
      'a.wxml': '',
      'b.wxml': '',
      'a.js': `Page({ onLoad() { wx.setTabBarBadge({ index: 1, text: '3' }); wx.showTabBarRedDot({ index: 0 }) } })`,
    };
    await using run = await runInJsdom({ files });
    await run.settle();
    expect([...run.app.screen.querySelectorAll('.mh-tab')].map(({ textContent }) => textContent)).toEqual(['A', 'B3']);
    expect(run.app.screen.querySelectorAll('.mh-dot')).toHaveLength(1);
  });

  it('give the settings from outside: those of the run, else those of ext.json, else none', async () => {
    const page = `Page({ onLoad() { const given = wx.getExtConfigSync(); this.setData({ host: given.host || 'mine' }) } })`;
    const hostOf = async (ext: string | undefined, extConfig?: { host: string }): Promise<string[]> => {
      const program = onePage('<view class="host">{{host}}</view>', page, ext === undefined ? {} : { 'ext.json': ext });
      await using run = await runInJsdom(program, extConfig && { extConfig });
      return run.texts('.host');
    };
    expect(await hostOf(undefined)).toEqual(['mine']);
    expect(await hostOf('{ "extEnable": true, "ext": { "host": "theirs" } }')).toEqual(['theirs']);
    expect(await hostOf('{ "extEnable": false, "ext": { "host": "theirs" } }')).toEqual(['mine']);
    expect(await hostOf('{ "extEnable": true, "ext": { "host": "theirs" } }', { host: 'ours' })).toEqual(['ours']);
  });
});
