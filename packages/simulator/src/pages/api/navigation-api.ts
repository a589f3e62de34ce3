import type { NavigationState } from '../runtime/navigation-state.ts';
import type { PageStack } from '../runtime/page-stack.ts';
import type { ApiCalls, CallOptions } from './api-call.ts';

type Api = { [name: string]: (...args: never[]) => unknown };
type Going = CallOptions & { url: string };

/** Going from page to page, and the bars above and below them. */
export function navigationApi(calls: ApiCalls, stack: PageStack, state: NavigationState): Api {
  const going =
    (name: string, go: (url: string) => void) =>
    (options: Going): unknown =>
      calls.answer(name, options, () => {
        go(options.url);
        return {};
      });
  const bar =
    (name: string, change: (options: CallOptions) => void) =>
    (options: CallOptions = {}): unknown =>
      calls.answer(name, options, () => {
        change(options);
        state.show();
        return {};
      });
  return {
    navigateTo: (options: Going & { events?: { [name: string]: (...args: unknown[]) => void } }) =>
      calls.answer('navigateTo', options, () => {
        const { opener } = stack.push(options.url).channel;
        for (const [name, listener] of Object.entries(options.events ?? {})) opener.on(name, listener);
        return { eventChannel: opener };
      }),
    redirectTo: going('redirectTo', (url) => stack.replace(url)),
    switchTab: going('switchTab', (url) => stack.switchTab(url)),
    reLaunch: going('reLaunch', (url) => stack.reLaunch(url)),
    navigateBack: (options: CallOptions & { delta?: number } = {}) =>
      calls.answer('navigateBack', options, () => {
        stack.back(options.delta ?? 1);
        return {};
      }),
    setNavigationBarTitle: bar('setNavigationBarTitle', ({ title }) => state.changeBar({ title: String(title) })),
    setNavigationBarColor: bar('setNavigationBarColor', ({ backgroundColor, frontColor }) =>
      state.changeBar({
        background: String(backgroundColor),
        textStyle: String(frontColor).toLowerCase() === '#ffffff' ? 'white' : 'black',
      }),
    ),
    showNavigationBarLoading: bar('showNavigationBarLoading', () => state.changeBar({ loading: true })),
    hideNavigationBarLoading: bar('hideNavigationBarLoading', () => state.changeBar({ loading: false })),
    setTabBarBadge: bar('setTabBarBadge', ({ index, text }) => state.badges.set(Number(index), String(text))),
    removeTabBarBadge: bar('removeTabBarBadge', ({ index }) => state.badges.delete(Number(index))),
    showTabBarRedDot: bar('showTabBarRedDot', ({ index }) => state.badges.set(Number(index), '')),
    hideTabBarRedDot: bar('hideTabBarRedDot', ({ index }) => state.badges.delete(Number(index))),
    setTabBarItem: bar('setTabBarItem', ({ index, text }) => state.tabTexts.set(Number(index), String(text))),
    showTabBar: bar('showTabBar', () => {
      state.tabBarHidden = false;
    }),
    hideTabBar: bar('hideTabBar', () => {
      state.tabBarHidden = true;
    }),
    startPullDownRefresh: bar('startPullDownRefresh', () => state.pullDown()),
    stopPullDownRefresh: bar('stopPullDownRefresh', () => state.stopPullDown()),
    pageScrollTo: bar('pageScrollTo', ({ scrollTop, selector, duration }) => {
      const scroller = stack.top?.place.scroller;
      const target = typeof selector === 'string' ? scroller?.querySelector(selector) : undefined;
      const behavior = duration === 0 ? 'auto' : 'smooth';
      if (target !== null && target !== undefined) target.scrollIntoView?.({ behavior });
      else scroller?.scrollTo?.({ top: Number(scrollTop) || 0, behavior });
    }),
  };
}
