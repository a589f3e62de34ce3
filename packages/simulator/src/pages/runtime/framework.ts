/**
 * WeChat's component framework, as far as the runner uses it: its own types describe more than it needs, and hide some of
 * what it needs.
 */
import * as glassEasel from 'glass-easel';
import * as adapter from 'glass-easel-miniprogram-adapter';
import type { PageKeyFrame } from './key-frames.ts';

/** A node of the framework that stands for an element. */
export interface FrameworkElement {
  readonly is: string;
  readonly id: string;
  readonly dataset: { readonly [name: string]: unknown };
  readonly data: { readonly [name: string]: unknown };
  readonly childNodes: readonly unknown[];
  readonly parentNode: FrameworkElement | null;
  setData(changes: { [path: string]: unknown }): void;
  triggerEvent(name: string, detail?: unknown, options?: EventOptions): void;
  triggerPageLifetime(name: string, args: unknown[]): void;
  getMethodCaller(): PageInstance;
  getRootBehavior(): { readonly ownerSpace: unknown };
  getBackendElement?(): HTMLElement | null;
  readonly $$?: HTMLElement | null;
}

/** How an event travels. */
export interface EventOptions {
  readonly bubbles?: boolean;
  readonly composed?: boolean;
  readonly capturePhase?: boolean;
  readonly originalEvent?: unknown;
  readonly extraFields?: { readonly [name: string]: unknown };
  readonly handleListenerReturn?: (result: unknown) => boolean | undefined;
}

/** What page code has as `this`. */
export interface PageInstance {
  is: string;
  route: string;
  __route__?: string;
  options: { readonly [name: string]: string };
  readonly data: { readonly [name: string]: unknown };
  setData(changes: { [path: string]: unknown }, done?: () => void): void;
  createSelectorQuery(): object;
  selectComponent(selector: string): unknown;
  [name: string]: unknown;
}

/** What a file of a component sees as globals while it runs. */
export interface ComponentGlobals {
  readonly Page: (definition: object) => unknown;
  readonly Component: (definition?: object) => unknown;
  readonly Behavior: ((definition?: object) => unknown) & { readonly trait?: unknown };
}

/** A definition of a built-in tag under way. */
export interface TagBuilder {
  property(name: string, definition: object): TagBuilder;
  lifetime(name: string, listener: (this: FrameworkElement) => void): TagBuilder;
  registerComponent(): unknown;
}

interface ComponentSpace {
  define(name: string): TagBuilder;
  setGlobalUsingComponent(tag: string, definition: unknown): void;
}

/** The components of one mini program. */
export interface CodeSpace {
  getComponentSpace(): ComponentSpace;
  addStyleSheet(path: string, url: undefined, scope: string): void;
  addCompiledTemplate(path: string, template: object): void;
  addComponentStaticConfig(path: string, config: object): void;
  componentEnv<T>(path: string, run: (globals: ComponentGlobals) => T): T;
  component(path: string): { register(): unknown };
}

/** A page in the document. */
export interface FrameworkRoot {
  get(): PageInstance;
  getComponent(): FrameworkElement;
  attach(parent: Element, placeholder: Element): void;
  release(): void;
}

interface AssociatedBackend {
  createRoot(tag: string, space: CodeSpace, url: string): FrameworkRoot;
}

interface MiniProgramEnv {
  createCodeSpace(id: string, isMain: boolean): CodeSpace;
  associateBackend(context: object): AssociatedBackend;
}

/** Starts an environment of its own: nothing in it is shared with another mini program. */
export function createEnvironment(): MiniProgramEnv {
  return new adapter.MiniProgramEnv() as unknown as MiniProgramEnv;
}

type ErrorListener = (error: unknown, method?: string, component?: unknown) => boolean;
type WarningListener = (message: string, component: unknown) => boolean;

interface Framework {
  readonly Event: {
    triggerEvent(target: FrameworkElement, name: string, detail: unknown, options: EventOptions): void;
  };
  readonly globalOptions: { writeIdToDOM: boolean; writeFieldsToNode: boolean };
  addGlobalErrorListener(listener: ErrorListener): void;
  removeGlobalErrorListener(listener: ErrorListener): void;
  addGlobalWarningListener(listener: WarningListener): void;
  removeGlobalWarningListener(listener: WarningListener): void;
}

/** The framework itself. */
export const framework: Framework = glassEasel as unknown as Framework;

/** What every page and component has, over what the framework gives it. */
export interface InstanceMethods {
  createSelectorQuery(this: PageInstance): object;
  animate(this: PageInstance, selector: string, frames: PageKeyFrame[], durationMs: number, done?: () => void): void;
  clearAnimation(this: PageInstance, selector: string, options?: object | (() => void), done?: () => void): void;
}

const methodsOfRuns: WeakMap<object, InstanceMethods> = new WeakMap();

interface Caller {
  readonly _$?: { getRootBehavior(): { readonly ownerSpace: object } };
}

const callerPrototype = (
  adapter as unknown as { component: { ComponentCaller: { prototype: { [method: string]: unknown } } } }
).component.ComponentCaller.prototype;

// The framework's instances share one prototype; which run an instance belongs to, its space of components tells.
for (const name of ['createSelectorQuery', 'animate', 'clearAnimation'] as const) {
  callerPrototype[name] = function (this: PageInstance, ...args: unknown[]): unknown {
    const space = (this as Caller)._$?.getRootBehavior().ownerSpace;
    const own = space === undefined ? undefined : methodsOfRuns.get(space)?.[name];
    return (own as ((...args: unknown[]) => unknown) | undefined)?.apply(this, args);
  };
}

/** Gives the pages and components of one run their own methods. */
export function useInstanceMethods(space: CodeSpace, methods: InstanceMethods): void {
  methodsOfRuns.set(space.getComponentSpace(), methods);
}
