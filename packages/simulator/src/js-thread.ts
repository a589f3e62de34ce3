import type { SimulatorClock } from './clock.ts';
import { soon } from './soon.ts';

/** Timers as mini-program code has them: they return numbers, and stand still while the app is suspended. */
export interface PhoneTimers {
  /** The wall clock; it goes on while the app is suspended. */
  now(): number;
  setTimeout(callback: (...args: never[]) => void, delayMs?: number, ...args: unknown[]): number;
  clearTimeout(handle: unknown): void;
  setInterval(callback: (...args: never[]) => void, delayMs?: number, ...args: unknown[]): number;
  clearInterval(handle: unknown): void;
}

/**
 * The one thread that runs a mini program's code. While it is frozen (the app is suspended), everything that would call into
 * that code waits, and comes at once, in order, on the return: events, API callbacks and timers alike.
 */
export class JsThread {
  readonly timers: PhoneTimers;
  #held: (() => void)[] = [];
  #frozen: boolean = false;
  #dead: boolean = false;

  constructor(clock: SimulatorClock) {
    this.timers = this.#createTimers(clock);
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Calls into the mini program now, or when the thread thaws, or never when the app is gone. */
  run(task: () => void): void {
    if (this.#dead) return;
    if (this.#frozen) this.#held.push(task);
    else task();
  }

  /** As {@link run}, but never within the caller's own call. */
  later(task: () => void): void {
    soon(() => this.run(task));
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    // What a task does may freeze the thread again.
    while (!this.#frozen && this.#held.length > 0) this.#held.shift()?.();
  }

  kill(): void {
    this.#dead = true;
    this.#held = [];
  }

  #createTimers(clock: SimulatorClock): PhoneTimers {
    const handles = new Map<number, unknown>();
    let lastId = 0;
    const start = (callback: (...args: never[]) => void, delayMs: number, args: unknown[], repeat: boolean): number => {
      const id = ++lastId;
      const arm = (): void => {
        handles.set(
          id,
          clock.setTimeout(() => {
            if (this.#dead) handles.delete(id);
            else if (repeat && handles.has(id)) arm();
            this.run(() => {
              // Cleared while it was held.
              if (!handles.has(id)) return;
              if (!repeat) handles.delete(id);
              callback(...(args as never[]));
            });
          }, delayMs),
        );
      };
      arm();
      return id;
    };
    const clear = (handle: unknown): void => {
      clock.clearTimeout(handles.get(handle as number));
      handles.delete(handle as number);
    };
    return {
      now: () => clock.now(),
      setTimeout: (callback, delayMs = 0, ...args) => start(callback, delayMs, args, false),
      clearTimeout: clear,
      setInterval: (callback, delayMs = 0, ...args) => start(callback, Math.max(1, delayMs), args, true),
      clearInterval: clear,
    };
  }
}
