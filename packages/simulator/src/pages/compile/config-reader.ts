import type { AppConfig, ComponentConfig } from './compiled-program.ts';
import type { Json, SourceTree } from './source-tree.ts';

/** What a script says about styles in `options`, which only its JSON could say to the compiler. */
function isolationIn(script: string | undefined): string | undefined {
  const named = /\bstyleIsolation\s*:\s*['"]([\w-]+)['"]/.exec(script ?? '')?.[1];
  return named ?? (/\baddGlobalClass\s*:\s*true\b/.test(script ?? '') ? 'apply-shared' : undefined);
}

/** Reads every page's and component's JSON, and finds out where the components are that it uses. */
export class ConfigReader {
  readonly configs: { [path: string]: ComponentConfig } = {};
  readonly #tree: SourceTree;
  readonly #appUsing: Json;

  constructor(tree: SourceTree, app: AppConfig) {
    this.#tree = tree;
    this.#appUsing = (app.usingComponents ?? {}) as Json;
  }

  read(path: string, isPage: boolean): void {
    if (path in this.configs) return;
    const own = this.#tree.json(`${path}.json`) ?? {};
    const using: { [tag: string]: string } = {};
    const collect = (declared: Json, from: string): void => {
      for (const [tag, written] of Object.entries(declared)) {
        const found = this.#component(String(written), from);
        if (found !== undefined) using[tag] = found;
      }
    };
    collect(this.#appUsing, 'app.json');
    collect((own.usingComponents ?? {}) as Json, `${path}.json`);
    const script = this.#tree.files.get(`${path}.js`) ?? this.#tree.files.get(`${path}.ts`);
    const isolation = own.styleIsolation ?? isolationIn(script);
    const { styleIsolation, ...rest } = own;
    const generics = this.#generics(own.componentGenerics, `${path}.json`);
    this.configs[path] = {
      ...rest,
      usingComponents: using,
      ...(generics && { componentGenerics: generics }),
      ...(isPage ? { component: false } : { component: true }),
      ...(isPage || isolation === undefined ? {} : { styleIsolation: String(isolation) }),
    };
    for (const used of [...Object.values(using), ...Object.values(generics ?? {})]) {
      if (typeof used === 'string') this.read(used, false);
    }
  }

  /** The component that each generic is when nobody says otherwise; true for none. */
  #generics(declared: unknown, from: string): { readonly [name: string]: string | true } | undefined {
    if (typeof declared !== 'object' || declared === null) return undefined;
    const resolved = Object.entries(declared).map(([name, given]: [string, { default?: unknown } | boolean | null]) => {
      const usual = typeof given === 'object' ? given?.default : undefined;
      return [name, typeof usual === 'string' ? (this.#component(usual, from) ?? true) : true] as const;
    });
    return Object.fromEntries(resolved);
  }

  #component(written: string, from: string): string | undefined {
    if (/^plugin(-private)?:/.test(written)) {
      this.#tree.problems.push({ level: 'warning', text: `Plugins are not simulated: ${written}`, file: from });
      return undefined;
    }
    const isThere = (path: string): boolean => this.#tree.files.has(`${path}.wxml`);
    const found = this.#tree.locate(written, from, (path) => isThere(path) || isThere(`${path}/index`));
    if (found === undefined) {
      this.#tree.problems.push({ level: 'error', text: `There is no component ${written}`, file: from });
      return undefined;
    }
    return isThere(found) ? found : `${found}/index`;
  }
}
