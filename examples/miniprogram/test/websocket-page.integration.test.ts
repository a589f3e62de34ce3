import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo } from '../../demo/src/demo-server.ts';
import { launchBrowser, type Phone, type Shown, showPhones } from './support/two-phones.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

interface Seen {
  readonly states: string[];
  readonly amounts: number[];
}

/** Opens the page, and writes down every readyState and bufferedAmount that it shows. */
async function watch({ phones }: Shown): Promise<{ phone: Phone; seen(): Promise<Seen> }> {
  const [phone] = phones as [Phone];
  await phone.tab('WebSocket');
  await phone.frame.locator('.state.now .number').waitFor();
  await phone.frame.evaluate(() => {
    const seen: Seen = { states: [], amounts: [] };
    Object.assign(window, { seen });
    const look = (): void => {
      const state = document.querySelector('.state.now .number')?.textContent ?? '';
      const amount = Number(document.querySelector('.amount')?.textContent);
      if (seen.states.at(-1) !== state) seen.states.push(state);
      if (seen.amounts.at(-1) !== amount) seen.amounts.push(amount);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  return { phone, seen: () => phone.frame.evaluate(() => (window as unknown as { seen: Seen }).seen) };
}

const button = (phone: Phone, text: string): Promise<void> =>
  phone.frame.locator('wx-button', { hasText: text }).click();

/** The log of the page, oldest first. */
const log = (phone: Phone): Promise<string[]> =>
  phone.frame
    .locator('.log .entry')
    .evaluateAll((lines) => lines.map((line) => line.querySelector('.kind')?.textContent ?? '').reverse());

const logged = (phone: Phone, kind: string): Promise<void> => phone.frame.locator(`.kind.${kind}`).first().waitFor();

describe('the page on the WebSocket class', () => {
  it('shows every state, what waits to be sent, and the events of one connection', async () => {
    await using demo = await startDemo({ port: 0, host: '127.0.0.1' });
    await using shown = await showPhones(browser, demo.port, 1);
    const { phone, seen } = await watch(shown);
    await shown.page.locator('#latency').fill('200');
    await button(phone, 'new WebSocket');
    await logged(phone, 'open');
    await button(phone, '60 KB');
    await logged(phone, 'message');
    await button(phone, 'close()');
    await logged(phone, 'close');
    await phone.frame.locator('.state.now .number', { hasText: '3' }).waitFor();
    const { states, amounts } = await seen();
    expect(states).toEqual(['3', '0', '1', '2', '3']);
    expect(amounts).toEqual([0, 60_000, 0]);
    expect(await log(phone)).toEqual(['new', 'open', 'call', 'message', 'call', 'close']);
    expect(await phone.frame.locator('.entry', { hasText: 'code 1000' }).count()).toBe(1);
    expect(await shown.console()).toEqual([]);
  });

  it('shows the error and the close of a connection that nobody answers, and what an address is refused with', async () => {
    const demo = await startDemo({ port: 0, host: '127.0.0.1' });
    await demo.close();
    await using shown = await showPhones(browser, demo.port, 1);
    const { phone, seen } = await watch(shown);
    await button(phone, 'new WebSocket');
    await logged(phone, 'close');
    expect(await log(phone)).toEqual(['new', 'error', 'close']);
    expect((await seen()).states).toEqual(['3', '0', '3']);
    await phone.frame.locator('.field .wx-control').first().fill('ws://a b');
    await button(phone, 'new WebSocket');
    await phone.frame.locator('.entry', { hasText: 'SyntaxError' }).waitFor();
  });
});
