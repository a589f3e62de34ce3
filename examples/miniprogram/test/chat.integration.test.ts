import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDemo, startDemo } from '../../demo/src/demo-server.ts';
import { launchBrowser, showPhones, showTwoInRoom } from './support/two-phones.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

const start = (port = 0): Promise<RunningDemo> => startDemo({ port, host: '127.0.0.1' });

describe('the chat on two phones', () => {
  it('shows what is said on both, once and in order, after one was without a network', async () => {
    await using demo = await start();
    await using shown = await showTwoInRoom(browser, demo.port, '大厅');
    const { one, two } = shown;
    await one.say('before');
    await two.hears('before');
    await two.press('network', 'none');
    await two.banner('网络不可用');
    await one.say('missed 1');
    await one.say('missed 2');
    await two.say('written offline');
    await one.hasSent();
    expect(await two.frame.locator('.sending').count()).toBe(1);
    await two.press('network', 'wifi');
    await two.hasSent();
    await two.hears('missed 2');
    await one.hears('written offline');
    await two.noBanner();
    const all = ['before', 'missed 1', 'missed 2', 'written offline'];
    expect(await one.lines()).toEqual(all);
    expect(await two.lines()).toEqual(all);
    expect(await shown.console()).toEqual([]);
  });

  it('misses nothing of ten minutes in the background, and counts what has not been seen', async () => {
    await using demo = await start();
    await using shown = await showTwoInRoom(browser, demo.port, '茶馆');
    const { one, two } = shown;
    await two.back();
    await two.press('app', 'hide');
    await two.frame.locator('#cover[data-state=background]').waitFor();
    await two.press('skip', '600');
    await two.frame.locator('#cover[data-state=suspended]').waitFor();
    for (const text of ['1', '2', '3']) await one.say(text);
    await one.hasSent();
    await two.press('app', 'show');
    await two.banner('已恢复，没有遗漏消息');
    await two.frame.locator('.mh-badge', { hasText: '3' }).waitFor();
    await two.frame.locator('.cell', { hasText: '茶馆' }).locator('.badge', { hasText: '3' }).waitFor();
    await two.enter('茶馆');
    await two.hears('3');
    expect(await two.lines()).toEqual(['1', '2', '3']);
    await two.back();
    await two.frame.locator('.mh-badge').waitFor({ state: 'detached' });
    expect(await shown.console()).toEqual([]);
  });

  it('says that the server is gone, and when it is another, that something may be missing', async () => {
    const first = await start();
    await using shown = await showTwoInRoom(browser, first.port, '大厅');
    const { one, two } = shown;
    await one.say('before');
    await two.hears('before');
    await first.close();
    await two.banner('正在重连');
    await using _second = await start(first.port);
    await two.banner('有些消息已不在服务器上');
    for (const phone of [one, two]) await phone.frame.locator('.gap').waitFor();
    await one.frame.locator('.guest').nth(1).waitFor();
    await one.say('after');
    await two.hears('after');
    const gap = '离开太久，有些消息已不在服务器上';
    expect(await two.lines()).toEqual(['before', gap, 'after']);
    expect(await one.lines()).toEqual(['before', gap, 'after']);
  });

  it('marks what could not be sent, and sends it once when it is tapped', async () => {
    await using demo = await start();
    await using shown = await showTwoInRoom(browser, demo.port, '大厅');
    const { one, two } = shown;
    await one.press('network', 'none');
    await one.banner('网络不可用');
    await one.say('too late');
    await one.press('skip', '600');
    await one.frame.locator('.failed').waitFor();
    await one.press('network', 'wifi');
    await one.noBanner();
    expect(await two.lines()).toEqual([]);
    await one.frame.locator('.failed').click();
    await two.hears('too late');
    await one.hasSent();
    expect(await one.lines()).toEqual(['too late']);
    expect(await two.lines()).toEqual(['too late']);
    expect(await one.frame.locator('.failed').count()).toBe(0);
  });

  it('shows a picture on the other phone that one has chosen', async () => {
    await using demo = await start();
    await using shown = await showTwoInRoom(browser, demo.port, '大厅');
    const { one, two } = shown;
    // Large enough to travel in many pieces: noise does not become smaller.
    const png = await shown.page.evaluate(() => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [300, 300];
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const noise = context.createImageData(300, 300);
      for (let at = 0; at < noise.data.length; at++) noise.data[at] = (Math.imul(at, 2_654_435_761) >>> 13) & 255;
      context.putImageData(noise, 0, 0);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    });
    const chooser = shown.page.waitForEvent('filechooser');
    await one.frame.locator('.add').click();
    await (await chooser).setFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
    for (const phone of [one, two]) {
      const width = await phone.frame
        .locator('.message .picture img')
        .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
      expect(width).toBe(300);
    }
    await one.hasSent();
    expect([await one.lines(), await two.lines()]).toEqual([['[picture]'], ['[picture]']]);
  });

  it('shows who types, and who has gone', async () => {
    await using demo = await start();
    await using shown = await showTwoInRoom(browser, demo.port, '大厅');
    const { one, two } = shown;
    await two.frame.locator('.composer .wx-control').pressSequentially('hm');
    await one.frame.locator('.typing', { hasText: '正在输入' }).waitFor();
    await two.say('hm');
    await one.frame.locator('.typing', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await two.back();
    await two.tab('我');
    const name = two.frame.locator('.name .wx-control');
    await name.fill('小明');
    await name.press('Enter');
    await two.frame.locator('.mh-toast', { hasText: '已保存' }).waitFor();
    await two.tab('聊天');
    await two.enter('大厅');
    await two.say('it is me');
    await one.frame.locator('.message .name', { hasText: '小明' }).waitFor();
  });
});

describe('the banner', () => {
  it('tells the truth from the first moment on', async () => {
    const port = await start().then(async (demo) => {
      await demo.close();
      return demo.port;
    });
    await using shown = await showPhones(browser, port, 1);
    const [phone] = shown.phones;
    await phone?.banner('连接中');
    await using _demo = await start(port);
    await phone?.noBanner();
    await phone?.frame.locator('.cell', { hasText: '大厅' }).waitFor();
    await phone?.tab('我');
    await phone?.frame.locator('.soft', { hasText: '已连接' }).waitFor();
  });
});
