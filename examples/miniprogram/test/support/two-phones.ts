import { startDevServer } from '@minihub/simulator/dev-server';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { projectDir } from './mini-program-files.ts';

/** Debian's Chromium, with everything off that would talk to somebody else. */
export function launchBrowser(): Promise<Browser> {
  const off = ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update'];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--no-first-run', ...off] });
}

const banner = '.mh-page:not([data-hidden]) connection-banner wx-text';

/** One simulated phone with the example on it, as somebody uses it. */
export class Phone {
  readonly frame: Frame;
  readonly #page: Page;
  readonly #name: string;

  constructor(page: Page, name: string) {
    const frame = page.frame({ name: `phone-${name}` });
    if (frame === null) throw new Error(`no phone ${name}`);
    this.frame = frame;
    this.#page = page;
    this.#name = name;
  }

  /** Presses a button of the panel, for this phone alone. */
  async press(group: string, value: string): Promise<void> {
    await this.#page.locator(`[data-group="target"] [value="${this.#name}"]`).click();
    await this.#page.locator(`[data-group="${group}"] [value="${value}"]`).click();
  }

  /** Goes to a tab. */
  async tab(text: string): Promise<void> {
    await this.frame.locator('.mh-tab', { hasText: text }).click();
  }

  async enter(room: string): Promise<void> {
    await this.frame.locator('.cell', { hasText: room }).click();
    await this.frame.locator('.composer').waitFor();
  }

  async back(): Promise<void> {
    await this.frame.locator('.mh-back').click();
    await this.frame.locator('.mh-tabs:not([hidden])').waitFor();
  }

  async say(text: string): Promise<void> {
    const field = this.frame.locator('.composer .wx-control');
    await field.fill(text);
    await field.press('Enter');
  }

  /** Waits until the room that is open shows a message. */
  async hears(text: string): Promise<void> {
    await this.frame.locator('.message .bubble', { hasText: text }).first().waitFor();
  }

  /** Waits until nothing that was written here is on its way any more. */
  async hasSent(): Promise<void> {
    await this.frame.locator('.sending').waitFor({ state: 'detached' });
  }

  /** What the room that is open shows, oldest first; pictures and gaps by name. */
  lines(): Promise<string[]> {
    return this.frame
      .locator('.message .bubble, .message .picture, .gap')
      .evaluateAll((all) =>
        all.map((one) => (one.matches('.picture') ? '[picture]' : (one.textContent?.trim() ?? ''))),
      );
  }

  /** Waits until the banner of the page in front says something. */
  async banner(text: string): Promise<void> {
    await this.frame.locator(banner, { hasText: text }).waitFor();
  }

  /** Waits until the page in front has no banner. */
  async noBanner(): Promise<void> {
    await this.frame.locator(banner).waitFor({ state: 'detached' });
  }
}

/** The mini program in a browser. */
export interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly phones: readonly Phone[];
  /** What the mini programs wrote to their consoles, warnings and errors too. */
  console(): Promise<string[]>;
}

/** Shows the mini program on phones side by side; its server is on a port of this machine. */
export async function showPhones(browser: Browser, serverPort: number, count = 2): Promise<Shown> {
  const server = await startDevServer({
    dir: projectDir,
    port: 0,
    extConfig: { host: `ws://127.0.0.1:${serverPort}` },
  });
  const context = await browser.newContext({ viewport: { width: 1500, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${server.url}?phones=${count}&lang=en`);
  const phones = Array.from({ length: count }, (_, index) => new Phone(page, String(index + 1)));
  for (const { frame } of phones) await frame.locator('wx-page').first().waitFor();
  return {
    page,
    phones,
    console: () => page.locator('#console li').allTextContents(),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await server.close();
    },
  };
}

/** Two phones, both in a room. */
export async function showTwoInRoom(
  browser: Browser,
  serverPort: number,
  room: string,
): Promise<Shown & { readonly one: Phone; readonly two: Phone }> {
  const shown = await showPhones(browser, serverPort);
  const [one, two] = shown.phones as [Phone, Phone];
  for (const phone of [one, two]) await phone.enter(room);
  for (const phone of [one, two]) await phone.frame.locator('.guest').nth(1).waitFor();
  return { ...shown, one, two };
}
