import { Exception, throwException } from './exception.ts';
import type { HostTimers } from './host.ts';
import { HostEvent, HostEventTarget } from './host-class.ts';
import { need } from './socket-arguments.ts';
import { show } from './socket-event.ts';
import { isObject, toText } from './text.ts';

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
  /** Sets `on…`, which is kept under its name. It keeps its place among the listeners until it is set to null. */
  setHandler(name: string, value: unknown): void;
  /** @throws `InvalidStateError` when the event is being dispatched already */
  dispatch(event: DispatchableEvent): void;
}

/** Gives listeners to what stands behind a target. */
export function addListeners<T extends object>(behind: T, target: object, timers: HostTimers): T & Listeners {
  // A dispatch goes on over the list that it began with.
  let list: readonly Registration[] = [];
  const handlers = behind as { [name: string]: unknown };

  /** Stands for the handlers in the list. */
  function handle(event: DispatchableEvent): void {
    const handler = handlers[`on${event.type}`];
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

  return Object.assign(behind, {
    add,
    remove,
    setHandler(name: string, value: unknown): void {
      handlers[name] = isObject(value) ? value : null;
      (handlers[name] ? add : remove)(name.slice(2), handle);
    },
    dispatch(event: DispatchableEvent): void {
      if (event.eventPhase) throwException(Exception.InvalidStateError, 'Being dispatched');
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
  });
}

/** What stands behind a target. Of anything else it is undefined, so that the next step is a TypeError, as WebIDL has it. */
export function inside<T extends Listeners>(target: unknown): T {
  return (target as { _: T })._;
}

/** The public side of {@link Listeners}: what the prototype of a class inherits from. */
export const eventTarget: object = {
  addEventListener(type: unknown, listener: unknown, options?: unknown): void {
    // biome-ignore lint/complexity/noArguments: the standard counts arguments
    need(2, arguments.length);
    inside(this).add(toText(type), listener, options);
  },
  removeEventListener(type: unknown, listener: unknown, options?: unknown): void {
    inside(this).remove(toText(type), listener, options);
  },
  dispatchEvent(event: DispatchableEvent): boolean {
    // Where there is no class of events, any object will do, and to dispatch anything else is a TypeError of the language.
    if (HostEvent !== undefined && !Object.prototype.isPrototypeOf.call(HostEvent.prototype, event)) {
      throw new TypeError('Not an Event');
    }
    inside(this).dispatch(event);
    return !event.defaultPrevented;
  },
};

if (HostEventTarget !== undefined) Object.setPrototypeOf(eventTarget, HostEventTarget.prototype);
