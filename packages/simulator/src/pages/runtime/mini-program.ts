import type { SimulatedPhone } from '../../simulated-phone.ts';
import { soon } from '../../soon.ts';
import { ApiCalls } from '../api/api-call.ts';
import { type DeviceView, deviceApi } from '../api/device-api.ts';
import { drawingApi } from '../api/drawing-api.ts';
import { feedbackApi } from '../api/feedback-api.ts';
import { encode, FileShelf, filesApi } from '../api/files-api.ts';
import { globalSocketApi } from '../api/global-socket-api.ts';
import { Guard } from '../api/guarded.ts';
import { navigationApi } from '../api/navigation-api.ts';
import { memoryStorage, type PlatformHooks } from '../api/platform-hooks.ts';
import { storageApi } from '../api/storage-api.ts';
import { withWarnings } from '../api/unknown-api.ts';
import type { CompiledMiniProgram } from '../compile/compiled-program.ts';
import { type ComponentWorld, openComponentWorld } from './component-world.ts';
import { CrashView } from './crash-view.ts';
import { Dialogs } from './dialogs.ts';
import type { PageInstance } from './framework.ts';
import { clearKeyFrames, playKeyFrames } from './key-frames.ts';
import { ModuleSpace } from './module-space.ts';
import { NavigationState } from './navigation-state.ts';
import { PageRegistry } from './page-registry.ts';
import { PageStack } from './page-stack.ts';
import { type PageError, Reports } from './reports.ts';
import { Screen } from './screen.ts';
import { SelectorQuery } from './selector-query.ts';
import { cssFor, type Theme, themeFor } from './theme.ts';
import { languageGlobals, timeGlobals } from './time-globals.ts';

/** How a compiled mini program is run. */
export interface RunOptions extends PlatformHooks {
  /** Where it is shown: a browser's document, or jsdom's. */
  readonly document: Document;
  /** The element that it fills. @defaultValue the document's body */
  readonly root?: Element;
  /** The phone that it runs on: its `wx`, its timers, its time. */
  readonly phone?: SimulatedPhone;
  /** A `wx` object, if there is no phone; everything that has to do with pages is put on top. */
  readonly wx?: object;
  /** The page to begin with, with a query. @defaultValue the first page of app.json */
  readonly path?: string;
  /** @defaultValue 'light' */
  readonly theme?: Theme;
  /** Where pictures of the mini program are, for `/images/a.png`. @defaultValue '' */
  readonly assetBase?: string;
  /** Where `console` of the mini program goes. @defaultValue the host's */
  readonly console?: Console;
  readonly onError?: (error: PageError) => void;
  readonly onWarning?: (text: string) => void;
}

/** A mini program that runs. */
export interface MiniProgram extends AsyncDisposable {
  /** What its pages see as `wx`. */
  readonly wx: { readonly [name: string]: (...args: never[]) => unknown };
  /** What `getApp()` gives. */
  readonly app: { readonly [name: string]: unknown };
  /** The open pages, the one in front last, as `getCurrentPages()` gives them. */
  readonly pages: readonly PageInstance[];
  /** The element of the whole screen. */
  readonly screen: HTMLElement;
  /** What went wrong so far, in order. */
  readonly errors: readonly PageError[];
  /** What was used and is not simulated, and what looked wrong; each text once. */
  readonly warnings: readonly string[];
  setTheme(theme: Theme): void;
  /** Does what a finger does that pulls the page down. */
  pullDown(): void;
  /** Tells the page in front that its end was reached. */
  reachBottom(): void;
  /** Goes one page back, as the button in the bar does. */
  back(): void;
  dispose(): void;
}

type AppDefinition = { [name: string]: unknown };

/** One run: it ties the parts together, and is what the public object stands for. */
class Run {
  readonly program: CompiledMiniProgram;
  readonly options: RunOptions;
  readonly reports: Reports;
  readonly screen: Screen;
  readonly stack: PageStack;
  readonly state: NavigationState;
  readonly wx: MiniProgram['wx'];
  app: AppDefinition = {};
  readonly #calls: ApiCalls;
  readonly #dialogs: Dialogs;
  readonly #shelf: FileShelf;
  readonly #registry: PageRegistry;
  readonly #modules: ModuleSpace;
  readonly #themeListeners: ((result: { theme: string }) => void)[] = [];
  readonly #ends: (() => void)[] = [];
  #theme: Theme;

