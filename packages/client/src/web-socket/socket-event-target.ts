import { createException } from './exception.ts';
import type { HostTimers } from './host.ts';
import { HostEvent, HostEventTarget } from './host-class.ts';
import { show } from './socket-event.ts';

/** A listener as DOM knows it: a function, or an object with `handleEvent`. */
export type SocketListener<E> = ((event: E) => unknown) | { handleEvent(event: E): unknown };

/** Options of `addEventListener`. */
export interface SocketListenerOptions {
  readonly capture?: boolean;
  readonly once?: boolean;
  readonly passive?: boolean;
  /** Anything with `aborted` and `addEventListener('abort', …)`. */
  readonly signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };
}

interface DispatchableEvent {
  readonly type: string;
  readonly eventPhase?: number;
  readonly defaultPrevented?: boolean;
  preventDefault?(): void;
}

interface Registration {
  readonly type: string;
  readonly callback: unknown;
  readonly capture: boolean;
  readonly once: boolean | undefined;
  readonly passive: boolean | undefined;
  removed?: boolean;
}

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** DOM's EventTarget for one object: registration order, `once`, `handleEvent`, removal and addition while dispatching. */
export class ListenerList {
  private list: Registration[] = [];
  private readonly handlers: { [type: string]: unknown } = {};
  private readonly timers: HostTimers;

  constructor(timers: HostTimers) {
    this.timers = timers;
  }

  add(type: string, callback: unknown, options?: unknown): void {
    if (callback === undefined || callback === null) return;
    if (!isObject(callback)) throw new TypeError('Not a listener');
    const { once, passive, signal } = (isObject(options) ? options : {}) as SocketListenerOptions;
    if (signal?.aborted === true || this.take(type, callback, options, false)) return;
    this.list.push({ type, callback, capture: isCapture(options), once, passive });
    signal?.addEventListener('abort', () => {
      this.take(type, callback, options, true);
    });
  }

  /** Finds a listener, and takes it out. */
  take(type: string, callback: unknown, options: unknown, out: boolean): boolean {
    const capture = isCapture(options);
    return this.list.some((entry, at) => {
      const found = entry.type === type && entry.callback === callback && entry.capture === capture;
      if (found && out) {
        entry.removed = true;
        this.list.splice(at, 1);
      }
      return found;
    });
  }

  /** The value of `on…`: what was set, or null. */
  handler(type: string): unknown {
    return this.handlers[type] ?? null;
  }

  /** Sets `on…`. It keeps its place among the listeners until it is set to null. */
  setHandler(type: string, value: unknown): void {
    const { handlers } = this;
    handlers[type] = isObject(value) ? value : null;
    // The list of handlers itself stands for the handler: no listener of a user can be equal to it.
    if (handlers[type] === null) this.take(type, handlers, false, true);
    else this.add(type, handlers);
  }

  /** @throws `InvalidStateError` when the event is being dispatched already */
  dispatch(target: unknown, event: DispatchableEvent): void {
    if (event.eventPhase) throw createException('InvalidStateError', 'The event is being dispatched');
    let stopped = false;
    // Own members, because those of a host's event know nothing of this target.
    show(event, {
      target,
      srcElement: target,
      currentTarget: target,
      eventPhase: 2,
      composedPath: () => (event.eventPhase ? [target] : []),
      stopImmediatePropagation: () => {
        stopped = true;
      },
    });
    this.list.slice().forEach((entry) => {
      if (stopped || entry.removed || entry.type !== event.type) return;
      if (entry.once) this.take(entry.type, entry.callback, entry.capture, true);
      if (entry.passive) show(event, { preventDefault: () => {} });
      this.call(entry, target, event);
      if (entry.passive) delete event.preventDefault;
    });
    show(event, { currentTarget: null, eventPhase: 0 });
  }

  private call({ callback, type }: Registration, target: unknown, event: DispatchableEvent): void {
    try {
      if (callback === this.handlers) {
        const handler = this.handlers[type];
        if (typeof handler === 'function' && handler.call(target, event) === false) event.preventDefault?.();
      } else if (typeof callback === 'function') callback.call(target, event);
      else (callback as { handleEvent(event: unknown): unknown }).handleEvent(event);
    } catch (error) {
      // "Report the exception": it reaches the host's global handler and stops no other listener.
      this.timers.setTimeout(() => {
        throw error;
      }, 0);
    }
  }
}

function isCapture(options: unknown): boolean {
  return Boolean(isObject(options) ? (options as SocketListenerOptions).capture : options);
}

/** What stands behind one target; its public face has no other own property. */
export interface Inside {
  readonly listeners: ListenerList;
}

/** As WebIDL: a member taken from the prototype and called on something else is a TypeError. */
export function inside<T extends Inside>(target: unknown): T {
  const found = (target as { _?: T } | undefined)?._;
  if (found === undefined) throw new TypeError('Illegal invocation');
  return found;
}

/** @throws TypeError when fewer than `count` arguments were given */
export function need(count: number, given: number): void {
  if (given < count) throw new TypeError(`${count} arguments required`);
}

/** DOMString: `String()` would let symbols pass. */
function toText(value: unknown): string {
  return ''.concat(value as string);
}

/** The public side of a {@link ListenerList}, as its own class because the standard has it so. */
export class SocketEventTarget {
  addEventListener(type: unknown, listener: unknown, options?: unknown): void {
    // biome-ignore lint/complexity/noArguments: the standard counts arguments
    need(2, arguments.length);
    inside(this).listeners.add(toText(type), listener, options);
  }

  removeEventListener(type: unknown, listener: unknown, options?: unknown): void {
    inside(this).listeners.take(toText(type), listener, options, true);
  }

  dispatchEvent(event: DispatchableEvent): boolean {
    // Where there is no class of events, anything with a type will do.
    const isEvent =
      HostEvent === undefined ? isObject(event) : Object.prototype.isPrototypeOf.call(HostEvent.prototype, event);
    if (!isEvent) throw new TypeError('Not an Event');
    inside(this).listeners.dispatch(this, event);
    return event.defaultPrevented !== true;
  }
}

if (HostEventTarget !== undefined) {
  Object.setPrototypeOf(SocketEventTarget.prototype, HostEventTarget.prototype);
}
