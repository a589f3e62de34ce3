import { soon } from '../../soon.ts';
import { convertLengths } from '../compile/wxss.ts';
import type { EventOptions, FrameworkElement } from './framework.ts';
import { bridgePointer } from './pointer-events.ts';

/** Takes an event of the document to the framework. */
export type EventSink = (target: FrameworkElement, type: string, detail: unknown, options: EventOptions) => unknown;

/** An element of the document that stands for a node of the framework. */
export interface BackedElement extends HTMLElement {
  __wxElement?: FrameworkElement;
}

/** The node of the framework that an element belongs to, if any. */
export function nodeOf(element: Element | null): FrameworkElement | undefined {
  for (let at = element as BackedElement | null; at !== null; at = at.parentElement as BackedElement | null) {
    if (at.__wxElement !== undefined) return at.__wxElement;
  }
  return undefined;
}

// What the framework writes has lengths in rpx, and ids that begin with the component's own.
function adjust(element: HTMLElement): HTMLElement {
  const write = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => write(name, name === 'style' ? convertLengths(String(value)) : value);
  Object.defineProperty(element, 'id', {
    configurable: true,
    get: () => element.getAttribute('id') ?? '',
    set: (id: string) => write('id', String(id).replace(/^.*?--/, '')),
  });
  return element;
}

/**
 * The framework's view of a document. The framework's own looks for `window` and `document` among the globals, which a test
 * in Node.js has none of; this one is given a document.
 */
export class DomBackend {
  // The framework's number for a backend that is a document.
  readonly mode: number = 3;
  readonly document: object;
  readonly #document: Document;
  readonly #root: HTMLElement;
  readonly #longPressed: WeakSet<Element> = new WeakSet();
  #sink: EventSink = () => undefined;

  constructor(document: Document, root: HTMLElement) {
    this.#document = document;
    this.#root = root;
    this.document = {
      createElement: (tag: string) => adjust(document.createElement(tag)),
      createTextNode: (text: string) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    };
    bridgePointer(root, {
      emit: (element, type, detail, extraFields) => this.#emit(element, type, detail, extraFields),
      wantsLongPress: (element) => this.#wantsLongPress(element),
    });
  }

  destroy(): void {}

  getWindowWidth(): number {
    return this.#root.clientWidth;
  }

  getWindowHeight(): number {
    return this.#root.clientHeight;
  }

  getDevicePixelRatio(): number {
    return this.#document.defaultView?.devicePixelRatio ?? 1;
  }

  getTheme(): string {
    return this.#root.dataset.theme ?? 'light';
  }

  // The runner keeps the style sheets itself: which ones count depends on the page that is in front.
  registerStyleSheetContent(): void {}

  appendStyleSheetPath(): number {
    return 0;
  }

  disableStyleSheet(): void {}

  render(done: (error: null) => void): void {
    // Not an animation frame: those do not come in a tab that nobody looks at.
    soon(() => done(null));
  }

  getRootNode(): Element {
    return this.#root;
  }

  associateValue(element: BackedElement, value: FrameworkElement): void {
    element.__wxElement = value;
    // Components say which one they are, for `:host` and for people who look.
    if (typeof value.is === 'string' && !value.is.startsWith('wx-')) element.setAttribute('is', value.is);
  }

  onEvent(sink: EventSink): void {
    this.#sink = sink;
  }

  setListenerStats(element: Element, type: string): void {
    if (type === 'longpress' || type === 'longtap') this.#longPressed.add(element);
  }

  setModelBindingStat(): void {}

  createIntersectionObserver(
    target: Element,
    relative: Element | null,
    rootMargin: string,
    threshold: number[],
    listener: (status: object) => void,
  ): { disconnect(): void } {
    const Observer = this.#document.defaultView?.IntersectionObserver;
    if (Observer === undefined) return { disconnect: () => undefined };
    const observer = new Observer(
      (entries) => {
        for (const entry of entries) {
          const { intersectionRatio, boundingClientRect, intersectionRect, rootBounds, time } = entry;
          listener({ intersectionRatio, boundingClientRect, intersectionRect, relativeRect: rootBounds, time });
        }
      },
      { root: relative, rootMargin, threshold },
    );
    observer.observe(target);
    return observer;
  }

  getContext(element: Element, done: (context: unknown) => void): void {
    done(element);
  }

  getScrollOffset(target: Element, done: (offset: object) => void): void {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight } = target;
    done({ scrollLeft, scrollTop, scrollWidth, scrollHeight });
  }

  #emit(element: Element, type: string, detail: unknown, extraFields: { readonly [name: string]: unknown }): void {
    const target = nodeOf(element);
    if (target === undefined) return;
    this.#sink(target, type, detail, { bubbles: true, composed: true, capturePhase: true, extraFields });
  }

  #wantsLongPress(element: Element): boolean {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      if (this.#longPressed.has(at)) return true;
    }
    return false;
  }
}