  constructor(program: CompiledMiniProgram, options: RunOptions) {
    this.program = program;
    this.options = options;
    const { document } = options;
    this.#shelf = new FileShelf(document);
    this.screen = new Screen(document, options.root ?? document.body, (source) => this.#assetUrl(source));
    const crash = new CrashView(this.screen);
    this.reports = new Reports(program, {
      onError: (error) => {
        crash.add(error);
        this.#tellApp('onError', error.message);
        options.onError?.(error);
      },
      onWarning: (text) => options.onWarning?.(text),
    });
    this.#theme = themeFor(program, options.theme ?? 'light');
    this.#dialogs = new Dialogs(this.screen);
    this.#calls = new ApiCalls(this.reports, (task) => this.#enter(task));
    const { space, backend } = this.#openWorld();
    this.#registry = new PageRegistry(program, space, this.reports);
    this.stack = new PageStack(
      this.screen,
      {
        isPage: (path) => program.pages.includes(path),
        isTab: (path) => (program.app.tabBar?.list ?? []).some(({ pagePath }) => pagePath.replace(/^\//, '') === path),
        changed: () => this.#pageChanged(),
        create: (path, place) => {
          this.#registry.define(path);
          const root = backend.createRoot('wx-page', space, path);
          root.attach(place.scroller, place.placeholder);
          return root;
        },
        entered: (page) => this.state.watch(page),
      },
      this.reports,
    );
    this.state = new NavigationState(program, this.screen, () => this.stack);
    this.wx = this.#createWx();
    this.#modules = new ModuleSpace(program, this.#globals());
    this.#registry.use(this.#modules);
    this.screen.onBack = () => this.back();
    this.screen.onTab = (path, index) => this.#tabTapped(path, index);
  }

  start(): void {
    for (const { level, text, file, line } of this.program.problems) {
      const where = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
      if (level === 'warning') this.reports.warn(`${text}${where}`);
      else this.reports.report({ message: text, ...(file && { file }), ...(line && { line }), error: text });
    }
    this.#applyTheme();
    if (this.#modules.has('app.js')) this.reports.run('app.js', () => this.#modules.load('app.js'));
    this.#tellApp('onLaunch', this.#launch);
    this.#tellApp('onShow', this.#launch);
    const { path = this.program.pages[0] ?? '' } = this.options;
    this.reports.run(path, () => this.stack.reLaunch(`/${path.replace(/^\//, '')}`));
    this.#followPhone();
  }

  setTheme(theme: Theme): void {
    const shown = themeFor(this.program, theme);
    if (shown === this.#theme) return;
    this.#theme = shown;
    this.#applyTheme();
    this.#pageChanged();
    for (const listener of this.#themeListeners) this.reports.run('onThemeChange', () => listener({ theme: shown }));
    this.#tellApp('onThemeChange', { theme: shown });
  }

  back(): void {
    if (this.stack.pages.length > 1) this.stack.back(1);
  }

  dispose(): void {
    for (const end of this.#ends) this.reports.run('the end', end);
    this.reports.run('the end', () => this.stack.closeAll());
    this.#dialogs.hideToast();
    this.screen.dispose();
  }

  get #launch(): object {
    const [path, query] = [this.options.path ?? this.program.pages[0] ?? '', {}];
    return { path: path.replace(/^\//, ''), query, scene: 1001, shareTicket: '', referrerInfo: {} };
  }

  #openWorld(): ComponentWorld {
    const run = this;
    const world = openComponentWorld({
      screen: this.screen.element,
      reports: this.reports,
      tags: {
        document: this.options.document,
        assetUrl: (source) => this.#assetUrl(source),
        warn: (text) => this.reports.warn(text),
        navigate: (openType, url, delta) => this.#navigate(openType, url, delta),
        pick: (request) => this.#dialogs.pick(request),
      },
      methods: {
        createSelectorQuery() {
          return run.#query(this);
        },
        animate(selector, frames, durationMs, done) {
          playKeyFrames(this, selector, frames, durationMs, () => run.#tell('callback of animate', done));
        },
        clearAnimation(selector, options, done) {
          const told = typeof options === 'function' ? (options as () => void) : done;
          clearKeyFrames(this, selector, () => run.#tell('callback of clearAnimation', told));
        },
      },
      enter: (task) => this.#enter(task),
      hasScript: (file) => this.#modules.has(file),
    });
    this.#ends.push(() => world.end());
    return world;
  }

  /** Calls into the mini program's thread, which may be suspended. */
  #enter(task: () => void): void {
    const thread = this.options.phone?.phone.thread;
    if (thread === undefined) task();
    else thread.run(task);
  }

  /** A query that asks the nodes of a page or component; without one, those of the page in front. */
  #query(scope?: object): SelectorQuery {
    const later = (task: () => void): void => soon(() => this.#calls.enter('callback of a selector query', task));
    return new SelectorQuery({ front: () => this.stack.top?.instance, later, screen: this.screen.element }, scope);
  }

  #tell(during: string, callback: () => void = () => undefined): void {
    soon(() => this.#calls.enter(during, callback));
  }

  #assetUrl(source: string): string {
    if (/^(https?:|data:|blob:)/.test(source)) return this.#shelf.urlOf(source) ?? source;
    const kept = this.#shelf.urlOf(source);
    if (kept !== undefined) return kept;
    const path = source.startsWith('/') ? source : `/${this.stack.top?.path.replace(/[^/]*$/, '') ?? ''}${source}`;
    return `${this.options.assetBase ?? ''}${path}`;
  }

  #createWx(): MiniProgram['wx'] {
    const { document, phone } = this.options;
    const platform = (phone?.wx ?? this.options.wx ?? {}) as { readonly [name: string]: unknown };
    const guard = new Guard(this.reports);
    const base: { [name: string]: unknown } = {};
    for (const [name, value] of Object.entries(platform)) {
      if (typeof value === 'function')
        base[name] = guard.method(name, platform, value as (...args: unknown[]) => unknown);
      else base[name] = typeof value === 'object' && value !== null ? guard.object(name, value) : value;
    }
    const view: DeviceView = {
      screen: this.screen.element,
      document,
      platform: phone?.phone.platform ?? 'devtools',
      baseLibrary: phone?.phone.baseLibrary ?? '3.17.0',
      appId: phone?.phone.appId ?? this.program.appId,
      language: 'zh_CN',
      theme: () => this.#theme,
      launch: this.#launch,
      extJson: this.program.data['ext.json'],
      onThemeChange: (listener) => this.#themeListeners.push(listener),
    };
    const timers = timeGlobals(this.options.phone, this.reports);
    return withWarnings(
      {
        ...base,
        ...globalSocketApi(this.#calls, base),
        ...storageApi(this.#calls, this.options.storage ?? memoryStorage()),
        ...feedbackApi(this.#calls, this.#dialogs),
        ...navigationApi(this.#calls, this.stack, this.state),
        ...filesApi(this.#calls, this.#shelf, this.options, document),
        ...deviceApi(this.#calls, view, this.options),
        ...drawingApi(this.#calls, this.#shelf, {
          page: () => this.stack.top?.place.scroller,
          assetUrl: (source) => this.#assetUrl(source),
        }),
        canIUse: (schema: string) => String(schema).split('.')[0] !== '',
        nextTick: (task: () => void) => timers.setTimeout(task, 0),
        createSelectorQuery: () => this.#query(),
        createIntersectionObserver: (page: PageInstance, ...rest: unknown[]) =>
          (page.createIntersectionObserver as (...args: unknown[]) => unknown).apply(page, rest),
        arrayBufferToBase64: (buffer: ArrayBuffer) => encode(buffer, 'base64'),
        base64ToArrayBuffer: (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer,
        env: { USER_DATA_PATH: 'http://usr' },
      },
      this.reports,
    ) as unknown as MiniProgram['wx'];
  }

  #globals(): { [name: string]: unknown } {
    return {
      ...this.#registry.globals,
      ...timeGlobals(this.options.phone, this.reports),
      wx: this.wx,
      console: this.options.console ?? console,
      global: languageGlobals(),
      App: (definition: AppDefinition) => {
        this.app = definition;
      },
      getApp: () => this.app,
      getCurrentPages: () => this.stack.pages.map(({ instance }) => instance),
      requirePlugin: (name: string) => {
        this.reports.warn(`Plugins are not simulated: ${name}`);
        return {};
      },
    };
  }

  #tellApp(name: string, ...args: unknown[]): void {
    const handler = this.app[name];
    if (typeof handler === 'function') this.reports.run(`App.${name}`, () => handler.apply(this.app, args));
  }

  #followPhone(): void {
    const platform = (this.options.phone?.wx ?? this.options.wx ?? {}) as {
      onAppShow?(listener: (options: object) => void): void;
      onAppHide?(listener: (result: object) => void): void;
      offAppShow?(listener: (options: object) => void): void;
      offAppHide?(listener: (result: object) => void): void;
    };
    const shown = (options: object): void => {
      this.#tellApp('onShow', { ...this.#launch, ...options });
      this.stack.showApp(true);
    };
    const hidden = (result: object): void => {
      this.stack.showApp(false);
      this.#tellApp('onHide', result);
    };
    platform.onAppShow?.(shown);
    platform.onAppHide?.(hidden);
    this.#ends.push(
      () => platform.offAppShow?.(shown),
      () => platform.offAppHide?.(hidden),
    );
    const view = this.options.document.defaultView;
    const rejected = (event: PromiseRejectionEvent): void => {
      event.preventDefault();
      this.reports.error(event.reason, 'a promise that nobody caught');
    };
    view?.addEventListener('unhandledrejection', rejected);
    this.#ends.push(() => view?.removeEventListener('unhandledrejection', rejected));
  }

  #navigate(openType: string, url: string, delta: number): void {
    const call = (name: string, options: object): unknown =>
      this.wx[name]?.({ ...options, fail: ({ errMsg }: { errMsg: string }) => this.reports.warn(errMsg) } as never);
    if (openType === 'navigateBack') call('navigateBack', { delta });
    else if (openType === 'redirect') call('redirectTo', { url });
    else if (openType === 'switchTab' || openType === 'reLaunch') call(openType, { url });
    else if (openType === 'navigate') call('navigateTo', { url });
    else this.reports.warn(`<navigator open-type="${openType}"> is not simulated`);
  }

  #tabTapped(pagePath: string, index: number): void {
    this.reports.run('a tap on the tab bar', () => this.stack.switchTab(`/${pagePath.replace(/^\//, '')}`));
    const text = this.program.app.tabBar?.list?.[index]?.text;
    this.stack.call(this.stack.top, 'onTabItemTap', { index, pagePath, text });
  }

  #applyTheme(): void {
    this.state.theme = this.#theme;
    this.screen.showTheme(this.#theme);
    this.screen.setStyle('app', cssFor(this.program.styles.app ?? '', this.#theme));
    for (const [path, css] of Object.entries(this.program.styles)) {
      if (this.program.configs[path]?.component === true) this.screen.setStyle(path, cssFor(css, this.#theme));
    }
  }

  // A page's style sheet counts while it is in front: on a phone every page has a document of its own.
  #pageChanged(): void {
    const path = this.stack.top?.path;
    this.screen.setStyle('page', path === undefined ? undefined : cssFor(this.program.styles[path] ?? '', this.#theme));
    this.state.show();
  }
}

/** Runs a mini program that was compiled before, in a browser or in jsdom. */
export function runCompiled(program: CompiledMiniProgram, options: RunOptions): MiniProgram {
  const run = new Run(program, options);
  run.start();
  const dispose = (): void => run.dispose();
  return {
    wx: run.wx,
    get app() {
      return run.app;
    },
    get pages() {
      return run.stack.pages.map(({ instance }) => instance);
    },
    screen: run.screen.element,
    errors: run.reports.errors,
    warnings: run.reports.warnings,
    setTheme: (theme) => run.setTheme(theme),
    pullDown: () => run.state.pullDown(),
    reachBottom: () => void run.stack.call(run.stack.top, 'onReachBottom'),
    back: () => run.back(),
    dispose,
    [Symbol.asyncDispose]: async () => dispose(),
  };
}
