import { type AppEvents, watchApp } from './app-watch.ts';
import { Exception, throwException } from './exception.ts';
import { hostTimers } from './host.ts';
import type { MiniWebSocketClass } from './mini-web-socket.ts';
import { checkProtocols, need, toCloseCode, toCloseReason, toList, toPayload } from './socket-arguments.ts';
import { createEvent, tag } from './socket-event.ts';
import { addListeners, eventTarget, inside, type Listeners } from './socket-event-target.ts';
import type { SocketDriver, SocketOptions } from './socket-port.ts';
import { openSession, type SocketSession } from './socket-session.ts';
import { toSocketUrl } from './socket-url.ts';
import { toScalarString, utf8Length } from './text.ts';
import { type WebSocketClassOptions, webSocketDefaults } from './web-socket-options.ts';

/** What stands behind one socket; its public face has no other own property. */
type Inside = SocketSession & Listeners & { readonly [name: string]: unknown };

type Settings = typeof webSocketDefaults & { readonly timers: typeof hostTimers } & WebSocketClassOptions;

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, descriptor);
}

/** The later options win; headers are merged. */
function merge(sources: readonly (object | undefined)[]): object {
  const merged: { [name: string]: unknown } = {};
  sources.forEach((source) => {
    for (const name in source) {
      const value = (source as { [name: string]: unknown })[name];
      if (value !== undefined)
        merged[name] = name === 'headers' ? merge([merged[name] as object, value as object]) : value;
    }
  });
  return merged;
}

/** Makes the class for one driver. `app` is asked for the events of the app and its network, where it has them. */
export function defineWebSocketClass(
  driver: SocketDriver,
  app: unknown,
  options?: WebSocketClassOptions,
): MiniWebSocketClass {
  const shared = merge([{ timers: hostTimers }, webSocketDefaults, options]) as Settings;
  const { timers, suspectGraceMs } = shared;
  const sessions: SocketSession[] = [];
  let watching = false;

  // Not a class: members of WebIDL are enumerable, as those of an object are.
  function WebSocket(this: object, url: unknown): void {
    // biome-ignore lint/complexity/noArguments: the standard counts arguments, and more parameters would change `length`
    const given = arguments as unknown as readonly [unknown, unknown, SocketOptions?];
    need(1, this instanceof WebSocket ? given.length : 0);
    const text = toScalarString(url);
    const protocols = toList(given[1]);
    const href = toSocketUrl(text);
    checkProtocols(protocols);
    const origin = href.replace(/^(\w+:\/\/)(?:[^/]*@)?([^/]*).*/, '$1$2');
    if (!watching && suspectGraceMs > 0) {
      // At the first socket, not before: making a class has no effect on the platform.
      watching = true;
      watchApp(app as AppEvents, sessions, suspectGraceMs, timers);
    }
    const request = { url: href, protocols, options: merge([shared, given[2]]) as Settings };
    const opened = openSession(driver, request, (event) => {
      if (event.type === 'close') sessions.splice(sessions.indexOf(opened), 1);
      session.dispatch(createEvent(event, origin));
    });
    const session = addListeners(opened, this, timers);
    sessions.push(opened);
    define(this, '_', { value: session });
  }

  const prototype = {
    get binaryType(): string {
      return inside<Inside>(this).binaryType;
    },
    set binaryType(value: string) {
      // Any other value than these two is ignored, as for every WebIDL enumeration.
      if (value !== this.binaryType && value === 'blob') {
        throwException(Exception.NotSupportedError, "binaryType 'blob': use 'arraybuffer'");
      }
    },
    send(data: unknown): void {
      const session = inside<Inside>(this);
      // biome-ignore lint/complexity/noArguments: the standard counts arguments, and rest parameters would change `length`
      need(1, arguments.length);
      const payload = toPayload(data);
      if (session.readyState === 0) throwException(Exception.InvalidStateError, 'Still CONNECTING');
      session.send(payload, typeof payload === 'string' ? utf8Length(payload) : payload.byteLength);
    },
    close(): void {
      // biome-ignore lint/complexity/noArguments: parameters would change `length`
      const given = arguments as unknown as readonly unknown[];
      inside<Inside>(this).close(toCloseCode(given[0]), toCloseReason(given[1]));
    },
  };
  finish(WebSocket, Object.setPrototypeOf(prototype, eventTarget));
  return WebSocket as unknown as MiniWebSocketClass;
}

/** What an object cannot say in few words: constants, attributes and `on…` members, as WebIDL has them. */
function finish(made: object, prototype: object): void {
  const attributes = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'];
  attributes.concat('onopen', 'onmessage', 'onerror', 'onclose').forEach((name, at) => {
    const set = function (this: unknown, value: unknown): void {
      inside<Inside>(this).setHandler(name, value);
    };
    define(prototype, name, {
      configurable: true,
      enumerable: true,
      get(): unknown {
        const value = inside<Inside>(this)[name];
        return value === undefined ? null : value;
      },
      set: at < attributes.length ? undefined : set,
    } as PropertyDescriptor);
  });
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
    define(made, name, { enumerable: true, value });
    define(prototype, name, { enumerable: true, value });
  });
  define(prototype, 'constructor', { value: made, configurable: true, writable: true });
  define(made, 'prototype', { value: prototype, writable: false });
  // Builds for mini programs give functions short names.
  define(made, 'name', { value: 'WebSocket', configurable: true });
  tag(prototype, 'WebSocket');
}
