import { type AppEvents, watchApp } from './app-watch.ts';
import { createException } from './exception.ts';
import { hostTimers } from './host.ts';
import type { MiniWebSocket, MiniWebSocketClass } from './mini-web-socket.ts';
import { checkProtocols, toCloseCode, toCloseReason, toList, toPayload } from './socket-arguments.ts';
import { createEvent, tag } from './socket-event.ts';
import {
  type Inside as Base,
  inside as baseInside,
  ListenerList,
  need,
  SocketEventTarget,
} from './socket-event-target.ts';
import type { SocketDriver, SocketOptions } from './socket-port.ts';
import { SocketSession } from './socket-session.ts';
import { toSocketUrl } from './socket-url.ts';
import { toScalarString, utf8Length } from './text.ts';
import { type WebSocketClassOptions, webSocketDefaults } from './web-socket-options.ts';

/** What stands behind one socket; its public face has no other own property. */
interface Inside extends Base {
  readonly url: string;
  readonly session: SocketSession;
}

const states = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];
const eventTypes = ['open', 'message', 'error', 'close'];

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, descriptor);
}

function inside(socket: unknown): Inside {
  return baseInside<Inside>(socket);
}

function requestOptions(own: SocketOptions | undefined, shared: WebSocketClassOptions): SocketOptions {
  const merged: { [name: string]: unknown } = {};
  [webSocketDefaults, shared, own].forEach((source) => {
    for (const name in source) merged[name] = (source as { [name: string]: unknown })[name];
  });
  const headers: { [name: string]: string } = {};
  let some = false;
  [shared.headers, own?.headers].forEach((source) => {
    for (const name in source) {
      headers[name] = source[name] as string;
      some = true;
    }
  });
  if (some) merged.headers = headers;
  return merged as SocketOptions;
}

/** Makes the class for one driver. `app` is asked for the events of the app and its network, where it has them. */
export function defineWebSocketClass(
  driver: SocketDriver,
  app: unknown,
  options: WebSocketClassOptions,
): MiniWebSocketClass {
  const timers = options.timers ?? hostTimers;
  const graceMs = options.suspectGraceMs ?? webSocketDefaults.suspectGraceMs;
  const context = {
    timers,
    closeTimeoutMs: options.closeTimeoutMs ?? webSocketDefaults.closeTimeoutMs,
    silenceTimeoutMs: options.silenceTimeoutMs ?? webSocketDefaults.silenceTimeoutMs,
  };
  const sessions: SocketSession[] = [];
  let watching = false;

  class WebSocket extends SocketEventTarget {
    constructor(url: unknown, protocols?: unknown, own?: SocketOptions) {
      super();
      // biome-ignore lint/complexity/noArguments: the standard counts arguments, and rest parameters would change `length`
      need(1, arguments.length);
      const text = toScalarString(url);
      const offered = toList(protocols);
      const href = toSocketUrl(text);
      checkProtocols(offered);
      const listeners = new ListenerList(timers);
      const emit = (type: string, members?: object): void => listeners.dispatch(this, createEvent(type, members));
      const request = { url: href, protocols: offered, options: requestOptions(own, options) };
      if (!watching && graceMs > 0) {
        // At the first socket, not before: making a class has no effect on the platform.
        watching = true;
        watchApp(app as AppEvents, sessions, graceMs, timers);
      }
      const session = new SocketSession(driver, request, context, {
        opened: () => emit('open'),
        received: (data) =>
          emit('message', { data, origin: originOf(href), lastEventId: '', source: null, ports: Object.freeze([]) }),
        failed: (error) => emit('error', { message: error.message, error, filename: '', lineno: 0, colno: 0 }),
        closed: (code, reason, wasClean) => {
          sessions.splice(sessions.indexOf(session), 1);
          emit('close', { code, reason, wasClean });
        },
      });
      sessions.push(session);
      define(this, '_', { value: { url: href, listeners, session } });
    }

    get url(): string {
      return inside(this).url;
    }

    get readyState(): number {
      return inside(this).session.readyState;
    }

    get bufferedAmount(): number {
      return inside(this).session.bufferedAmount;
    }

    get extensions(): string {
      return inside(this).session.extensions;
    }

    get protocol(): string {
      return inside(this).session.protocol;
    }

    get binaryType(): string {
      return inside(this) && 'arraybuffer';
    }

    set binaryType(value: string) {
      inside(this);
      // Any other value than these two is ignored, as for every WebIDL enumeration.
      if (value === 'blob') throw createException('NotSupportedError', "binaryType 'blob': use 'arraybuffer'");
    }

    send(data: unknown): void {
      const { session } = inside(this);
      // biome-ignore lint/complexity/noArguments: the standard counts arguments, and rest parameters would change `length`
      need(1, arguments.length);
      const payload = toPayload(data);
      if (session.readyState === 0) throw createException('InvalidStateError', 'Still in CONNECTING state');
      session.send(payload, typeof payload === 'string' ? utf8Length(payload) : payload.byteLength);
    }

    close(code?: unknown, reason?: unknown): void {
      const { session } = inside(this);
      session.close(toCloseCode(code), toCloseReason(reason));
    }
  }

  finish(WebSocket);
  return WebSocket as unknown as MiniWebSocketClass;
}

function originOf(url: string): string {
  return (/^\w+:\/\/[^/]*/.exec(url) as RegExpExecArray)[0].replace(/\/\/.*@/, '//');
}

/** What a class body cannot say: constants, `on…` members, enumerable members, as WebIDL has them. */
function finish(made: { readonly prototype: { readonly close: object; readonly send: object } }): void {
  const { prototype } = made;
  define(made, 'prototype', { writable: false });
  Object.getOwnPropertyNames(prototype).forEach((name) => {
    define(prototype, name, { enumerable: name !== 'constructor' });
  });
  eventTypes.forEach((type) => {
    define(prototype, `on${type}`, {
      configurable: true,
      enumerable: true,
      get(this: MiniWebSocket): unknown {
        return inside(this).listeners.handler(type);
      },
      set(this: MiniWebSocket, value: unknown): void {
        inside(this).listeners.setHandler(type, value);
      },
    });
  });
  [made, prototype].forEach((target) => {
    states.forEach((name, value) => {
      define(target, name, { enumerable: true, value });
    });
  });
  // Builds for mini programs give functions no names, or short ones.
  define(made, 'name', { value: 'WebSocket', configurable: true });
  define(prototype.send, 'name', { value: 'send', configurable: true });
  define(prototype.close, 'name', { value: 'close', configurable: true });
  define(made, 'length', { value: 1, configurable: true });
  define(prototype.close, 'length', { value: 0, configurable: true });
  tag(prototype, 'WebSocket');
}
