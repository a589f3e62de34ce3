import type { Reports } from '../runtime/reports.ts';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Hands an object of the platform to page code so that what the page's callbacks throw is reported, and does not reach the
 * platform, where it would end a socket or the process. A function keeps its one stand-in, so that `off` finds what `on` got.
 */
export class Guard {
  readonly #reports: Reports;
  readonly #standIns: WeakMap<AnyFunction, AnyFunction> = new WeakMap();

  constructor(reports: Reports) {
    this.#reports = reports;
  }

  /** A method of the platform, safe to be called with the page's callbacks. */
  method(name: string, target: object, method: AnyFunction): AnyFunction {
    return (...args) => {
      const result = method.apply(
        target,
        args.map((value) => this.#argument(name, value)),
      );
      return isTask(result) ? this.object(name, result) : result;
    };
  }

  /** An object of the platform with methods, such as a SocketTask. */
  object<Target extends object>(name: string, target: Target): Target {
    return new Proxy(target, {
      get: (_, key) => {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== 'function') return value;
        return this.method(`${name}.${String(key)}`, target, value as AnyFunction);
      },
    });
  }

  #argument(name: string, value: unknown): unknown {
    if (typeof value === 'function') return this.#standIn(name, value as AnyFunction);
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    const callbacks = Object.entries(value).filter((entry) => typeof entry[1] === 'function');
    if (callbacks.length === 0) return value;
    return {
      ...value,
      ...Object.fromEntries(callbacks.map(([key, callback]) => [key, this.#standIn(name, callback as AnyFunction)])),
    };
  }

  #standIn(name: string, callback: AnyFunction): AnyFunction {
    const known = this.#standIns.get(callback);
    if (known !== undefined) return known;
    const standIn: AnyFunction = (...args) => this.#reports.run(`callback of wx.${name}`, () => callback(...args));
    this.#standIns.set(callback, standIn);
    return standIn;
  }
}

function isTask(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof (value as { onMessage?: unknown }).onMessage === 'function' ||
    typeof (value as { abort?: unknown }).abort === 'function'
  );
}
