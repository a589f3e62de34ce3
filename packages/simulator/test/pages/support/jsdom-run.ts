import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';
import { createFakeClock, createWx, type FakeClock, type SimulatedPhone } from '../../../src/index.ts';
import { type MiniProgram, type RunOptions, runMiniProgram } from '../../../src/pages/index.ts';

/** Where a fixture is on disk. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** A mini program in jsdom, on a phone whose time stands still. */
export interface JsdomRun extends AsyncDisposable {
  readonly app: MiniProgram;
  readonly phone: SimulatedPhone;
  readonly clock: FakeClock;
  readonly window: JSDOM['window'];
  /** The page in front. */
  readonly page: HTMLElement;
  /** The element in the page in front, which must be there. */
  find<Type extends Element = HTMLElement>(selector: string): Type;
  texts(selector: string): string[];
  tap(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  /** Lets everything that is under way happen. */
  settle(): Promise<void>;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}

type Source = { readonly dir: string } | { readonly files: { readonly [path: string]: string } };

/** Runs a mini program in jsdom. */
export async function runInJsdom(source: Source, options: Partial<RunOptions> = {}): Promise<JsdomRun> {
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
  const clock = createFakeClock();
  const phone = options.phone ?? createWx({ clock });
  const { document } = window;
  const app = await runMiniProgram({ ...source, phone, document, ...options });
  const find = <Type extends Element = HTMLElement>(selector: string): Type => {
    const page = document.querySelector('.mh-page:not([data-hidden]) wx-page');
    const found = page?.querySelector(selector);
    if (!found) throw new Error(`No ${selector} in ${page?.outerHTML ?? 'no page'}`);
    return found as Type;
  };
  return {
    app,
    phone,
    clock,
    window,
    get page() {
      return document.querySelector('.mh-page:not([data-hidden]) wx-page') as HTMLElement;
    },
    find,
    texts: (selector) => {
      const page = document.querySelector('.mh-page:not([data-hidden]) wx-page');
      return [...(page?.querySelectorAll(selector) ?? [])].map(({ textContent }) => textContent?.trim() ?? '');
    },
    tap: async (selector) => {
      find(selector).click();
      await settle();
    },
    type: async (selector, text) => {
      const control = find<HTMLInputElement>(`${selector} .wx-control`);
      control.value = text;
      control.dispatchEvent(new window.Event('input', { bubbles: true }));
      await settle();
    },
    settle,
    [Symbol.asyncDispose]: async () => {
      app.dispose();
      phone.dispose();
      window.close();
    },
  };
}

/** The files of a mini program of one page. */
export function onePage(
  wxml: string,
  js = 'Page({})',
  more: { [path: string]: string } = {},
): { files: { [path: string]: string } } {
  return { files: { 'app.json': '{"pages":["index"]}', 'index.wxml': wxml, 'index.js': js, ...more } };
}
