import type { TabBarConfig } from '../compile/compiled-program.ts';
import { baseStyles } from './base-styles.ts';

/** What the bar above a page shows. */
export interface NavigationBar {
  readonly title: string;
  readonly background: string;
  readonly textStyle: string;
  readonly canGoBack: boolean;
  readonly hidden: boolean;
  readonly loading: boolean;
}

/** What the bar below the tab pages shows. */
export interface TabBarView {
  readonly config: TabBarConfig;
  readonly selected: string;
  readonly badges: ReadonlyMap<number, string>;
  readonly texts: ReadonlyMap<number, string>;
}

/** The place of one page on the screen. */
export interface PagePlace {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** Where the page goes. */
  readonly placeholder: HTMLElement;
  readonly refresher: HTMLElement;
  remove(): void;
}

type Make = <Name extends keyof HTMLElementTagNameMap>(
  tag: Name,
  className: string,
  ...children: (Node | string)[]
) => HTMLElementTagNameMap[Name];

/** Makes elements of a document. */
export function maker(document: Document): Make {
  return (tag, className, ...children) => {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...children);
    return element;
  };
}

/** Everything on the phone's screen that is not the pages' own: bars, style sheets, and the layer for dialogs. */
export class Screen {
  readonly element: HTMLElement;
  readonly layer: HTMLElement;
  /** What stands over the foot of the pages, and covers no bar. */
  readonly notices: HTMLElement;
  readonly make: Make;
  onBack: () => void = () => undefined;
  onTab: (pagePath: string, index: number) => void = () => undefined;
  readonly #document: Document;
  readonly #bar: HTMLElement;
  readonly #pages: HTMLElement;
  readonly #tabs: HTMLElement;
  readonly #sheets: Map<string, HTMLStyleElement> = new Map();
  readonly #assetUrl: (source: string) => string;
  readonly #base: HTMLStyleElement;

  constructor(document: Document, root: Element, assetUrl: (source: string) => string) {
    this.#document = document;
    this.#assetUrl = assetUrl;
    this.make = maker(document);
    this.#bar = this.make('header', 'mh-bar');
    this.#pages = this.make('main', 'mh-pages');
    this.#tabs = this.make('nav', 'mh-tabs');
    this.layer = this.make('div', 'mh-layer');
    this.notices = this.make('div', 'mh-notices');
    this.element = this.make('div', 'mh-app', this.#bar, this.#pages, this.notices, this.#tabs, this.layer);
    this.#base = this.make('style', '', baseStyles);
    document.head.append(this.#base);
    root.append(this.element);
    this.showTabs(undefined);
  }

  showTheme(theme: string): void {
    this.element.dataset.theme = theme;
  }

  showBar(bar: NavigationBar): void {
    const { make } = this;
    this.#bar.hidden = bar.hidden;
    this.#bar.style.background = bar.background;
    this.#bar.style.color = bar.textStyle === 'white' ? '#fff' : '#000';
    const back = make('button', 'mh-back');
    back.type = 'button';
    back.ariaLabel = '返回 Back';
    back.hidden = !bar.canGoBack;
    back.addEventListener('click', () => this.onBack());
    const title = make('h1', 'mh-title', bar.title);
    if (bar.loading) title.prepend(make('i', 'wx-spinner'));
    const capsule = make('span', 'mh-capsule', make('i', 'mh-dots'), make('i', 'mh-circle'));
    capsule.ariaHidden = 'true';
    this.#bar.replaceChildren(back, title, capsule);
  }

  showTabs(view: TabBarView | undefined): void {
    this.#tabs.hidden = view === undefined;
    if (view === undefined) {
      this.#tabs.replaceChildren();
      return;
    }
    const { config, selected } = view;
    this.#tabs.style.background = config.backgroundColor ?? '';
    this.#tabs.dataset.border = config.borderStyle ?? 'black';
    this.#tabs.dataset.position = config.position ?? 'bottom';
    const items = (config.list ?? []).map((item, index) => {
      const isSelected = item.pagePath.replace(/^\//, '') === selected;
      const tab = this.make('button', 'mh-tab');
      tab.type = 'button';
      tab.style.color = (isSelected ? config.selectedColor : config.color) ?? '';
      if (isSelected) tab.setAttribute('aria-current', 'page');
      const icon = isSelected ? (item.selectedIconPath ?? item.iconPath) : item.iconPath;
      if (icon !== undefined) {
        const picture = this.make('img', 'mh-tab-icon');
        picture.src = this.#assetUrl(icon.startsWith('/') ? icon : `/${icon}`);
        picture.alt = '';
        tab.append(picture);
      }
      tab.append(this.make('span', '', view.texts.get(index) ?? item.text ?? ''));
      const badge = view.badges.get(index);
      if (badge !== undefined) tab.append(this.make('b', badge === '' ? 'mh-dot' : 'mh-badge', badge));
      tab.addEventListener('click', () => this.onTab(item.pagePath, index));
      return tab;
    });
    this.#tabs.replaceChildren(...items);
  }

  /** Makes the place of a page, in front of the others. */
  addPage(path: string): PagePlace {
    const placeholder = this.make('div', '');
    const refresher = this.make('div', 'mh-refresher', this.make('i', 'wx-spinner'));
    const scroller = this.make('section', 'mh-page', refresher, placeholder);
    scroller.dataset.page = path;
    this.#pages.append(scroller);
    return { scroller, placeholder, refresher, remove: () => scroller.remove() };
  }

  /** Puts a style sheet into the document, or changes the one of that name. */
  setStyle(name: string, css: string | undefined): void {
    const known = this.#sheets.get(name);
    if (css === undefined) {
      known?.remove();
      this.#sheets.delete(name);
    } else if (known !== undefined) known.textContent = css;
    else {
      const sheet = this.make('style', '', css);
      sheet.dataset.from = name;
      this.#document.head.append(sheet);
      this.#sheets.set(name, sheet);
    }
  }

  dispose(): void {
    for (const sheet of this.#sheets.values()) sheet.remove();
    this.#base.remove();
    this.element.remove();
  }
}
