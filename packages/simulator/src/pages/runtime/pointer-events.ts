import { viewportOf } from './viewport.ts';

/** Where the events of fingers and mice go. */
export interface PointerSink {
  emit(element: Element, type: string, detail: unknown, extra: { readonly [name: string]: unknown }): void;
  /** Whether somebody listens for a long press here: then there is no tap after one. */
  wantsLongPress(element: Element): boolean;
}

interface Point {
  readonly identifier: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly pageX: number;
  readonly pageY: number;
}

/** How long a press is long, and how far a finger may stray meanwhile. */
const longPress = { afterMs: 350, strayPx: 10 };

/** A place as a page sees it: from the corner of what shows pages, and from the corner of the page itself. */
function pointOf(root: Element, from: MouseEvent | Touch): Point {
  const identifier = 'identifier' in from ? from.identifier : 0;
  const { left, top, scroller } = viewportOf(root);
  const clientX = from.clientX - left;
  const clientY = from.clientY - top;
  const pageX = clientX + (scroller?.scrollLeft ?? 0);
  return { identifier, clientX, clientY, pageX, pageY: clientY + (scroller?.scrollTop ?? 0) };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

/** One press of a finger or a button, from down to up. */
class Press {
  long = false;
  readonly #target: Element;
  readonly #start: Point;
  readonly #sink: PointerSink;
  #timer: ReturnType<typeof setTimeout>;

  constructor(target: Element, start: Point, sink: PointerSink) {
    this.#target = target;
    this.#start = start;
    this.#sink = sink;
    this.#timer = setTimeout(() => this.#isLong(), longPress.afterMs);
  }

  move(point: Point): void {
    if (distance(point, this.#start) > longPress.strayPx) clearTimeout(this.#timer);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #isLong(): void {
    this.long = this.#sink.wantsLongPress(this.#target);
    const detail = { x: this.#start.pageX, y: this.#start.pageY };
    for (const type of ['longpress', 'longtap']) {
      this.#sink.emit(this.#target, type, detail, { touches: [this.#start], changedTouches: [this.#start] });
    }
  }
}

function isElement(target: EventTarget | null): target is Element {
  return target !== null && 'closest' in target;
}

/**
 * Turns what a document reports into WeChat's events: `tap` comes from `click`, so that mouse, finger, keyboard and tests
 * all make one; a mouse also makes the touch events that a page waits for.
 */
export function bridgePointer(root: HTMLElement, sink: PointerSink): void {
  const at = (from: MouseEvent | Touch): Point => pointOf(root, from);
  let press: Press | undefined;
  // A mouse that went down on this element makes touch events until it goes up.
  let mouseTarget: Element | undefined;
  let swallowTap = false;
  const send = (target: Element, type: string, touches: Point[], changedTouches: Point[]): void => {
    const [first] = changedTouches;
    sink.emit(target, type, { x: first?.pageX ?? 0, y: first?.pageY ?? 0 }, { touches, changedTouches });
    if (type === 'touchstart' && first !== undefined) press = new Press(target, first, sink);
    else if (type === 'touchmove' && first !== undefined) press?.move(first);
    else {
      swallowTap = press?.long === true;
      press?.end();
      press = undefined;
    }
  };
  for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
    root.addEventListener(
      type,
      (event) => {
        if (isElement(event.target)) {
          send(event.target, type, [...event.touches].map(at), [...event.changedTouches].map(at));
        }
      },
      { capture: true, passive: true },
    );
  }
  const mouse = (type: string, point: Point): void => {
    if (mouseTarget !== undefined) send(mouseTarget, type, type === 'touchend' ? [] : [point], [point]);
  };
  root.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0 || !isElement(event.target)) return;
    mouseTarget = event.target;
    mouse('touchstart', at(event));
  });
  root.addEventListener('pointermove', (event) => mouse('touchmove', at(event)));
  const up = (event: PointerEvent): void => {
    mouse('touchend', at(event));
    mouseTarget = undefined;
  };
  root.addEventListener('pointerup', up);
  root.addEventListener('pointercancel', up);
  root.addEventListener('click', (event) => {
    const { target } = event;
    const swallowed = swallowTap;
    swallowTap = false;
    if (swallowed || !isElement(target) || target.closest('[wx-disabled]') !== null) return;
    const point = at(event);
    sink.emit(target, 'tap', { x: point.pageX, y: point.pageY }, { touches: [point], changedTouches: [point] });
  });
  for (const type of ['transitionend', 'animationstart', 'animationiteration', 'animationend'] as const) {
    root.addEventListener(type, (event) => {
      if (isElement(event.target)) sink.emit(event.target, type, {}, {});
    });
  }
}
