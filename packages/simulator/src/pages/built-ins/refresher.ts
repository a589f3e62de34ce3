import type { TagContext } from './tag.ts';

/** An element whose content can be pulled down. */
export interface Pullable extends HTMLElement {
  /** Does what a finger does that pulls it down; says whether it can be pulled, and was not already. */
  wxPull?(): boolean;
}

const defaultThresholdPx = 45;

/** The part of a `<scroll-view>` that is pulled down to ask for news: `refresher-*`. */
export class Refresher {
  readonly #context: TagContext;
  #sign: HTMLElement | undefined;
  #isOn = false;
  #startY: number | undefined;

  constructor(context: TagContext) {
    this.#context = context;
    const host: Pullable = context.host;
    host.wxPull = () => this.#pull(this.#threshold);
    host.addEventListener('pointerdown', ({ clientY }) => {
      this.#startY = host.scrollTop <= 0 ? clientY : undefined;
    });
    host.addEventListener('pointerup', ({ clientY }) => {
      const pulledPx = this.#startY === undefined ? 0 : clientY - this.#startY;
      this.#startY = undefined;
      if (pulledPx >= this.#threshold) this.#pull(pulledPx);
    });
  }

  get #threshold(): number {
    return Number(this.#context.get('refresherThreshold')) || defaultThresholdPx;
  }

  /** A property has another value, or the first one. */
  changed(): void {
    const { get, trigger } = this.#context;
    const isTriggered = get('refresherTriggered') === true;
    if (get('refresherEnabled') !== true) {
      this.#sign?.remove();
      this.#sign = undefined;
      this.#isOn = false;
      return;
    }
    if (this.#sign === undefined) this.#addSign();
    const background = get('refresherBackground');
    if (this.#sign !== undefined) this.#sign.style.background = typeof background === 'string' ? background : '';
    if (isTriggered === this.#isOn) return;
    this.#isOn = isTriggered;
    this.#sign?.toggleAttribute('data-on', isTriggered);
    // As on a phone, where a page that sets it hears of it too.
    trigger(isTriggered ? 'refresherrefresh' : 'refresherrestore', { dy: isTriggered ? this.#threshold : 0 });
  }

  #addSign(): void {
    const { host, get, make } = this.#context;
    this.#sign = make('div', 'mh-refresher');
    if (get('refresherDefaultStyle') !== 'none') this.#sign.append(make('i', 'wx-spinner'));
    host.prepend(this.#sign);
  }

  #pull(dy: number): boolean {
    const { get, set, trigger } = this.#context;
    if (get('refresherEnabled') !== true || this.#isOn) return false;
    trigger('refresherpulling', { dy });
    set('refresherTriggered', true);
    return true;
  }
}
