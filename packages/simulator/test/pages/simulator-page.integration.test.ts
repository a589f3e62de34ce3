import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev-server/index.ts';
import type { PhoneControl } from '../../src/ui/phone-frame.ts';
import { type BroadcastServer, startBroadcastServer } from './support/broadcast-server.ts';
import { fixture } from './support/jsdom-run.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});

afterAll(() => browser.close());

interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly dir: string;
  readonly server: DevServer;
  phone(name: string): Frame;
  press(group: string, value: string): Promise<void>;
}

/** A fixture, copied so that a test may write into it, in a browser of its own. */
async function show(name: string, phones: number, replace: { [file: string]: [string, string] } = {}): Promise<Shown> {
  const dir = mkdtempSync(join(tmpdir(), 'minihub-sim-'));
  cpSync(fixture(name), dir, { recursive: true });
  for (const [file, [from, to]] of Object.entries(replace)) {
    const text = readFileSync(join(dir, file), 'utf8');
    writeFileSync(join(dir, file), text.replaceAll(from, to));
  }
  const server = await startDevServer({ dir, port: 0 });
  const context = await browser.newContext({ viewport: { width: 1500, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${server.url}?phones=${phones}&lang=en`);
  const phone = (which: string): Frame => {
    const frame = page.frame({ name: `phone-${which}` });
    if (frame === null) throw new Error(`no phone ${which}`);
    return frame;
  };
  for (let which = 1; which <= phones; which++) await phone(String(which)).locator('wx-page').first().waitFor();
  return {
    page,
    dir,
    server,
    phone,
    press: (group, value) => page.locator(`[data-group="${group}"] [value="${value}"]`).click(),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function chat(server: BroadcastServer, phones: number): Promise<Shown> {
  const shown = await show('global-socket-chat', phones, { 'app.js': ['ws://127.0.0.1:1', server.url] });
  for (let which = 1; which <= phones; which++) {
    await shown.phone(String(which)).locator('.state', { hasText: '已连接' }).waitFor();
  }
  return shown;
}

function timeOf(frame: Frame): Promise<number> {
  return frame.evaluate(() => (window as { minihubPhone?: PhoneControl }).minihubPhone?.clock.now() ?? 0);
}

async function say(frame: Frame, text: string): Promise<void> {
  await frame.locator('.wx-control').fill(text);
  await frame.locator('.wx-control').press('Enter');
}

const heard = (frame: Frame, text: string): Promise<void> =>
  frame.locator('.item:not(.mine) .text', { hasText: text }).waitFor();

describe('the simulator in a browser', () => {
  it('shows a mini program with its tabs, and goes from page to page by taps', async () => {
    await using shown = await show('tabs', 1);
    const phone = shown.phone('1');
    await phone.locator('wx-button', { hasText: 'Add' }).click();
    await phone.locator('.many').waitFor();
    await phone.locator('.row', { hasText: '小明' }).click();
    await phone.locator('.mh-title', { hasText: 'Detail 2' }).waitFor();
    await phone.locator('.to-form').click();
    await phone.locator('.mh-tab[aria-current=page]', { hasText: '表单' }).waitFor();
    await phone.locator('.text .wx-control').fill('hello');
    await phone.locator('.echo', { hasText: 'hello' }).waitFor();
  });

  it('shows an error of a page with its file and line, and goes on', async () => {
    await using shown = await show('tabs', 1);
    const phone = shown.phone('1');
    await phone.locator('.row').click();
    await phone.locator('.break').click();
    await phone.locator('.mh-crash', { hasText: 'pages/detail/detail.js:12' }).waitFor();
    await phone.locator('.mh-back').click();
    await phone.locator('.mh-title', { hasText: '首页' }).waitFor();
    await shown.page.getByRole('tab', { name: 'Console' }).click();
    await shown.page.locator('#console li[data-kind=error]', { hasText: 'detail.js:12' }).waitFor();
  });

  it('loads the phones again when a file changes, and says what is wrong with one', async () => {
    await using shown = await show('tabs', 1);
    const file = join(shown.dir, 'pages/home/home.wxml');
    writeFileSync(file, '<view class="new">fresh</view>');
    await shown.phone('1').locator('.new').waitFor();
    writeFileSync(join(shown.dir, 'app.json'), '{ "pages": ');
    await shown.phone('1').locator('.failure', { hasText: 'MH_SIM_BAD_JSON' }).waitFor();
  });

  it('lets one of two phones lose its network and come back, and logs every frame', async () => {
    await using server = await startBroadcastServer();
    await using shown = await chat(server, 2);
    const [one, two] = [shown.phone('1'), shown.phone('2')];
    await say(one, 'first light');
    await heard(two, 'first light');
    await shown.press('target', '2');
    await shown.press('network', 'none');
    await two.locator('.state', { hasText: '未连接' }).waitFor();
    await say(one, 'unheard');
    await shown.press('network', 'wifi');
    await two.locator('.connect').click();
    await two.locator('.state', { hasText: '已连接' }).waitFor();
    await say(one, 'heard again');
    await heard(two, 'heard again');
    expect(await two.locator('.item', { hasText: 'unheard' }).count()).toBe(0);
    await shown.page.locator('#traffic li[data-kind=received]', { hasText: 'heard again' }).first().waitFor();
    await shown.page.locator('#filter').fill('heard again');
    expect(await shown.page.locator('#traffic li:visible').count()).toBe(3);
    await shown.page.locator('#clear').click();
    expect(await shown.page.locator('#traffic li').count()).toBe(0);
  });

  it('suspends a hidden phone, skips ten minutes, and brings it back with its sockets cut', async () => {
    await using server = await startBroadcastServer();
    await using shown = await chat(server, 1);
    const phone = shown.phone('1');
    await shown.press('app', 'hide');
    await phone.locator('#cover[data-state=background]').waitFor();
    const before = await timeOf(phone);
    await shown.press('skip', '600');
    await phone.locator('#cover[data-state=suspended]').waitFor();
    const after = await timeOf(phone);
    expect(after - before).toBeGreaterThanOrEqual(600_000);
    expect(server.count).toBe(0);
    await phone.locator('#cover-button').click();
    await phone.locator('.item', { hasText: '已关闭 1000' }).waitFor();
    await phone.locator('.connect').click();
    await phone.locator('.state', { hasText: '已连接' }).waitFor();
  });

  it('tells a silent death to nobody, and a cut to both', async () => {
    await using server = await startBroadcastServer();
    await using shown = await chat(server, 1);
    const phone = shown.phone('1');
    await shown.press('lose', 'silent');
    await shown.page.locator('#traffic li[data-kind=mute]').waitFor();
    expect(await phone.locator('.state').textContent()).toBe('已连接');
    expect(server.count).toBe(1);
    await shown.press('reload', 'reload');
    await phone.locator('.state', { hasText: '已连接' }).waitFor();
    await shown.press('lose', 'reset');
    await phone.locator('.item', { hasText: '已关闭 1006' }).waitFor();
    await server.emptied();
  });

  it('turns a mini program dark that can be', async () => {
    await using shown = await show('tabs', 1);
    await shown.press('theme', 'dark');
    const phone = shown.phone('1');
    await phone.locator('.mh-app[data-theme=dark]').waitFor();
    const background = await phone
      .locator('.card')
      .first()
      .evaluate((card) => getComputedStyle(card).backgroundColor);
    expect(background).toBe('rgb(34, 34, 34)');
  });

  it('speaks the language that it is asked for', async () => {
    await using shown = await show('tabs', 1);
    await shown.page.locator('#language').click();
    await shown.page.getByRole('button', { name: '切到后台' }).waitFor();
  });
});
