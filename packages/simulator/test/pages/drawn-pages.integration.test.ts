import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevServer } from '../../src/dev-server/index.ts';
import type { Routes } from '../../src/routes.ts';
import { startBroadcastServer } from './support/broadcast-server.ts';
import { fixture, onePage } from './support/jsdom-run.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});

afterAll(() => browser.close());

interface ShownPage extends AsyncDisposable {
  readonly page: Page;
}

/** One phone alone, as large as a phone. */
async function showFolder(dir: string, routes: Routes = {}): Promise<ShownPage> {
  const server = await startDevServer({ dir, port: 0, routes });
  const context = await browser.newContext({ viewport: { width: 375, height: 700 } });
  const page = await context.newPage();
  await page.goto(`${server.url}phone`);
  await page.locator('wx-page').waitFor();
  return {
    page,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await server.close();
    },
  };
}

async function showFiles(source: ReturnType<typeof onePage>): Promise<ShownPage> {
  const dir = mkdtempSync(join(tmpdir(), 'minihub-drawn-'));
  for (const [path, text] of Object.entries(source.files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const shown = await showFolder(dir);
  return {
    page: shown.page,
    [Symbol.asyncDispose]: async () => {
      await shown[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

describe('pages in a browser', () => {
  it('reach another server than their code names, by a route', async () => {
    await using server = await startBroadcastServer();
    await using shown = await showFolder(fixture('global-socket-chat'), { 'ws://127.0.0.1:1': server.url });
    await shown.page.locator('.state', { hasText: '已连接' }).waitFor();
  });

  it('choose by turning a column, whose rows are as high as the mark in the middle', async () => {
    const wxml = `<picker-view style="height: 200px" indicator-style="height: 40px" value="{{[2]}}" bindchange="changed">
      <picker-view-column><view wx:for="{{12}}" wx:key="*this" class="row">{{index}}</view></picker-view-column>
    </picker-view><text id="value">{{value}}</text>`;
    const js = 'Page({ data: { value: "" }, changed(e) { this.setData({ value: e.detail.value[0] }) } })';
    await using shown = await showFiles(onePage(wxml, js));
    const { page } = shown;
    const top = async (selector: string): Promise<number> => (await page.locator(selector).boundingBox())?.y ?? 0;
    await expect.poll(async () => Math.round((await top('.row:nth-child(4)')) - (await top('.wx-pick-mark')))).toBe(0);
    await page.locator('wx-picker-view-column').hover();
    await page.mouse.wheel(0, 120);
    await expect.poll(() => page.locator('#value').textContent()).toBe('5');
  });

  it('hold what is fixed below the bar and above the tabs, however far they are scrolled', async () => {
    const wxml =
      '<view style="height: 3000px" /><view id="up" class="fixed" style="top: 0" /><view id="down" class="fixed" style="bottom: 0" />';
    const wxss = '.fixed { position: fixed; left: 0; width: 10px; height: 10px }';
    await using shown = await showFiles(onePage(wxml, 'Page({})', { 'index.wxss': wxss }));
    const { page } = shown;
    await page.locator('.mh-page').evaluate((element) => element.scrollTo(0, 500));
    const box = async (selector: string): Promise<{ y: number; height: number }> =>
      (await page.locator(selector).boundingBox()) ?? { y: 0, height: 0 };
    const pages = await box('.mh-pages');
    expect((await box('#up')).y).toBe(pages.y);
    expect((await box('#down')).y).toBe(pages.y + pages.height - 10);
  });

  it('draw on a canvas, in the pixels of the screen', async () => {
    const wxml = '<canvas type="2d" id="c" style="width: 100px; height: 50px" /><text id="at">{{at}}</text>';
    const js = `Page({ data: { at: '' }, onReady() {
      wx.createSelectorQuery().select('#c').fields({ node: true, size: true, rect: true }).exec(([{ node, width, height, top }]) => {
        node.width = width; node.height = height;
        const pen = node.getContext('2d');
        pen.fillStyle = '#ff0000';
        pen.fillRect(0, 0, 10, 10);
        this.setData({ at: [width, height, top, ...pen.getImageData(5, 5, 1, 1).data].join(' ') });
      });
    } })`;
    await using shown = await showFiles(onePage(wxml, js));
    await expect.poll(() => shown.page.locator('#at').textContent()).toBe('100 50 0 255 0 0 255');
  });

  it('play an animation to its end', async () => {
    const js = `Page({ data: { move: null }, go() { this.setData({ move: wx.createAnimation({ duration: 50 }).translateX(30).step().opacity(0.5).step().export() }) } })`;
    await using shown = await showFiles(
      onePage('<view id="box" animation="{{move}}" bindtap="go" style="height: 50px">x</view>', js),
    );
    const box = shown.page.locator('#box');
    await box.click();
    const look = (): Promise<string> =>
      box.evaluate((element) => [getComputedStyle(element).transform, getComputedStyle(element).opacity].join(' '));
    await expect.poll(look).toBe('matrix(1, 0, 0, 1, 30, 0) 0.5');
  });
});
