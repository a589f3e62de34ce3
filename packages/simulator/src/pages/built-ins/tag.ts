import { isAnimation } from '../api/animation.ts';
import type { CodeSpace, EventOptions, FrameworkElement } from '../runtime/framework.ts';

import { playAnimation } from './play-animation.ts';

/** What built-in tags need of the runner. */
export interface TagEnvironment {
  readonly document: Document;
  /** Where a file of the mini program, or an address, really is. */
  assetUrl(source: string): string;
  /** Says that something is not simulated. */
  warn(text: string): void;
  /** What `<navigator>` does. */
  navigate(openType: string, url: string, delta: number): void;
  /** Shows a sheet to choose from; undefined when it was dismissed. */
  pick(request: PickRequest): Promise<readonly number[] | undefined>;
}

/** Columns to choose one value each from. */
export interface PickRequest {
  readonly title: string;
  readonly columns: readonly (readonly string[])[];
  readonly chosen: readonly number[];
  /** Told when another row of a column is chosen. */
  columnChanged?(column: number, value: number): void;
  /** Given what shows other columns while the sheet is open. */
  opened?(show: (columns: readonly (readonly string[])[], chosen: readonly number[]) => void): void;
}

/** A field of a form, as `<form>` and `<label>` see it. */
export interface Field {
  readonly name: string;
  readonly value: unknown;
  reset(): void;
  /** What a tap on its label does. */
  activate(): void;
}

/** The element of a built-in tag. */
export interface TagHost extends HTMLElement {
  wxField?: Field;
  /** What selector queries and calls like `wx.createVideoContext` give of it. */
  wxContext?: unknown;
}

/** One built-in tag in a page. */
export interface TagContext {
  readonly host: TagHost;
  readonly node: FrameworkElement;
  readonly environment: TagEnvironment;
  /** The value of a property, as the page gave it. */
  get(name: string): unknown;
  /** Changes a property from inside, which `model:` hears of. */
  set(name: string, value: unknown): void;
  /** Sends an event to the page. Those of a tag do not bubble. */
  trigger(name: string, detail?: unknown, options?: EventOptions): void;
  /** Makes an element for the inside of the tag. */
  make<Name extends keyof HTMLElementTagNameMap>(tag: Name, className: string): HTMLElementTagNameMap[Name];
}

/** What a tag does while it lives. */
export interface TagLife {
  /** A property has another value. */
  changed?(name: string, value: unknown): void;
  attached?(): void;
  ended?(): void;
}

/** A property's type: null is any. */
export type PropertyType = typeof String | typeof Number | typeof Boolean | typeof Object | typeof Array | null;

/** A built-in tag. */
export interface TagDefinition {
  readonly properties: {
    readonly [name: string]: PropertyType | { readonly type: PropertyType; readonly value: unknown };
  };
  /** Called once for each element. */
  start?(context: TagContext): TagLife | undefined;
}

// What every tag of WeChat takes.
const commonProperties = {
  hidden: Boolean,
  animation: null,
  ariaLabel: String,
  ariaRole: String,
  ariaHidden: null,
  role: String,
};

function contextOf(node: FrameworkElement, environment: TagEnvironment): TagContext {
  const host = node.getBackendElement?.() as TagHost;
  return {
    host,
    node,
    environment,
    get: (name) => node.data[name],
    set: (name, value) => node.setData({ [name]: value }),
    trigger: (name, detail = {}, options = {}) => node.triggerEvent(name, detail, options),
    make: (tag, className) => {
      const element = environment.document.createElement(tag);
      element.className = className;
      return element;
    },
  };
}

function showCommon(host: HTMLElement, name: string, value: unknown): void {
  if (name === 'hidden') host.toggleAttribute('hidden', value === true);
  else if (name === 'animation') {
    if (isAnimation(value)) playAnimation(host, value);
  } else if (name === 'ariaLabel') host.setAttribute('aria-label', String(value));
  else if (name === 'ariaRole' || name === 'role') host.setAttribute('role', String(value));
}

/** Makes a built-in tag known to the components of a mini program. */
export function registerTag(
  space: CodeSpace,
  tag: string,
  definition: TagDefinition,
  environment: TagEnvironment,
): void {
  const components = space.getComponentSpace();
  const lives = new WeakMap<FrameworkElement, TagLife>();
  let builder = components.define(`wx-${tag}`);
  for (const [name, given] of Object.entries({ ...commonProperties, ...definition.properties })) {
    const full = typeof given === 'object' && given !== null ? given : { type: given };
    builder = builder.property(name, {
      ...full,
      observer(this: FrameworkElement, value: unknown) {
        const host = this.getBackendElement?.();
        if (host !== null && host !== undefined && name in commonProperties) showCommon(host, name, value);
        lives.get(this)?.changed?.(name, value);
      },
    });
  }
  builder = builder.lifetime('created', function (this: FrameworkElement) {
    // A page that is gone may still set its data: what that makes has no place in the document.
    if (!this.getBackendElement?.()) return;
    const life = definition.start?.(contextOf(this, environment));
    if (life !== undefined) lives.set(this, life);
  });
  builder = builder.lifetime('attached', function (this: FrameworkElement) {
    lives.get(this)?.attached?.();
  });
  builder = builder.lifetime('detached', function (this: FrameworkElement) {
    lives.get(this)?.ended?.();
  });
  components.setGlobalUsingComponent(`wx-${tag}`, builder.registerComponent());
}
