import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../public/limits.js';
import type { RunningDemo } from '../src/demo-server.ts';
import { connectHub, startTestDemo } from './support/demo-clients.ts';
import { enterRoom, launchBrowser, openPage, say } from './support/demo-in-browser.ts';

let browser: Browser;
let demo: RunningDemo;
/** What a page complained about: an exception, something that its security policy forbids. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  complaints = [];
  demo = await startTestDemo({ countdownStepMs: 200 });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await demo.close();
  expect(complaints).toEqual([]);
});

async function open(options: Parameters<typeof openPage>[2] = {}, path = '/'): Promise<Page> {
  const page = await openPage(browser, `http://127.0.0.1:${demo.port}${path}`, options);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports a server that is away, or about to go (503).
    if (message.type() === 'error' && !/ERR_| 503 /.test(message.text())) complaints.push(message.text());
  });
  return page;
}

async function enter(name: string, options: Parameters<typeof openPage>[2] = {}): Promise<Page> {
  const page = await open(options);
  await enterRoom(page, name, 'tea');
  return page;
}

const said = (page: Page, text: string): Promise<void> => page.locator('.said', { hasText: text }).waitFor();
const peopleAre = (page: Page, names: string[]): Promise<void> =>
  expect.poll(() => page.locator('.person-name').allTextContents(), { timeout: 20_000 }).toEqual(names);

describe('two pages', () => {
  it('talk to each other, and see who is there', async () => {
    const ada = await enter('Ada');
    await ada.locator('#empty').waitFor();
    const bob = await enter('<b>阿明</b>');
    await peopleAre(ada, ['Ada', '<b>阿明</b>']);
    await peopleAre(bob, ['<b>阿明</b>', 'Ada']);
    await say(ada, '你好 <img src=x onerror=alert(1)> 🍵');
    await said(bob, '你好 <img src=x onerror=alert(1)> 🍵');
    await say(bob, 'hello');
    await said(ada, 'hello');
    expect(await ada.locator('.message.mine .said').allTextContents()).toEqual([
      '你好 <img src=x onerror=alert(1)> 🍵',
    ]);
    expect(await bob.locator('.message:not(.mine) .author').allTextContents()).toEqual(['Ada']);
    await bob.locator('#leave').click();
    await peopleAre(ada, ['Ada']);
    await ada.locator('.event', { hasText: '<b>阿明</b> left' }).waitFor();
    await bob.locator('#welcome').waitFor();
  });

  it('know who came in one frame with the list of people, when they come back', async () => {
    const ada = await open();
    const cuts: (() => Promise<unknown>)[] = [];
    let heldAnswer = '';
    await ada.routeWebSocket(/chat/, (socket) => {
      const server = socket.connectToServer();
      const isBack = cuts.push(() => Promise.all([socket.close(), server.close()])) > 1;
      server.onMessage((data) => {
        const text = String(data);
        // Back again, the answer to `join` waits for Bob, and leaves in front of what is told of him.
        if (isBack && heldAnswer === '' && text.includes('"members"')) heldAnswer = text;
        else socket.send(isBack && text.includes('"joined"') ? heldAnswer + text : text);
      });
    });
    await enterRoom(ada, 'Ada', 'tea');
    await peopleAre(ada, ['Ada']);
    await cuts[0]?.();
    await expect.poll(() => heldAnswer, { timeout: 20_000 }).toContain('Ada');
    await enter('Bob');
    await peopleAre(ada, ['Ada', 'Bob']);
    expect(heldAnswer).not.toContain('Bob');
  });

  it('come back and talk when the server has been restarted', async () => {
    const ada = await enter('Ada');
    const bob = await enter('Bob');
    const { port } = demo;
    await demo.close();
    for (const page of [ada, bob]) {
      await page.locator('#state[data-state="reconnecting"]').waitFor();
      await page.locator('#notice-text', { hasText: /attempt \d/ }).waitFor();
    }
    await say(ada, 'into the void');
    await ada.locator('#text-error', { hasText: 'Not connected' }).waitFor();
    expect(await ada.locator('#text').inputValue()).toBe('into the void');
    demo = await startTestDemo({ port });
    for (const page of [ada, bob]) await page.locator('#state[data-state="connected"]').waitFor();
    await ada.locator('.event', { hasText: 'Connected again' }).waitFor();
    await ada.locator('#text').press('Enter');
    await said(bob, 'into the void');
    await expect.poll(() => bob.locator('#people-count').textContent()).toBe('2');
  });
});

describe('a page', () => {
  it('stops a countdown half-way', async () => {
    const page = await enter('Ada');
    await page.locator('#countdown-from').fill('100');
    await page.locator('#countdown-start').click();
    await page.locator('#countdown-value', { hasText: /^\d\d$/ }).waitFor();
    await page.locator('#countdown-stop').click();
    await page.locator('#countdown-result', { hasText: 'Stopped at' }).waitFor();
    const stoppedAt = await page.locator('#countdown-value').textContent();
    await page.locator('#countdown-from').fill('1');
    await page.locator('#countdown-start').click();
    await page.locator('#countdown-result', { hasText: 'Done' }).waitFor();
    expect(Number(stoppedAt)).toBeGreaterThan(0);
    expect(await page.locator('#countdown-value').textContent()).toBe('0');
  });

  it('uploads numbers and shows their sum', async () => {
    const page = await enter('Ada');
    await page.locator('#sum-numbers').fill('1, 2 3.5');
    await page.locator('#sum button').click();
    await page.locator('#sum-result', { hasText: '3 numbers sent, sum 6.5.' }).waitFor();
    await page.locator('#sum-numbers').fill('one');
    await page.locator('#sum button').click();
    await page.locator('#sum-result', { hasText: 'Enter numbers' }).waitFor();
  });

  it('answers a question of the server, once with yes and once by dismissing it', async () => {
    const page = await enter('Ada');
    await page.locator('#ask').click();
    await page.locator('#confirm-question', { hasText: 'is real time fun?' }).waitFor();
    await page.locator('#confirm button[value="yes"]').click();
    await page.locator('#ask-result', { hasText: 'your answer: yes' }).waitFor();
    await page.locator('#ask').click();
    await page.locator('#confirm[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#ask-result', { hasText: 'your answer: no' }).waitFor();
  });

  it('keeps what is too long, and says by how much', async () => {
    const page = await enter('Ada');
    await say(page, 'x'.repeat(limits.textLength + 3));
    await page.locator('#text-error', { hasText: '3 characters too many' }).waitFor();
    expect(await page.locator('#text').inputValue()).toHaveLength(limits.textLength + 3);
    expect(await page.locator('.message').count()).toBe(0);
  });

  it('lets nobody in without a name, or with one that is too long', async () => {
    const page = await open();
    await page.locator('#enter-button').click();
    await page.locator('#enter-error', { hasText: 'What are you called?' }).waitFor();
    await page.locator('#name').fill('x'.repeat(limits.nameLength + 1));
    await page.locator('#enter-button').click();
    await page.locator('#enter-error', { hasText: 'at most' }).waitFor();
  });

  it('offers to connect again when the server is away', async () => {
    const page = await open();
    const { port } = demo;
    await demo.close();
    await page.locator('#name').fill('Ada');
    await page.locator('#enter-button').click();
    await page.locator('#enter-error', { hasText: 'Cannot connect' }).waitFor();
    await page.locator('#state[data-state="disconnected"]').waitFor();
    demo = await startTestDemo({ port });
    await page.locator('#enter-button').click();
    await page.locator('#state[data-state="connected"]').waitFor();
  });

  it('keeps the newest of many messages, and does not overflow sideways', async () => {
    const page = await enter('Ada', { viewport: { width: 375, height: 812 } });
    await using bob = await connectHub(demo, '/chat?name=Bob', []);
    await bob.hub.invoke('join', 'tea');
    for (let n = 0; n < 500; n++) await bob.hub.send('say', 'tea', `${n} ${'w'.repeat(120)}`);
    await said(page, '499 w');
    expect(await page.locator('#messages > li').count()).toBeLessThanOrEqual(301);
    expect(await page.locator('#messages > li').first().textContent()).toContain('latest');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBe(0);
    await page.locator('#scroller').evaluate((scroller) => scroller.scrollTo(0, 0));
    await page.locator('#newer').waitFor({ state: 'hidden' });
    await bob.hub.send('say', 'tea', 'unseen');
    await page.locator('#newer', { hasText: '1 new' }).click();
    await page.locator('#newer').waitFor({ state: 'hidden' });
  });

  it('counts in its title what came while it was hidden', async () => {
    const page = await enter('Ada');
    const hide = (isHidden: boolean): Promise<void> =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await hide(true);
    await using bob = await connectHub(demo, '/chat?name=Bob', []);
    await bob.hub.invoke('join', 'tea');
    await bob.hub.invoke('say', 'tea', 'psst');
    await expect.poll(() => page.title()).toBe('(1) minihub');
    await hide(false);
    expect(await page.title()).toBe('minihub');
  });

  it('speaks the language of the browser, and another one when asked to, also at the next visit', async () => {
    const page = await open({ locale: 'zh-CN' }, '/?room=茶');
    expect(await page.locator('#enter-button').textContent()).toBe('进入');
    expect(await page.locator('#room').inputValue()).toBe('茶');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.locator('#language').click();
    expect(await page.locator('#enter-button').textContent()).toBe('Enter');
    await page.reload();
    expect(await page.locator('#enter-button').textContent()).toBe('Enter');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('shows people and experiments in a panel on a phone', async () => {
    const page = await enter('Ada', { viewport: { width: 375, height: 812 } });
    await page.locator('#panel').waitFor({ state: 'hidden' });
    await page.locator('#panel-button').click();
    await page.locator('#people').waitFor();
    expect(await page.locator('#panel-button').getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    await page.locator('#panel').waitFor({ state: 'hidden' });
  });
});
