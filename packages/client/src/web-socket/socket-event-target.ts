import type { HostTimers } from './host.ts';

/** A listener as DOM knows it: a function, or an object with `handleEvent`. */
export type SocketListener<E> = ((event: E) => unknown) | { handleEvent(event: E): unknown };

/** Options of `addEventListener`. */
export interface SocketListenerOptions {
  readonly capture?: boolean;
  readonly once?: boolean;
  /** Anything with `aborted` and `addEventListener('abort', …)`. */
  readonly signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };
}

interface DispatchableEvent {
  readonly type: string;
  readonly stopped?: boolean;
}

interface Registration {
  readonly type: string;
  readonly callback: unknown;
  readonly capture: boolean;
  readonly once: boolean;
  removed: boolean;
}

function isCapture(options: unknown): boolean {
  return Boolean(
    typeof options === 'object' && options !== null ? (options as SocketListenerOptions).capture : options,
  );
}

function place(event: DispatchableEvent, target: unknown, currentTarget: unknown, eventPhase: number): void {
  const members: { [name: string]: unknown } = { target, currentTarget, eventPhase };
  for (const name in members) {
    // Defined, not assigned: on a host's own Event these are getters.
    Object.defineProperty(event, name, { value: members[name], configurable: true, enumerable: true, writable: true });
  }
}

/** DOM's EventTarget for one object: registration order, `once`, `handleEvent`, removal and addition while dispatching. */
export class ListenerList {
  private list: Registration[] = [];
  private readonly handlers: { [type: string]: unknown } = {};
  private readonly timers: HostTimers;

  constructor(timers: HostTimers) {
    this.timers = timers;
  }

  add(type: string, callback: unknown, options: unknown): void {
    if (callback === undefined || callback === null) return;
    if (typeof callback !== 'function' && typeof callback !== 'object') {
      throw new TypeError('A listener must be a function or an object');
    }
    const chosen = (typeof options === 'object' && options !== null ? options : {}) as SocketListenerOptions;
    const { signal } = chosen;
    const capture = isCapture(options);
    if (signal?.aborted === true || this.find(type, callback, capture) >= 0) return;
    this.list.push({ type, callback, capture, once: chosen.once === true, removed: false });
    signal?.addEventListener('abort', () => {
      this.remove(type, callback, capture);
    });
  }

  remove(type: string, callback: unknown, options?: unknown): void {
    const at = this.find(type, callback, isCapture(options));
    if (at >= 0) {
      (this.list[at] as Registration).removed = true;
      this.list.splice(at, 1);
    }
  }

  /** The value of `on…`: what was set, or null. */
  handler(type: string): unknown {
    return this.handlers[type] ?? null;
  }

  /** Sets `on…`. It keeps its place among the listeners until it is set to null. */
  setHandler(type: string, value: unknown): void {
    const usable = typeof value === 'function' || (typeof value === 'object' && value !== null);
    const before = this.handlers[type];
    this.handlers[type] = usable ? value : null;
    // The list itself stands for the handler: no listener of a user can be equal to it.
    if (!usable) this.remove(type, this.handlers);
    else if (before === undefined || before === null) this.add(type, this.handlers, false);
  }

  dispatch(target: unknown, event: DispatchableEvent): void {
    const { list, handlers } = this;
    place(event, target, target, 2);
    const now = list.slice();
    for (let i = 0; i < now.length && event.stopped !== true; i++) {
      const entry = now[i] as Registration;
      if (entry.type !== event.type || entry.removed) continue;
      if (entry.once) this.remove(entry.type, entry.callback, entry.capture);
      this.call(entry.callback === handlers ? handlers[entry.type] : entry.callback, target, event);
    }
    place(event, target, null, 0);
  }

  private call(callback: unknown, target: unknown, event: DispatchableEvent): void {
    try {
      if (typeof callback === 'function') callback.call(target, event);
      else (callback as { handleEvent?(event: unknown): unknown }).handleEvent?.(event);
    } catch (error) {
      // "Report the exception": it reaches the host's global handler and stops no other listener.
      this.timers.setTimeout(() => {
        throw error;
      }, 0);
    }
  }

  private find(type: string, callback: unknown, capture: boolean): number {
    for (let i = 0; i < this.list.length; i++) {
      const entry = this.list[i] as Registration;
      if (entry.type === type && entry.callback === callback && entry.capture === capture) return i;
    }
    return -1;
  }
}
