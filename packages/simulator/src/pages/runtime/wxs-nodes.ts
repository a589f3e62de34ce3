import { convertLengths } from '../compile/wxss.ts';
import type { EventOptions } from './framework.ts';
import { viewportOf } from './viewport.ts';

/** A node of the framework, as WXS reaches it. */
interface ScriptedNode {
  readonly dataset: { readonly [name: string]: unknown };
  getBackendElement?(): HTMLElement | null;
  getShadowRoot?(): {
    querySelector(selector: string): ScriptedNode | null;
    querySelectorAll(selector: string): readonly ScriptedNode[];
  } | null;
  getMethodCaller?(): { readonly [method: string]: unknown };
  toggleNodeClass?(names: string, on: boolean): void;
  triggerEvent?(name: string, detail: unknown, options?: EventOptions): void;
}

type Styles = { readonly [property: string]: unknown };
type Listener = (...args: unknown[]) => unknown;
type ScriptEvent = { readonly [name: string]: unknown };

/** Calls into code of the mini program, and reports what it throws. */
type Run = (during: string, task: () => unknown) => unknown;

function stylesOf(style: string | Styles): [string, string][] {
  if (typeof style !== 'string') return Object.entries(style).map(([name, value]) => [name, String(value)]);
  return style.split(';').flatMap((one) => {
    const [name = '', value] = one.split(/:(.*)/s, 2);
    return value === undefined ? [] : [[name.trim(), value.trim()] as [string, string]];
  });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What WXS calls a ComponentDescriptor: a node that it may move and dress without asking the page. */
class ScriptNode {
  readonly #node: ScriptedNode;
  readonly #wrap: (node: ScriptedNode) => ScriptNode;
  readonly #run: Run;
  readonly #state: object = {};

  constructor(node: ScriptedNode, wrap: (node: ScriptedNode) => ScriptNode, run: Run) {
    this.#node = node;
    this.#wrap = wrap;
    this.#run = run;
  }

  get #element(): HTMLElement | undefined {
    return this.#node.getBackendElement?.() ?? undefined;
  }

  /** An object that is the node's own, for what WXS remembers of it. */
  getState(): object {
    return this.#state;
  }

  getDataset(): object {
    return this.#node.dataset;
  }

  selectComponent(selector: string): ScriptNode | null {
    const found = this.#node.getShadowRoot?.()?.querySelector(selector);
    return found ? this.#wrap(found) : null;
  }

  selectAllComponents(selector: string): ScriptNode[] {
    return [...(this.#node.getShadowRoot?.()?.querySelectorAll(selector) ?? [])].map(this.#wrap);
  }

  setStyle(style: string | Styles): this {
    for (const [name, value] of stylesOf(style)) this.#element?.style.setProperty(kebab(name), convertLengths(value));
    return this;
  }

  addClass(names: string): this {
    this.#node.toggleNodeClass?.(names, true);
    return this;
  }

  removeClass(names: string): this {
    this.#node.toggleNodeClass?.(names, false);
    return this;
  }

  hasClass(name: string): boolean {
    return [...(this.#element?.classList ?? [])].some((one) => one === name || one.endsWith(`--${name}`));
  }

  callMethod(name: string, args?: unknown): void {
    const caller = this.#node.getMethodCaller?.();
    const method = caller?.[name];
    if (typeof method === 'function') this.#run(`${name}, called by WXS`, () => method.call(caller, args));
  }

  triggerEvent(name: string, detail?: unknown, options?: EventOptions): void {
    this.#node.triggerEvent?.(name, detail, options);
  }

  requestAnimationFrame(task: () => void): void {
    const view = this.#element?.ownerDocument.defaultView;
    view?.requestAnimationFrame(() => void this.#run('an animation frame of WXS', task));
  }

  setTimeout(task: () => void, delayMs?: number): unknown {
    return setTimeout(() => void this.#run('a timer of WXS', task), delayMs);
  }

  clearTimeout(handle: unknown): void {
    clearTimeout(handle as never);
  }

  getComputedStyle(names: readonly string[]): object {
    const element = this.#element;
    const style = element?.ownerDocument.defaultView?.getComputedStyle(element) as unknown as Styles | undefined;
    return Object.fromEntries(names.map((name) => [name, style?.[name] ?? '']));
  }

  getBoundingClientRect(): object {
    const {
      left = 0,
      top = 0,
      right = 0,
      bottom = 0,
      width = 0,
      height = 0,
    } = this.#element?.getBoundingClientRect() ?? {};
    const origin = viewportOf(this.#element);
    return {
      left: left - origin.left,
      top: top - origin.top,
      right: right - origin.left,
      bottom: bottom - origin.top,
      width,
      height,
    };
  }
}

/** What the compiled templates are given, so that functions of WXS get what they get on a phone. */
export interface WxsHooks {
  /** For `change:property`: the function gets nodes it can use. */
  changed(listener: Listener): Listener;
  /** For listeners: those of WXS get nodes, those of a page the event alone. */
  called(caller: object, event: ScriptEvent, listener: Listener, path: unknown): unknown;
}

// The compiler's number for values that come from WXS.
const fromScript = 2;

/** Makes what templates call their WXS functions by. */
export function wxsHooks(run: Run): WxsHooks {
  const known: WeakMap<ScriptedNode, ScriptNode> = new WeakMap();
  const wrap = (node: ScriptedNode): ScriptNode => {
    const found = known.get(node) ?? new ScriptNode(node, wrap, run);
    known.set(node, found);
    return found;
  };
  // Page code has callers where the framework has nodes.
  const nodeOf = (given: unknown): ScriptNode =>
    wrap(((given as { readonly _$?: ScriptedNode })._$ ?? given) as ScriptedNode);
  return {
    // The node may still be without what is in it: on a phone, a page is whole when its WXS hears of changes.
    changed: (listener) => (value, old, owner, node) =>
      queueMicrotask(() => void run('WXS', () => listener(value, old, nodeOf(owner), nodeOf(node)))),
    called: (caller, event, listener, path) => {
      if (!Array.isArray(path) || path[0] !== fromScript) return listener.call(caller, event);
      const scripted: ScriptEvent = Object.create(event, { instance: { value: nodeOf(event.currentTarget) } });
      return listener(scripted, nodeOf(caller));
    },
  };
}
