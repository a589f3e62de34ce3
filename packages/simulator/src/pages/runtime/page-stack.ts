import { CallFailure } from '../api/api-call.ts';
import { resolvePath } from '../compile/paths.ts';
import { createEventChannels, type EventChannel } from './event-channel.ts';
import type { FrameworkRoot, PageInstance } from './framework.ts';
import type { Reports } from './reports.ts';
import type { PagePlace, Screen } from './screen.ts';

/** A page that is open. */
export interface OpenPage {
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly root: FrameworkRoot;
  readonly instance: PageInstance;
  readonly place: PagePlace;
  readonly isTab: boolean;
  /** Changes of its bar that its code made. */
  bar: { title?: string; background?: string; textStyle?: string; loading?: boolean };
  /** Whether it is what somebody sees: in front, in an app that is shown. */
  shown: boolean;
  readonly channel: EventChannel;
}

/** What the stack needs to make a page. */
export interface PageMaker {
  /** Creates a page and puts it into its place; its lifecycle has not begun. */
  create(path: string, place: PagePlace): FrameworkRoot;
  isPage(path: string): boolean;
  isTab(path: string): boolean;
  /** The page in front is another, or looks different. */
  changed(): void;
  /** A page was made, and its lifecycle begins. */
  entered(page: OpenPage): void;
}

/** Where to go: `pages/room/room?id=3`, from the root or beside the page in front. */
export interface Destination {
  readonly path: string;
  readonly query: { readonly [name: string]: string };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Splits an address within the mini program. */
export function parseDestination(url: string, from: string): Destination {
  const [path = '', search = ''] = url.split(/\?(.*)/s, 2);
  const query: { [name: string]: string } = {};
  for (const part of search.split('&')) {
    if (part === '') continue;
    const [name = '', value = ''] = part.split(/=(.*)/s, 2);
    // As WeChat: names are decoded, values stay as they were written.
    query[decode(name)] = value;
  }
  return { path: resolvePath(path, from).replace(/\.html$/, ''), query };
}

const maxDepth = 10;

/** The pages that are open, and how one comes from one to another. */
export class PageStack {
  readonly #screen: Screen;
  readonly #maker: PageMaker;
  readonly #reports: Reports;
  #open: OpenPage[] = [];
  readonly #tabs: Map<string, OpenPage> = new Map();
  #appShown = true;

  constructor(screen: Screen, maker: PageMaker, reports: Reports) {
    this.#screen = screen;
    this.#maker = maker;
    this.#reports = reports;
  }

  get pages(): readonly OpenPage[] {
    return this.#open;
  }

  get top(): OpenPage | undefined {
    return this.#open.at(-1);
  }

