import type { PageInstance } from './framework.ts';
import { viewportOf } from './viewport.ts';

/** What can be asked of a node. */
export interface QueryFields {
  readonly id?: boolean;
  readonly dataset?: boolean;
  readonly mark?: boolean;
  readonly rect?: boolean;
  readonly size?: boolean;
  readonly scrollOffset?: boolean;
  readonly properties?: readonly string[];
  readonly computedStyle?: readonly string[];
  readonly context?: boolean;
  readonly node?: boolean;
}

/** A node of the framework, as a query sees it. */
interface QueriedNode {
  readonly id: string;
  readonly dataset: { readonly [name: string]: unknown };
  readonly data?: { readonly [name: string]: unknown };
  collectMarks(): object;
  getBackendElement?(): HTMLElement | null;
  readonly $$?: HTMLElement | null;
}

interface ShadowRoot {
  querySelector(selector: string): QueriedNode | null;
  querySelectorAll(selector: string): readonly QueriedNode[];
}

/** A page or a component of page code, with what the framework keeps behind it. */
interface Scope {
  readonly _$?: { getShadowRoot(): ShadowRoot | null; readonly $$?: HTMLElement | null };
}

/** An element that page code may have as a node: a canvas. */
export interface NodeHost extends HTMLElement {
  wxNode?: unknown;
  wxContext?: unknown;
}

type Answer = { [name: string]: unknown };
type Callback = (result: never) => void;

interface Asked {
  readonly scope: Scope | undefined;
  /** Null for the viewport. */
  readonly selector: string | null;
  readonly single: boolean;
  readonly fields: QueryFields;
  readonly told: Callback | undefined;
}

/** What a query needs of the run. */
export interface QueryRun {
  /** The page in front, which is asked when no component is named. */
  readonly front: () => PageInstance | undefined;
  /** Calls into the mini program, later. */
  readonly later: (task: () => void) => void;
  readonly screen: HTMLElement;
}

function sidesOf(element: Element): Answer {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const origin = viewportOf(element);
  return {
    left: left - origin.left,
    top: top - origin.top,
    right: right - origin.left,
    bottom: bottom - origin.top,
  };
}

function offsetOf({ scrollLeft, scrollTop, scrollWidth, scrollHeight }: Element): Answer {
  return { scrollLeft, scrollTop, scrollWidth, scrollHeight };
}

function styleOf(element: Element, names: readonly string[]): Answer {
  const style = element.ownerDocument.defaultView?.getComputedStyle(element) as unknown as Answer | undefined;
  return Object.fromEntries(names.map((name) => [name, style?.[name] ?? '']));
}

function propertiesOf(node: QueriedNode, element: Element, names: readonly string[]): Answer {
  const of = (name: string): unknown => {
    const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (name === 'scrollX' || name === 'scrollY') return node.data?.[name];
    if (name === 'scrollTop' || name === 'scrollLeft') return element[name];
    return node.data?.[camel] ?? element.getAttribute(name) ?? undefined;
  };
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}

/** What a query says of a node. */
function answerOf(node: QueriedNode, fields: QueryFields): Answer {
  const element: NodeHost | null | undefined = node.getBackendElement?.() ?? node.$$;
  const answer: Answer = {
    ...(fields.id && { id: node.id }),
    ...(fields.dataset && { dataset: { ...node.dataset } }),
    ...(fields.mark && { mark: node.collectMarks() }),
  };
  if (element === null || element === undefined) return answer;
  const { width, height } = element.getBoundingClientRect();
  return {
    ...answer,
    ...(fields.rect && sidesOf(element)),
    ...(fields.size && { width, height }),
    ...(fields.scrollOffset && offsetOf(element)),
    ...(fields.computedStyle && styleOf(element, fields.computedStyle)),
    ...(fields.properties && propertiesOf(node, element, fields.properties)),
    ...(fields.context && { context: element.wxContext ?? {} }),
    ...(fields.node && { node: element.wxNode ?? null }),
  };
}

function answerOfViewport(screen: HTMLElement, fields: QueryFields): Answer {
  const { width, height, scroller } = viewportOf(screen);
  return {
    ...(fields.id && { id: '' }),
    ...(fields.dataset && { dataset: {} }),
    ...(fields.mark && { mark: {} }),
    ...(fields.rect && { left: 0, top: 0, right: width, bottom: height }),
    ...(fields.size && { width, height }),
    ...(fields.scrollOffset && scroller !== undefined && offsetOf(scroller)),
  };
}

/** What `select` gives: which things to ask of the nodes that were selected. */
class SelectedNodes {
  readonly #query: SelectorQuery;
  readonly #ask: (fields: QueryFields, told: Callback | undefined) => void;

  constructor(query: SelectorQuery, ask: (fields: QueryFields, told: Callback | undefined) => void) {
    this.#query = query;
    this.#ask = ask;
  }

  fields(fields: QueryFields, told?: Callback): SelectorQuery {
    this.#ask(fields ?? {}, told);
    return this.#query;
  }

  boundingClientRect(told?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, rect: true, size: true }, told);
  }

  scrollOffset(told?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, scrollOffset: true }, told);
  }

  context(told?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, context: true }, told);
  }

  node(told?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, node: true }, told);
  }
}

/**
 * `wx.createSelectorQuery()`: asks nodes for their places and values, all at once with `exec`. The framework's own knows
 * neither styles nor nodes, and counts from the corner of the window.
 */
export class SelectorQuery {
  readonly #run: QueryRun;
  #scope: Scope | undefined;
  #asked: Asked[] = [];

  constructor(run: QueryRun, scope?: object) {
    this.#run = run;
    this.#scope = scope;
  }

  in(component: object): this {
    this.#scope = component;
    return this;
  }

  select(selector: string): SelectedNodes {
    return this.#selected(selector, true);
  }

  selectAll(selector: string): SelectedNodes {
    return this.#selected(selector, false);
  }

  selectViewport(): SelectedNodes {
    return this.#selected(null, true);
  }

  exec(told?: (results: unknown[]) => void): this {
    const asked = this.#asked;
    // What changed in this turn is in the document when the answer is made.
    this.#run.later(() => {
      const results = asked.map((one) => this.#answer(one));
      asked.forEach((one, index) => {
        one.told?.(results[index] as never);
      });
      told?.(results);
    });
    return this;
  }

  #selected(selector: string | null, single: boolean): SelectedNodes {
    return new SelectedNodes(this, (fields, told) => {
      this.#asked = [...this.#asked, { scope: this.#scope, selector, single, fields, told }];
    });
  }

  #answer({ scope, selector, single, fields }: Asked): unknown {
    if (selector === null) return answerOfViewport(this.#run.screen, fields);
    const root = ((scope ?? this.#run.front()) as Scope | undefined)?._$?.getShadowRoot();
    if (!single) return (root?.querySelectorAll(selector) ?? []).map((node) => answerOf(node, fields));
    const node = root?.querySelector(selector) ?? null;
    return node === null ? null : answerOf(node, fields);
  }
}
