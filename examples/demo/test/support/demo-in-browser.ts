import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, with everything off that would talk to somebody else. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page of somebody with a browser of their own: nothing is stored yet. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

/** Fills in the form in front of the chat, and waits until the chat is there. */
export async function enterRoom(page: Page, name: string, room: string): Promise<void> {
  await page.locator('#name').fill(name);
  await page.locator('#room').fill(room);
  await page.locator('#enter-button').click();
  await page.locator('#state[data-state="connected"]').waitFor();
  await page.locator('#chat').waitFor();
}

/** Says something in the chat. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text);
  await page.locator('#text').press('Enter');
}
