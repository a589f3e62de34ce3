import type { SimulatedPhone } from '../../simulated-phone.ts';
import type { Reports } from './reports.ts';

type Callback = (...args: never[]) => void;

/** Timers and time as a page sees them. */
export interface TimeGlobals {
  setTimeout(callback: Callback, delayMs?: number, ...args: unknown[]): unknown;
  setInterval(callback: Callback, delayMs?: number, ...args: unknown[]): unknown;
  clearTimeout(handle: unknown): void;
  clearInterval(handle: unknown): void;
  Date?: DateConstructor;
}

function dateOf(now: () => number): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new Date(now()).toString(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
}

/** The phone's timers, which stand still while the app is suspended, and its time; without a phone, the host's. */
export function timeGlobals(phone: SimulatedPhone | undefined, reports: Reports): TimeGlobals {
  const timers = phone?.timers ?? { setTimeout, clearTimeout, setInterval, clearInterval };
  const guarded =
    (callback: Callback): Callback =>
    (...args) => {
      reports.run('a timer', () => callback(...args));
    };
  const clock = phone?.clock;
  return {
    setTimeout: (callback, delayMs, ...args) => timers.setTimeout(guarded(callback) as never, delayMs, ...args),
    setInterval: (callback, delayMs, ...args) => timers.setInterval(guarded(callback) as never, delayMs, ...args),
    clearTimeout: (handle) => timers.clearTimeout(handle as never),
    clearInterval: (handle) => timers.clearInterval(handle as never),
    ...(clock === undefined ? {} : { Date: dateOf(() => clock.now()) }),
  };
}

const ofTheLanguage =
  'Object Function Array Number String Boolean Symbol BigInt Math JSON Date RegExp Error EvalError RangeError ReferenceError ' +
  'SyntaxError TypeError URIError Promise Proxy Reflect Map Set WeakMap WeakSet ArrayBuffer DataView Int8Array Uint8Array ' +
  'Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array Infinity NaN isFinite isNaN ' +
  'parseFloat parseInt decodeURI decodeURIComponent encodeURI encodeURIComponent';

/** What `global` is in a mini program: what the language has, and nothing of a browser or of Node.js. */
export function languageGlobals(): { [name: string]: unknown } {
  const host = globalThis as unknown as { readonly [name: string]: unknown };
  return Object.fromEntries(ofTheLanguage.split(' ').map((name) => [name, host[name]]));
}
