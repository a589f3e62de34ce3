import type { Pullable } from '../built-ins/refresher.ts';
import type { CompiledMiniProgram, TabBarConfig } from '../compile/compiled-program.ts';
import type { OpenPage, PageStack } from './page-stack.ts';
import type { Screen } from './screen.ts';
import { type Theme, withTheme } from './theme.ts';

const pullPx = 60;

/** What the bars show, and the gestures of the page in front: pulling down, reaching the bottom. */
export class NavigationState {
  readonly badges: Map<number, string> = new Map();
  readonly tabTexts: Map<number, string> = new Map();
  tabBarHidden = false;
  theme: Theme = 'light';
  readonly #program: CompiledMiniProgram;
  readonly #screen: Screen;
  readonly #stack: () => PageStack;

  constructor(program: CompiledMiniProgram, screen: Screen, stack: () => PageStack) {
    this.#program = program;
    this.#screen = screen;
    this.#stack = stack;
  }

  get #top(): OpenPage | undefined {
    return this.#stack().top;
  }

  /** A page's setting, from its own JSON or the app's. */
  setting(page: OpenPage | undefined, name: string): unknown {
    const own = page === undefined ? undefined : this.#program.configs[page.path]?.[name];
    return withTheme(this.#program, own ?? this.#program.app.window?.[name], this.theme);
  }

  changeBar(change: OpenPage['bar']): void {
    const page = this.#top;
    if (page !== undefined) page.bar = { ...page.bar, ...change };
  }

  show(): void {
    const page = this.#top;
    const text = (name: string, fallback: string): string => String(this.setting(page, name) ?? fallback);
    const dark = this.theme === 'dark';
    this.#screen.showBar({
      title: page?.bar.title ?? text('navigationBarTitleText', ''),
      background: page?.bar.background ?? text('navigationBarBackgroundColor', dark ? '#191919' : '#ededed'),
      textStyle: page?.bar.textStyle ?? text('navigationBarTextStyle', dark ? 'white' : 'black'),
      canGoBack: this.#stack().pages.length > 1,
      hidden: this.setting(page, 'navigationStyle') === 'custom',
      loading: page?.bar.loading === true,
    });
    const background = this.setting(page, 'backgroundColorContent') ?? this.setting(page, 'backgroundColor');
    if (page !== undefined) page.place.scroller.style.background = typeof background === 'string' ? background : '';
    const tabs: TabBarConfig | undefined = withTheme(this.#program, this.#program.app.tabBar, this.theme);
    const shown = tabs !== undefined && tabs.custom !== true && page?.isTab === true && !this.tabBarHidden;
    this.#screen.showTabs(
      shown ? { config: tabs, selected: page.path, badges: this.badges, texts: this.tabTexts } : undefined,
    );
  }

  /** What happens when somebody pulls the page down, or the scroll-view in it that can be pulled. */
  pullDown(): void {
    const page = this.#top;
    if (page === undefined) return;
    if (this.setting(page, 'enablePullDownRefresh') !== true) {
      const views: Pullable[] = [...page.place.scroller.querySelectorAll<HTMLElement>('wx-scroll-view')];
      if (views.some((view) => view.wxPull?.() === true)) return;
    }
    page.place.refresher.toggleAttribute('data-on', true);
    this.#stack().call(page, 'onPullDownRefresh');
  }

  stopPullDown(): void {
    this.#top?.place.refresher.toggleAttribute('data-on', false);
  }

  /** Watches a page for the gestures that it has handlers for. */
  watch(page: OpenPage): void {
    const { scroller } = page.place;
    let atBottom = false;
    scroller.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      this.#stack().call(page, 'onPageScroll', { scrollTop });
      const distance = Number(this.setting(page, 'onReachBottomDistance') ?? 50);
      const reached = scrollHeight - clientHeight - scrollTop <= distance;
      if (reached && !atBottom) this.#stack().call(page, 'onReachBottom');
      atBottom = reached;
    });
    let startY: number | undefined;
    scroller.addEventListener('pointerdown', (event) => {
      startY = scroller.scrollTop <= 0 ? event.clientY : undefined;
    });
    scroller.addEventListener('pointerup', (event) => {
      const pulled = startY !== undefined && event.clientY - startY > pullPx;
      startY = undefined;
      if (pulled && this.setting(page, 'enablePullDownRefresh') === true) this.pullDown();
    });
  }
}