  /** Opens a page in front of the others. */
  push(url: string): OpenPage {
    const destination = this.#checked(url, false);
    if (this.#open.length >= maxDepth) throw new CallFailure(`webview count limit exceed`);
    this.#hide(this.top);
    return this.#enter(destination, true);
  }

  /** Puts a page in the place of the one in front. */
  replace(url: string): void {
    const destination = this.#checked(url, false);
    this.#close(this.#open.pop());
    this.#enter(destination, true);
  }

  /** Closes `delta` pages; the first one stays. */
  back(delta: number): void {
    if (this.#open.length < 2) throw new CallFailure('cannot navigate back at first page.');
    const count = Math.min(Math.max(1, delta), this.#open.length - 1);
    for (let i = 0; i < count; i++) this.#close(this.#open.pop());
    this.#show(this.top);
  }

  /** Goes to a page of the tab bar; every other page that is no tab is closed. */
  switchTab(url: string): void {
    const { path } = this.#checked(url.replace(/\?.*$/s, ''), true);
    if (this.top?.path === path && this.#open.length === 1) return;
    for (const page of this.#open.reverse()) {
      if (page.isTab) this.#hide(page);
      else this.#close(page);
    }
    const known = this.#tabs.get(path);
    this.#open = known === undefined ? [] : [known];
    if (known === undefined) this.#enter({ path, query: {} }, false);
    else this.#show(known);
  }

  /** Closes everything, and opens one page. */
  reLaunch(url: string): void {
    const destination = this.#checked(url, undefined);
    this.closeAll();
    this.#enter(destination, false);
  }

  closeAll(): void {
    for (const page of this.#open.reverse()) if (!page.isTab) this.#close(page);
    for (const page of this.#tabs.values()) this.#close(page);
    this.#tabs.clear();
    this.#open = [];
  }

  /** The app went to the background, or came back. */
  showApp(shown: boolean): void {
    this.#appShown = shown;
    if (shown) this.#show(this.top);
    else this.#hide(this.top);
  }

  /** Calls a handler of a page, if the page has it. */
  call(page: OpenPage | undefined, name: string, ...args: unknown[]): unknown {
    const handler = page?.instance[name];
    if (page === undefined || typeof handler !== 'function') return undefined;
    return this.#reports.run(`${name} of ${page.path}`, () => handler.apply(page.instance, args));
  }

  #checked(url: string, tab: boolean | undefined): Destination {
    const destination = parseDestination(String(url ?? ''), this.top?.path ?? '');
    const { path } = destination;
    if (!this.#maker.isPage(path)) throw new CallFailure(`page "${path}" is not found`);
    if (tab !== undefined && tab !== this.#maker.isTab(path)) {
      throw new CallFailure(tab ? 'can not switch to no-tabBar page' : 'can not navigateTo a tabbar page');
    }
    return destination;
  }

  #enter({ path, query }: Destination, moves: boolean): OpenPage {
    const place = this.#screen.addPage(path);
    const root = this.#maker.create(path, place);
    const instance = root.get();
    const isTab = this.#maker.isTab(path);
    const page: OpenPage = {
      path,
      query,
      root,
      instance,
      place,
      isTab,
      bar: {},
      shown: false,
      channel: createEventChannels(),
    };
    Object.assign(instance, { route: path, __route__: path, options: query });
    Object.defineProperty(instance, 'getOpenerEventChannel', { value: () => page.channel.opened, configurable: true });
    if (moves) place.scroller.setAttribute('data-entering', '');
    this.#open.push(page);
    if (isTab) this.#tabs.set(path, page);
    this.#maker.entered(page);
    this.#warnOfSharing(page);
    this.call(page, 'onLoad', query);
    this.#show(page);
    root.getComponent().triggerPageLifetime('ready', []);
    this.call(page, 'onReady');
    return page;
  }

  #warnOfSharing({ instance, path }: OpenPage): void {
    const names = ['onShareAppMessage', 'onShareTimeline', 'onAddToFavorites'];
    for (const name of names) {
      if (typeof instance[name] === 'function')
        this.#reports.warn(`${name} is never called: there is no sharing (${path})`);
    }
  }

  #show(page: OpenPage | undefined): void {
    if (page === undefined || !this.#open.includes(page)) return;
    for (const other of [...this.#open, ...this.#tabs.values()]) {
      other.place.scroller.toggleAttribute('data-hidden', other !== page);
    }
    this.#maker.changed();
    if (page.shown || !this.#appShown) return;
    page.shown = true;
    this.call(page, 'onShow');
    page.root.getComponent().triggerPageLifetime('show', []);
  }

  #hide(page: OpenPage | undefined): void {
    if (page === undefined || !page.shown) return;
    page.shown = false;
    this.call(page, 'onHide');
    page.root.getComponent().triggerPageLifetime('hide', []);
  }

  #close(page: OpenPage | undefined): void {
    if (page === undefined) return;
    page.shown = false;
    this.call(page, 'onUnload');
    this.#reports.run(`the end of ${page.path}`, () => page.root.release());
    page.place.remove();
  }
}
