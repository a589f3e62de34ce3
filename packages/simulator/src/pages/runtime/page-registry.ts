import type { CompiledMiniProgram, ComponentConfig } from '../compile/compiled-program.ts';
import { stylePrefix } from '../compile/style-prefix.ts';
import type { CodeSpace, ComponentGlobals } from './framework.ts';
import type { ModuleSpace } from './module-space.ts';
import type { Reports } from './reports.ts';
import { type WxsHooks, wxsHooks } from './wxs-nodes.ts';

interface Definition {
  behaviors?: unknown[];
  [name: string]: unknown;
}

/** The path of a component with nothing in it. */
const nothing = 'minihub-nothing';

type MakeTemplates = (hooks: WxsHooks) => { readonly [path: string]: unknown };

type Template = { readonly groupList: object; readonly content: unknown };

/** Defines pages and components when they are first needed: their JSON, their template, their script. */
export class PageRegistry {
  /** `Page`, `Component` and `Behavior`, as the file that runs now sees them. */
  readonly globals: { readonly [name: string]: (definition?: Definition) => unknown };
  readonly #program: CompiledMiniProgram;
  readonly #space: CodeSpace;
  readonly #reports: Reports;
  readonly #templates: { readonly [path: string]: unknown };
  readonly #defined: Set<string> = new Set();
  #modules: ModuleSpace | undefined;
  #current: { readonly path: string; readonly globals: ComponentGlobals; registered: boolean } | undefined;

  constructor(program: CompiledMiniProgram, space: CodeSpace, reports: Reports) {
    this.#program = program;
    this.#space = space;
    this.#reports = reports;
    // What WXS modules do when they are loaded happens here: one that fails takes the templates with it, not the run.
    this.#templates =
      reports.run('loading the templates', () => {
        // biome-ignore lint/security/noGlobalEval: what the template compiler writes is code
        const make = globalThis.eval(`(function (minihub) { return ${program.templates} })`) as MakeTemplates;
        return make(wxsHooks((during, task) => reports.run(during, task)));
      }) ?? {};
    const register = (kind: 'Page' | 'Component') => (definition?: Definition) => {
      if (this.#current === undefined) throw new Error(`${kind}() outside of a page's or component's own file`);
      this.#current.registered = true;
      return this.#current.globals[kind]((definition === undefined ? undefined : this.#checked(definition)) as object);
    };
    const behaviors = space.componentEnv('', ({ Behavior }) => Behavior);
    const behavior = (definition?: Definition): unknown =>
      behaviors(definition === undefined ? undefined : this.#checked(definition));
    this.globals = {
      Page: register('Page'),
      Component: register('Component'),
      Behavior: Object.assign(behavior, { trait: behaviors.trait }),
    };
  }

  /** Where the scripts are; it in turn needs the globals from here. */
  use(modules: ModuleSpace): void {
    this.#modules = modules;
  }

  /** Defines a page or a component, and what it uses, if that has not been done. */
  define(path: string): void {
    if (this.#defined.has(path)) return;
    this.#defined.add(path);
    const config = this.#program.configs[path] ?? { usingComponents: {} };
    for (const used of Object.values(config.usingComponents)) this.define(used);
    const usingComponents = Object.fromEntries(
      Object.entries(config.usingComponents).map(([tag, used]) => [tag, `/${used}`]),
    );
    this.#space.addComponentStaticConfig(path, { ...config, usingComponents, ...this.#generics(config) });
    this.#space.addStyleSheet(path, undefined, stylePrefix(path));
    const content = this.#templates[path];
    if (content !== undefined) {
      const template: Template = { groupList: this.#templates, content };
      this.#space.addCompiledTemplate(path, template);
    }
    this.#run(path);
  }

  /** What each generic is when nobody says: its own default, or nothing. */
  #generics({ componentGenerics }: ComponentConfig): object {
    if (typeof componentGenerics !== 'object' || componentGenerics === null) return {};
    const usual = Object.entries(componentGenerics).map(([name, given]) => {
      const path = typeof given === 'string' ? given : nothing;
      this.define(path);
      return [name, { default: `/${path}` }] as const;
    });
    return { componentGenerics: Object.fromEntries(usual) };
  }

  #run(path: string): void {
    this.#space.componentEnv(path, (globals) => {
      const outer = this.#current;
      const current = { path, globals, registered: false };
      this.#current = current;
      try {
        const file = `${path}.js`;
        if (this.#modules?.has(file) === true) this.#reports.run(file, () => this.#modules?.load(file));
        // A page without a script, or one whose script failed, still shows its template.
        if (!current.registered) this.#space.component(path).register();
      } finally {
        this.#current = outer;
      }
    });
  }

  /** The definition with only behaviors that the framework knows; WeChat's own come by name. */
  #checked(definition: Definition): Definition {
    const { behaviors } = definition;
    if (!Array.isArray(behaviors) || !behaviors.some((one) => typeof one === 'string')) return definition;
    const known = behaviors.flatMap((one: unknown) => {
      if (typeof one !== 'string') return [one];
      if (one === 'wx://form-field' || one === 'wx://form-field-group') {
        return [this.globals.Behavior?.({ properties: { name: { type: String }, value: { type: null } } })];
      }
      if (!one.startsWith('wx://')) this.#reports.warn(`There is no behavior ${one}`);
      return [];
    });
    return { ...definition, behaviors: known };
  }
}
