import { Exception, throwException } from './exception.ts';
import type { HostTimers } from './host.ts';
import { HostEvent, HostEventTarget } from './host-class.ts';
import { need } from './socket-arguments.ts';
import { show } from './socket-event.ts';
import { toText } from './text.ts';

/** A listener as DOM knows it: a function, or an object with `handleEvent`. */
export type SocketListener<E> = ((event: E) => unknown) | { handleEvent(event: E): unknown };

/** Options of `addEventListener`. */
export interface SocketListenerOptions {
  readonly capture?: boolean | undefined;
  readonly once?: boolean | undefined;
  readonly passive?: boolean | undefined;
  /** Anything with `aborted` and `addEventListener('abort', …)`. */
  readonly signal?:
    | undefined
    | { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };
}

interface DispatchableEvent {
  readonly type: string;
  readonly eventPhase?: number;
  readonly defaultPrevented?: boolean;
  preventDefault?(): void;
}

interface Registration extends SocketListenerOptions {
  readonly type: string;
  readonly callback: unknown;
  readonly capture: boolean;
}

function isObject(value: unknown): value is object {
  return Object(value) === value;
}

function registration(type: string, callback: unknown, options: unknown): Registration {
  const { capture, once, passive, signal } = (
    isObject(options) ? options : { capture: options }
  ) as SocketListenerOptions;
  return { type, callback, capture: Boolean(capture), once, passive, signal };
}

/** The other listeners: two are the same with the same type, callback and capture. */
function others(list: readonly Registration[], { type, callback, capture }: Registration): readonly Registration[] {
  return list.filter((other) => other.type !== type || other.callback !== callback || other.capture !== capture);
}

/** DOM's EventTarget for one object: registration order, `once`, `handleEvent`, removal and addition while dispatching. */
export interface Listeners {
  add(type: string, callback: unknown, options?: unknown): void;
  remove(type: string, callback: unknown, options?: unknown): void;
  /** The value of `on…`: what was set, or null. */
  handler(type: string): unknown;
  /** Sets `on…`. It keeps its place among the listeners until it is set to null. */
  setHandler(type: string, value: unknown): void;
  /** @throws `InvalidStateError` when the event is being dispatched already */
  dispatch(event: DispatchableEvent): void;
}

/** The listeners of one target. */
export function createListeners(target: object, timers: HostTimers): Listeners {
  // A dispatch goes on over the list that it began with.
  let list: readonly Registration[] = [];
  const handlers: { [type: string]: unknown } = {};

  /** Stands for the handlers in the list. */
  function handle(event: DispatchableEvent): void {
    const handler = handlers[event.type];
    if (typeof handler === 'function' && handler.call(target, event) === false) event.preventDefault?.();
  }

  function add(type: string, callback: unknown, options?: unknown): void {
    if (callback === undefined || callback === null) return;
    if (!isObject(callback)) throw new TypeError('Not a listener');
    const entry = registration(type, callback, options);
    const { signal } = entry;
    if (signal?.aborted || others(list, entry).length < list.length) return;
    list = list.concat(entry);
    signal?.addEventListener('abort', () => remove(type, callback, options));
  }

  function remove(type: string, callback: unknown, options?: unknown): void {
    list = others(list, registration(type, callback, options));
  }

  function call(callback: unknown, event: DispatchableEvent): void {
    try {
      if (typeof callback === 'function') callback.call(target, event);
      else (callback as { handleEvent(event: unknown): unknown }).handleEvent(event);
    } catch (error) {
      // "Report the exception": it reaches the host's global handler and stops no other listener.
      timers.setTimeout(() => {
        throw error;
      }, 0);
    }
  }

  return {
    add,
    remove,
    handler: (type) => handlers[type] || null,
    setHandler(type, value) {
      handlers[type] = isObject(value) && value;
      (handlers[type] ? add : remove)(type, handle);
    },
    dispatch(event) {
      if (event.eventPhase) throwException(Exception.InvalidStateError, 'The event is being dispatched');
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
      list.forEach((entry) => {
        if (stopped || entry.type !== event.type || list.indexOf(entry) < 0) return;
        if (entry.once) list = others(list, entry);
        if (entry.passive) show(event, { preventDefault: () => {} });
        call(entry.callback, event);
        if (entry.passive) delete event.preventDefault;
      });
      show(event, { currentTarget: null, eventPhase: 0 });
    },
  };
}

/** What stands behind one target; its public face has no other own property. */
export interface Inside {
  readonly listeners: Listeners;
}

/** As WebIDL: a member taken from the prototype and called on something else is a TypeError. */
export function inside<T extends Inside>(target: unknown): T {
  const found = (target as { _?: T } | undefined)?._;
  if (found === undefined) throw new TypeError('Illegal invocation');
  return found;
}

/** The public side of {@link Listeners}: what the prototype of a class inherits from. */
export const eventTarget: object = {
  addEventListener(type: unknown, listener: unknown, options?: unknown): void {
    // biome-ignore lint/complexity/noArguments: the standard counts arguments
    need(2, arguments.length);
    inside(this).listeners.add(toText(type), listener, options);
  },
  removeEventListener(type: unknown, listener: unknown, options?: unknown): void {
    inside(this).listeners.remove(toText(type), listener, options);
  },
  dispatchEvent(event: DispatchableEvent): boolean {
    // Where there is no class of events, any object will do.
    const isEvent =
      HostEvent === undefined ? isObject(event) : Object.prototype.isPrototypeOf.call(HostEvent.prototype, event);
    if (!isEvent) throw new TypeError('Not an Event');
    inside(this).listeners.dispatch(event);
    return !event.defaultPrevented;
  },
};

if (HostEventTarget !== undefined) Object.setPrototypeOf(eventTarget, HostEventTarget.prototype);
