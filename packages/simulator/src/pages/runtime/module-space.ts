import { wrapModule } from '../../module-wrapper.ts';
import type { CompiledMiniProgram } from '../compile/compiled-program.ts';
import { isPackageName, resolvePath } from '../compile/paths.ts';
import { sourceScheme } from './reports.ts';

type ModuleBody = (require: unknown, module: { exports: unknown }, exports: unknown) => void;

/** The files of a mini program as modules of each other, each run once, in WeChat's wrapper. */
export class ModuleSpace {
  readonly #program: CompiledMiniProgram;
  readonly #globals: { readonly [name: string]: unknown };
  readonly #loaded: Map<string, { exports: unknown }> = new Map();

  constructor(program: CompiledMiniProgram, globals: { readonly [name: string]: unknown }) {
    this.#program = program;
    this.#globals = globals;
  }

  has(file: string): boolean {
    return file in this.#program.scripts;
  }

  /** Runs a file, if it has not run, and gives what it exports. */
  load(file: string): unknown {
    const known = this.#loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.#loaded.set(file, module);
    if (file in this.#program.data) {
      module.exports = this.#program.data[file];
      return module.exports;
    }
    try {
      this.#evaluate(file)(this.#requireOf(file), module, module.exports);
    } catch (error) {
      this.#loaded.delete(file);
      throw error;
    }
    return module.exports;
  }

  #evaluate(file: string): ModuleBody {
    const { code } = this.#program.scripts[file] ?? { code: '' };
    // The globals are parameters of an outer function, so that a file may declare a name of its own over each. All of it
    // stands on the first line: the lines of the file stay what they are.
    const names = Object.keys(this.#globals);
    const text = `(function (${names.join(', ')}) { return ${wrapModule(code)} })\n//# sourceURL=${sourceScheme}${file}`;
    // Called through the global object, so that it sees nothing of this file.
    // biome-ignore lint/security/noGlobalEval: to run somebody's code is what this is for
    const make = globalThis.eval(text) as (...values: unknown[]) => ModuleBody;
    return make(...names.map((name) => this.#globals[name]));
  }

  #requireOf(file: string): unknown {
    const require = (name: string): unknown => this.load(this.#resolve(String(name), file));
    const later = (name: string): Promise<unknown> => new Promise((resolve) => resolve(require(name)));
    return Object.assign(require, { async: later });
  }

  #resolve(name: string, from: string): string {
    for (const path of this.#candidates(name, from)) {
      const found = [path, `${path}.js`, path.replace(/\.ts$/, '.js'), `${path}.json`, `${path}/index.js`].find(
        (file) => file in this.#program.scripts || file in this.#program.data,
      );
      if (found !== undefined) return found;
    }
    throw new Error(`module '${name}' is not defined, require args is '${name}' (in ${from})`);
  }

  #candidates(name: string, from: string): string[] {
    const candidates = [resolvePath(name, from)];
    if (!isPackageName(name)) return candidates;
    for (let folder = from.split('/').slice(0, -1); ; folder = folder.slice(0, -1)) {
      candidates.push([...folder, 'miniprogram_npm', name].join('/'));
      if (folder.length === 0) return candidates;
    }
  }
}
