import { Refresher } from './refresher.ts';
import type { TagContext, TagDefinition, TagHost, TagLife } from './tag.ts';

function pixels(value: unknown, view: Window | null): number {
  const text = String(value ?? '');
  const number = Number.parseFloat(text) || 0;
  return text.endsWith('rpx') ? (number * (view?.innerWidth ?? 375)) / 750 : number;
}

function watchScroll({ host, get, trigger, environment }: TagContext): void {
  let last = { top: 0, left: 0 };
  let atEnd = { upper: true, lower: false };
  host.addEventListener('scroll', () => {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = host;
    trigger('scroll', {
      scrollTop,
      scrollLeft,
      scrollHeight,
      scrollWidth,
      deltaX: last.left - scrollLeft,
      deltaY: last.top - scrollTop,
    });
    last = { top: scrollTop, left: scrollLeft };
    const view = environment.document.defaultView;
    const sideways = get('scrollX') === true && get('scrollY') !== true;
    const start = sideways ? scrollLeft : scrollTop;
    const rest = sideways ? scrollWidth - clientWidth - scrollLeft : scrollHeight - clientHeight - scrollTop;
    const upper = start <= pixels(get('upperThreshold') ?? 50, view);
    const lower = rest <= pixels(get('lowerThreshold') ?? 50, view);
    if (upper && !atEnd.upper) trigger('scrolltoupper', { direction: sideways ? 'left' : 'top' });
    if (lower && !atEnd.lower) trigger('scrolltolower', { direction: sideways ? 'right' : 'bottom' });
    atEnd = { upper, lower };
  });
}

/** Moves after the page has its new content, which may come in the same update. */
function scrollLater({ host, get, environment }: TagContext): () => void {
  return () => {
    const move = (): void => {
      const behavior = get('scrollWithAnimation') === true ? 'smooth' : 'auto';
      const view = environment.document.defaultView;
      const named = String(get('scrollIntoView') ?? '');
      const target = named === '' ? null : [...host.querySelectorAll('[id]')].find(({ id }) => id === named);
      if (target !== null && target !== undefined) {
        const by = target.getBoundingClientRect().top - host.getBoundingClientRect().top;
        host.scrollTo?.({ top: host.scrollTop + by, behavior });
      } else if (named === '') {
        host.scrollTo?.({ top: pixels(get('scrollTop'), view), left: pixels(get('scrollLeft'), view), behavior });
      }
    };
    queueMicrotask(move);
  };
}

function startScrollView(context: TagContext): TagLife {
  const { host, get } = context;
  watchScroll(context);
  const scroll = scrollLater(context);
  const refresher = new Refresher(context);
  const show = (): void => {
    host.toggleAttribute('scroll-x', get('scrollX') === true);
    host.toggleAttribute('scroll-y', get('scrollY') === true);
    host.toggleAttribute('enable-flex', get('enableFlex') === true);
    host.toggleAttribute('no-scrollbar', get('showScrollbar') === false);
  };
  return {
    attached: () => {
      show();
      refresher.changed();
      if (Number(get('scrollTop')) > 0 || String(get('scrollIntoView') ?? '') !== '') scroll();
    },
    changed: (name) => {
      show();
      if (/^scroll(Top|Left|IntoView)$/.test(name)) scroll();
      if (name.startsWith('refresher')) refresher.changed();
    },
  };
}

function itemsOf(host: TagHost): HTMLElement[] {
  return [...host.children].filter((child): child is HTMLElement => child.localName === 'wx-swiper-item');
}

/** One item at a time, moved by a finger, by `current`, or by time. */
class Swiper implements TagLife {
  readonly #context: TagContext;
  readonly #dots: HTMLElement;
  #current = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #startX: number | undefined;

