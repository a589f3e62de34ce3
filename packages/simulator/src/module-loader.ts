import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createContext, Script } from 'node:vm';
import type { PhoneTimers } from './js-thread.ts';
import { wrapModule } from './module-wrapper.ts';

/** Options of {@link loadMiniProgramModule}. */
export interface MiniProgramModuleOptions {
  /** Objects that the module finds as globals: `{ wx: phone.wx }`. A mini program has ECMAScript's own, timers and console. */
  readonly globals?: { readonly [name: string]: unknown };
  /** Timers of the module, e.g. a phone's. @defaultValue the host's */
  readonly timers?: Pick<PhoneTimers, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'>;
  /** Folders of packed npm modules, for `require('name')`. @defaultValue `miniprogram_npm` beside the file, if it exists */
  readonly npmFolder?: string;
  /** Whether promises settle in a timer, as on iOS up to 15. @defaultValue false */
  readonly promiseAsMacrotask?: boolean;
}

function resolveFile(path: string): string {
  const isFile = (file: string): boolean => existsSync(file) && statSync(file).isFile();
  const found = [path, `${path}.js`, `${path}.json`, join(path, 'index.js')].find(isFile);
  if (found === undefined) throw new Error(`module "${path}" is not defined`);
  return found;
}

// Within the context, because each realm has a Promise of its own. `await` stays as it is: it does not call `then`.
const slowPromise = `(function (setTimeout) {
  var then = Promise.prototype.then;
  Promise.prototype.then = function (fulfilled, rejected) {
    var promise = this;
    return new Promise(function (resolve, reject) {
      function late(callback, settle) {
        return function (value) {
          setTimeout(function () {
            if (typeof callback !== 'function') return settle(value);
            try { resolve(callback(value)); } catch (error) { reject(error); }
          }, 0);
        };
      }
      then.call(promise, late(fulfilled, resolve), late(rejected, reject));
    });
  };
})`;

/**
 * Runs a CommonJS file as a mini program does: inside WeChat's module wrapper, whose parameters hide the browser's globals,
 * in a realm that has nothing but ECMAScript, timers, console and the given globals. Returns its `module.exports`.
 * Buffers that cross the border belong to another realm: compare them by tag, not by `instanceof`.
 */
export function loadMiniProgramModule(file: string, options: MiniProgramModuleOptions = {}): unknown {
  const timers = options.timers ?? { setTimeout, clearTimeout, setInterval, clearInterval };
  const { setTimeout: start, clearTimeout: stop, setInterval: repeat, clearInterval: cease } = timers;
  const context = createContext(
    { console, setTimeout: start, clearTimeout: stop, setInterval: repeat, clearInterval: cease, ...options.globals },
    // As in a mini program: code from strings is forbidden.
    { codeGeneration: { strings: false, wasm: false } },
  );
  if (options.promiseAsMacrotask === true) new Script(slowPromise).runInContext(context)(start);
  const npmFolder = options.npmFolder ?? join(dirname(resolve(file)), 'miniprogram_npm');
  const loaded = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(path, module);
    const source = readFileSync(path, 'utf8');
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const wrapper = new Script(wrapModule(source), { filename: path }).runInContext(context);
    const require = (name: string): unknown =>
      load(resolveFile(/^\.{0,2}\//.test(name) ? resolve(dirname(path), name) : join(npmFolder, name)));
    wrapper(require, module, module.exports);
    return module.exports;
  };
  return load(resolveFile(resolve(file)));
}
