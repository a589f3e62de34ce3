import type { Reports } from '../runtime/reports.ts';
import type { CallOptions } from './api-call.ts';
import { wxApiNames } from './wx-api-names.ts';

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

/** Objects that `wx` has on a phone. */
const objects: ReadonlySet<string> = new Set(['cloud', 'ai', 'modelContext']);

/** An object of `wx`, some of whose members are simulated: using another names it, and goes on. */
function objectWithWarnings(name: string, known: object, reports: Reports): object {
  return new Proxy(known, {
    get: (object, member) => {
      if (member in object || typeof member === 'symbol') return Reflect.get(object, member) as unknown;
      if (member === 'then') return undefined;
      reports.warn(`${name}.${member} is not simulated`);
      return inert();
    },
  });
}

/**
 * Puts a warning where `wx` has something on a phone and nothing here: using it names it, fails it, and goes on. What no
 * phone has is absent: libraries tell platforms apart by what they find.
 */
export function withWarnings<Target extends object>(target: Target, reports: Reports): Target {
  const stubOf = (name: string): unknown => {
    const call = (...args: unknown[]): unknown => {
      reports.warn(`wx.${name} is not simulated`);
      const options = args.find((value): value is CallOptions => typeof value === 'object' && value !== null);
      const failure = { errMsg: `${name}:fail not simulated` };
      if (typeof options?.fail === 'function') reports.run(`callback of wx.${name}`, () => options.fail?.(failure));
      if (typeof options?.complete === 'function') {
        reports.run(`callback of wx.${name}`, () => options.complete?.(failure));
      }
      return inert();
    };
    return call;
  };
  return new Proxy(target, {
    get: (object, key) => {
      if (typeof key === 'symbol') return Reflect.get(object, key) as unknown;
      if (objects.has(key)) return objectWithWarnings(`wx.${key}`, (Reflect.get(object, key) ?? {}) as object, reports);
      if (key in object) return Reflect.get(object, key) as unknown;
      return wxApiNames.has(key) ? stubOf(key) : undefined;
    },
  });
}