  constructor(context: TagContext) {
    this.#context = context;
    this.#dots = context.make('div', 'wx-swiper-dots');
    const { host } = context;
    host.append(this.#dots);
    host.addEventListener('pointerdown', (event) => {
      this.#startX = context.get('vertical') === true ? event.clientY : event.clientX;
    });
    host.addEventListener('pointerup', (event) =>
      this.#drop(context.get('vertical') === true ? event.clientY : event.clientX),
    );
  }

  attached(): void {
    this.#current = Number(this.#context.get('current')) || 0;
    queueMicrotask(() => this.#draw());
    this.#arm();
  }

  changed(name: string, value: unknown): void {
    if (name === 'current' && Number(value) !== this.#current) this.#go(Number(value) || 0, '');
    else if (name === 'autoplay' || name === 'interval') this.#arm();
    else this.#draw();
  }

  ended(): void {
    clearInterval(this.#timer);
  }

  #arm(): void {
    clearInterval(this.#timer);
    const { get } = this.#context;
    if (get('autoplay') === true) {
      this.#timer = setInterval(() => this.#go(this.#current + 1, 'autoplay'), Number(get('interval')) || 5000);
    }
  }

  #drop(at: number): void {
    const moved = at - (this.#startX ?? at);
    this.#startX = undefined;
    if (Math.abs(moved) > 30) this.#go(this.#current + (moved < 0 ? 1 : -1), 'touch');
  }

  #go(target: number, source: string): void {
    const { host, get, trigger } = this.#context;
    const count = itemsOf(host).length;
    if (count === 0) return;
    const wrapped = get('circular') === true || source === 'autoplay' ? (target + count) % count : target;
    const next = Math.min(count - 1, Math.max(0, wrapped));
    if (next === this.#current) return;
    this.#current = next;
    this.#draw();
    this.#context.set('current', next);
    trigger('change', {
      current: next,
      source,
      currentItemId: itemsOf(host)[next]?.getAttribute('data-item-id') ?? '',
    });
    trigger('animationfinish', { current: next, source });
  }

  #draw(): void {
    const { host, get, make } = this.#context;
    const items = itemsOf(host);
    const axis = get('vertical') === true ? 'Y' : 'X';
    items.forEach((item, index) => {
      item.style.transform = `translate${axis}(${(index - this.#current) * 100}%)`;
    });
    const dots = get('indicatorDots') === true ? items : [];
    this.#dots.replaceChildren(
      ...dots.map((_, index) => {
        const dot = make('i', 'wx-swiper-dot');
        dot.style.background = String(
          (index === this.#current ? get('indicatorActiveColor') : get('indicatorColor')) || '',
        );
        dot.toggleAttribute('data-current', index === this.#current);
        return dot;
      }),
    );
  }
}

/** Tags whose content moves. */
export const scrollTags: { readonly [tag: string]: TagDefinition } = {
  'scroll-view': {
    properties: {
      scrollX: Boolean,
      scrollY: Boolean,
      upperThreshold: { type: null, value: 50 },
      lowerThreshold: { type: null, value: 50 },
      scrollTop: null,
      scrollLeft: null,
      scrollIntoView: String,
      scrollIntoViewOffset: Number,
      scrollWithAnimation: Boolean,
      enableBackToTop: Boolean,
      enableFlex: Boolean,
      enablePassive: null,
      enhanced: Boolean,
      bounces: Boolean,
      showScrollbar: { type: Boolean, value: true },
      pagingEnabled: Boolean,
      fastDeceleration: Boolean,
      scrollAnchoring: Boolean,
      refresherEnabled: Boolean,
      refresherThreshold: Number,
      refresherDefaultStyle: String,
      refresherBackground: String,
      refresherTriggered: Boolean,
      usingSticky: Boolean,
      type: String,
    },
    start: startScrollView,
  },
  swiper: {
    properties: {
      indicatorDots: Boolean,
      indicatorColor: String,
      indicatorActiveColor: String,
      autoplay: Boolean,
      current: Number,
      interval: { type: Number, value: 5000 },
      duration: Number,
      circular: Boolean,
      vertical: Boolean,
      previousMargin: String,
      nextMargin: String,
      snapToEdge: Boolean,
      displayMultipleItems: Number,
      easingFunction: String,
    },
    start: (context) => new Swiper(context),
  },
  'swiper-item': { properties: { itemId: String, skipHiddenItemLayout: Boolean } },
};
