import { expect } from 'vitest';
import type { SocketCase } from './web-socket-kit.ts';

const attributes = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType'];
const handlers = ['onopen', 'onmessage', 'onerror', 'onclose'];
const constants = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

/** The interface object, its members and what the constructor takes: the parts that need no traffic. */
export const memberCases: readonly SocketCase[] = [
  {
    name: 'the class: name, length, and a prototype that cannot be replaced',
    run: ({ Socket }) => {
      expect([Socket.name, Socket.length]).toEqual(['WebSocket', 1]);
      expect(Object.getOwnPropertyDescriptor(Socket, 'prototype')?.writable).toBe(false);
      expect(Object.getOwnPropertyDescriptor(Socket.prototype, 'constructor')).toMatchObject({
        value: Socket,
        enumerable: false,
      });
    },
  },
  {
    name: 'the constructor wants new, and an argument',
    run: ({ Socket, server }) => {
      expect(() => (Socket as unknown as (url: string) => void)(server.url)).toThrow(TypeError);
      expect(() => new Socket()).toThrow(TypeError);
    },
  },
  ...attributes.map((name) => ({
    name: `the attribute ${name} is an enumerable accessor of the prototype`,
    run: ({ Socket }: Parameters<SocketCase['run']>[0]) => {
      const found = Object.getOwnPropertyDescriptor(Socket.prototype as object, name);
      expect(found).toMatchObject({ enumerable: true, configurable: true });
      expect(typeof found?.get).toBe('function');
      expect(typeof found?.set).toBe(name === 'binaryType' ? 'function' : 'undefined');
      expect(() => found?.get?.call({})).toThrow(TypeError);
    },
  })),
  ...handlers.map((name) => ({
    name: `the handler ${name} is an enumerable accessor of the prototype, null at first`,
    run: ({ Socket, make }: Parameters<SocketCase['run']>[0]) => {
      const found = Object.getOwnPropertyDescriptor(Socket.prototype, name);
      expect(found).toMatchObject({ enumerable: true, configurable: true });
      expect([typeof found?.get, typeof found?.set]).toEqual(['function', 'function']);
      expect((make() as unknown as { [name: string]: unknown })[name]).toBe(null);
    },
  })),
  ...(
    [
      ['close', 0],
      ['send', 1],
    ] as const
  ).map(([name, length]) => ({
    name: `the operation ${name} is an enumerable member of the prototype with length ${length}`,
    run: ({ Socket }: Parameters<SocketCase['run']>[0]) => {
      const found = Object.getOwnPropertyDescriptor(Socket.prototype, name);
      expect(found).toMatchObject({ enumerable: true, configurable: true, writable: true });
      const operation = found?.value as { length: number; name: string };
      expect([operation.length, operation.name]).toEqual([length, name]);
    },
  })),
  ...constants.map((name, value) => ({
    name: `the constant ${name} is ${value} on class, prototype and instance, for good`,
    run: ({ Socket, make }: Parameters<SocketCase['run']>[0]) => {
      const wanted = { value, enumerable: true, writable: false, configurable: false };
      expect(Object.getOwnPropertyDescriptor(Socket, name)).toEqual(wanted);
      expect(Object.getOwnPropertyDescriptor(Socket.prototype, name)).toEqual(wanted);
      const socket = make();
      expect((socket as unknown as { [name: string]: unknown })[name]).toBe(value);
      expect(Reflect.set(socket, name, 9)).toBe(false);
      expect(Reflect.deleteProperty(Socket, name)).toBe(false);
    },
  })),
  {
    name: 'members of the prototype refuse other objects',
    run: ({ Socket }) => {
      const { prototype } = Socket as unknown as { prototype: { [name: string]: (...args: unknown[]) => void } };
      for (const name of ['send', 'close']) expect(() => prototype[name]?.call({}, 'x')).toThrow(TypeError);
    },
  },
  {
    name: 'it is an EventTarget, and inherits its methods',
    run: ({ Socket, make }) => {
      expect(make()).toBeInstanceOf(EventTarget);
      for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent']) {
        expect(name in Socket.prototype).toBe(true);
        expect(Object.hasOwn(Socket.prototype, name)).toBe(false);
      }
    },
  },
  {
    name: 'its tag is WebSocket, configurable and not enumerable',
    run: ({ Socket, make }) => {
      expect(Object.prototype.toString.call(make())).toBe('[object WebSocket]');
      expect(Object.getOwnPropertyDescriptor(Socket.prototype, Symbol.toStringTag)).toEqual({
        value: 'WebSocket',
        configurable: true,
        enumerable: false,
        writable: false,
      });
    },
  },
  {
    name: 'an instance has no own enumerable members, and can be given some',
    run: ({ make }) => {
      const socket = make() as unknown as { [name: string]: unknown };
      expect(Object.keys(socket)).toEqual([]);
      socket.mine = 1;
      expect(socket.mine).toBe(1);
    },
  },
  {
    name: 'read-only attributes ignore assignment, or throw in strict code',
    run: ({ make }) => {
      const socket = make();
      for (const name of attributes.slice(0, 5)) {
        const before = (socket as unknown as { [name: string]: unknown })[name];
        expect(Reflect.set(socket, name, 'x')).toBe(false);
        expect((socket as unknown as { [name: string]: unknown })[name]).toBe(before);
      }
    },
  },
  {
    name: 'a class can extend it',
    run: async ({ Socket, server, next }) => {
      class Mine extends (Socket as unknown as new (url: string) => InstanceType<typeof Socket>) {
        hello(): string {
          return `hello ${this.readyState}`;
        }
      }
      const socket = new Mine(server.url);
      await next(socket, 'open');
      expect([socket.hello(), socket instanceof Socket]).toEqual(['hello 1', true]);
      socket.close();
      await next(socket, 'close');
    },
  },
  ...[
    'foo:bar',
    'ftp://h/',
    'mailto:a@b.test',
    'about:blank',
    'ws://foo bar.test/',
    'ws://h/#',
    'ws://h/#test',
    '#test',
    '',
    'ws://',
    'ws://h:99999/',
    'ws://h:x/',
    'ws://[::1/',
    'ws://a<b/',
    '//h/',
    'not a url',
  ].map((url) => ({
    name: `the URL ${JSON.stringify(url)} is a SyntaxError`,
    run: ({ Socket, thrown }: Parameters<SocketCase['run']>[0]) => {
      const error = thrown(() => new Socket(url));
      expect([error.name, error.code]).toEqual(['SyntaxError', 12]);
      expect(error).toBeInstanceOf(DOMException);
    },
  })),
  ...(
    [
      ['WS://EXAMPLE.test', 'ws://example.test/'],
      ['http://example.test/a', 'ws://example.test/a'],
      ['HTTPS://example.test:443', 'wss://example.test/'],
      ['ws://example.test:80/', 'ws://example.test/'],
      ['wss://example.test:80/', 'wss://example.test:80/'],
      ['wss://example.test:443?a=b', 'wss://example.test/?a=b'],
      ['  ws://example.test/\n', 'ws://example.test/'],
      ['ws:example.test/x', 'ws://example.test/x'],
      ['ws:\\\\example.test\\x', 'ws://example.test/x'],
      ['ws://example.test/a/../b/./c', 'ws://example.test/b/c'],
      ['ws://example.test/a b?c d', 'ws://example.test/a%20b?c%20d'],
      ['ws://example.test/ü?ü="\'<', 'ws://example.test/%C3%BC?%C3%BC=%22%27%3C'],
      ['ws://user:pass@example.test/', 'ws://user:pass@example.test/'],
      ['ws://ex%41mple.test/', 'ws://example.test/'],
      ['ws://[::1]:81/', 'ws://[::1]:81/'],
      ['ws://127.1/', 'ws://127.0.0.1/'],
      ['ws://0x7f.0.0.1/', 'ws://127.0.0.1/'],
      ['ws://bücher.test/', 'ws://xn--bcher-kva.test/'],
      ['ws://[0:0::1]/', 'ws://[::1]/'],
    ] as const
  ).map(([given, href]) => ({
    name: `the URL ${JSON.stringify(given)} is shown as ${href}`,
    run: ({ Socket }: Parameters<SocketCase['run']>[0]) => {
      const socket = new Socket(given);
      socket.addEventListener('error', () => undefined);
      socket.close();
      expect(socket.url).toBe(href);
    },
  })),
  ...[['a', 'a'], ['a', 'A'], [''], 'a b', 'a,b', 'ü', '\u0000', ['ok', 'a/b'], 'a\u007f', [undefined, undefined]].map(
    (protocols) => ({
      name: `the subprotocols ${JSON.stringify(protocols)} are a SyntaxError`,
      run: ({ Socket, server, thrown }: Parameters<SocketCase['run']>[0]) => {
        const error = thrown(() => new Socket(server.url, protocols));
        expect([error.name, error.code]).toEqual(['SyntaxError', 12]);
        expect(error).toBeInstanceOf(DOMException);
      },
    }),
  ),
  {
    name: 'the URL is looked at before the subprotocols, and converted first of all',
    run: ({ Socket }) => {
      const order: string[] = [];
      const url = {
        toString() {
          order.push('url');
          return 'bad:';
        },
      };
      const protocols = {
        *[Symbol.iterator]() {
          order.push('protocols');
          yield 'ok';
        },
      };
      expect(() => new Socket(url, protocols)).toThrow();
      expect(order).toEqual(['url', 'protocols']);
    },
  },
  {
    name: 'a symbol is no URL and no subprotocol',
    run: ({ Socket, server }) => {
      expect(() => new Socket(Symbol('x'))).toThrow(TypeError);
      expect(() => new Socket(server.url, [Symbol('x')])).toThrow(TypeError);
    },
  },
  {
    name: 'subprotocols come from any iterable, and undefined and [] are none',
    run: async ({ make, next }) => {
      const socket = make('/protocol/two', new Set(['one', 'two']));
      await next(socket, 'open');
      expect(socket.protocol).toBe('two');
      const plain = make('/', undefined);
      await next(plain, 'open');
      expect(plain.protocol).toBe('');
    },
  },
  {
    name: 'null as subprotocols is the subprotocol "null"',
    run: async ({ make, next }) => {
      const socket = make('/protocol/null', null);
      await next(socket, 'open');
      expect(socket.protocol).toBe('null');
    },
  },
  {
    name: "binaryType is 'blob' at first, and takes both values",
    run: ({ make }) => {
      const socket = make();
      expect(socket.binaryType).toBe('blob');
      socket.binaryType = 'arraybuffer';
      socket.binaryType = 'blob';
      expect(socket.binaryType).toBe('blob');
    },
  },
  {
    name: 'binaryType ignores other values',
    run: ({ make }) => {
      const socket = make();
      socket.binaryType = 'arraybuffer';
      for (const value of ['ArrayBuffer', '', 'nodebuffer', null, undefined, 1]) socket.binaryType = value as string;
      expect(socket.binaryType).toBe('arraybuffer');
    },
  },
];
