import type { Reports } from '../runtime/reports.ts';
import type { CallOptions } from './api-call.ts';

/** Something that can be called and read without end, and does nothing: what an unknown call of `wx` returns. */
export function inert(): unknown {
  // A function of the old kind, which can also be called with `new`.
  const base = function nothingAtAll(): void {};
  const nothing: object = new Proxy(base, {
    // Not a promise, or `await` would wait for ever; and a text where one is wanted.
    get: (_, key) => {
      if (key === 'then') return undefined;
      if (key === Symbol.toPrimitive || key === 'toString') return () => '';
      if (key === Symbol.iterator) return [][Symbol.iterator];
      return nothing;
    },
    apply: () => nothing,
    construct: () => nothing,
  });
  return nothing;
}

/** Members of `wx` that code looks for, and that are rightly absent. */
const absent = new Set<string | symbol>([
  'then',
  'toJSON',
  'nodeType',
  '$$typeof',
  'default',
  '__esModule',
  'asymmetricMatch',
]);

/** Puts a warning where `wx` has nothing: using it names it, fails it, and goes on. */
export function withWarnings<Target extends object>(target: Target, reports: Reports): Target {
  return new Proxy(target, {
    get: (object, key) => {
      if (key in object || typeof key === 'symbol' || absent.has(key)) return Reflect.get(object, key) as unknown;
      return (...args: unknown[]) => {
        reports.warn(`wx.${key} is not simulated`);
        const options = args.find((value): value is CallOptions => typeof value === 'object' && value !== null);
        const failure = { errMsg: `${key}:fail not simulated` };
        if (typeof options?.fail === 'function') reports.run(`callback of wx.${key}`, () => options.fail?.(failure));
        if (typeof options?.complete === 'function') {
          reports.run(`callback of wx.${key}`, () => options.complete?.(failure));
        }
        return inert();
      };
    },
  });
}
