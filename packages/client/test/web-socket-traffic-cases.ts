import { expect } from 'vitest';
import { until } from '../../simulator/test/fixtures.ts';
import type { SocketCase, SocketKit } from './web-socket-kit.ts';

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** send, close and the counts, against the server. */
export const trafficCases: readonly SocketCase[] = [
  {
    name: 'send before the connection is open is an InvalidStateError, whatever it is given',
    run: ({ make, thrown }) => {
      const socket = make();
      for (const data of ['x', new ArrayBuffer(1), null]) {
        const error = thrown(() => socket.send(data));
        expect([error.name, error.code]).toEqual(['InvalidStateError', 11]);
        expect(error).toBeInstanceOf(DOMException);
      }
      expect(socket.bufferedAmount).toBe(0);
    },
  },
  {
    name: 'send wants an argument and converts it before it looks at the state',
    run: ({ make }) => {
      const socket = make();
      expect(() => (socket.send as () => void)()).toThrow(TypeError);
      expect(() => socket.send(Symbol('x'))).toThrow(TypeError);
      const failing = {
        toString() {
          throw new RangeError('mine');
        },
      };
      expect(() => socket.send(failing)).toThrow(RangeError);
    },
  },
  {
    name: 'send gives undefined',
    run: async ({ connect }) => expect((await connect()).send('x')).toBe(undefined),
  },
  {
    name: 'send takes views with their exact range, of every kind',
    run: async ({ connect, next }) => {
      const socket = await connect();
      const pool = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]).buffer;
      const views = [
        new Int8Array(pool, 3, 2),
        new Uint16Array(pool, 4, 1),
        new Float64Array(pool, 8, 1),
        new BigInt64Array(pool, 8, 1),
        new DataView(pool, 5, 3),
        new Uint8ClampedArray(pool, 15),
      ];
      for (const view of views) {
        socket.send(view);
        const got = new Uint8Array((await next(socket, 'message')).data as ArrayBuffer);
        expect([...got]).toEqual([...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)]);
      }
    },
  },
  {
    name: 'send takes SharedArrayBuffer views, or refuses them with a TypeError',
    run: async ({ connect, next }) => {
      const socket = await connect();
      try {
        socket.send(new Uint8Array(new SharedArrayBuffer(2)));
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return;
      }
      expect(((await next(socket, 'message')).data as ArrayBuffer).byteLength).toBe(2);
    },
  },
  {
    name: 'send takes a Blob',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.send(new Blob(['ab']));
      expect(((await next(socket, 'message')).data as ArrayBuffer).byteLength).toBe(2);
    },
  },
  {
    name: 'binary arrives as ArrayBuffer of this realm, text as string',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.send(new Uint8Array([1]));
      expect((await next(socket, 'message')).data).toBeInstanceOf(ArrayBuffer);
      socket.send('');
      expect((await next(socket, 'message')).data).toBe('');
    },
  },
  {
    name: 'bufferedAmount counts UTF-8 bytes, surrogates replaced, at once and then goes to 0',
    run: async ({ connect }) => {
      const socket = await connect();
      for (const [data, bytes] of [
        ['a', 1],
        ['ü', 2],
        ['你', 3],
        ['😀', 4],
        ['\uD800', 3],
        [new ArrayBuffer(5), 5],
      ] as const) {
        const before = socket.bufferedAmount;
        socket.send(data);
        expect(socket.bufferedAmount - before).toBe(bytes);
      }
      await until(() => socket.bufferedAmount === 0, 'zero');
    },
  },
  {
    name: 'bufferedAmount grows for good in CLOSING and CLOSED',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.close();
      socket.send('ü');
      expect(socket.bufferedAmount).toBe(2);
      await next(socket, 'close');
      expect(socket.bufferedAmount).toBe(2);
      socket.send(new Uint8Array(3));
      expect(socket.bufferedAmount).toBe(5);
      await later();
      expect(socket.bufferedAmount).toBe(5);
    },
  },
  ...[0, 1, 999, 1001, 1005, 1006, 2999, 5000, 65_535, 65_536 + 1000, -1, Number.NaN, null, '', 'x', {}, false].map(
    (code) => ({
      name: `close(${JSON.stringify(code)}) is an InvalidAccessError`,
      run: async ({ connect, thrown }: SocketKit) => {
        const socket = await connect();
        const error = thrown(() => socket.close(code));
        expect([error.name, error.code]).toEqual(['InvalidAccessError', 15]);
        expect(error).toBeInstanceOf(DOMException);
        expect(socket.readyState).toBe(1);
      },
    }),
  ),
  ...(
    [
      ['3001', 3001],
      [3000.5, 3000],
      [3001.5, 3002],
      [2999.9, 3000],
      [4999.4, 4999],
      [[1000], 1000],
      [undefined, 1005],
    ] as const
  ).map(([given, code]) => ({
    name: `close(${JSON.stringify(given)}) closes with ${code}`,
    run: async ({ connect, next }: SocketKit) => {
      const socket = await connect();
      socket.close(given);
      const event = await next(socket, 'close');
      expect([event.code, event.reason, event.wasClean]).toEqual([code, '', true]);
    },
  })),
  {
    name: 'close wants a number',
    run: async ({ connect }) => {
      const socket = await connect();
      expect(() => socket.close(Symbol('x'))).toThrow(TypeError);
      expect(() => socket.close(10n)).toThrow(TypeError);
      expect(socket.readyState).toBe(1);
    },
  },
  {
    name: 'close checks its arguments in every state',
    run: async ({ make, next, thrown }) => {
      const socket = make();
      expect(thrown(() => socket.close(1)).name).toBe('InvalidAccessError');
      expect(thrown(() => socket.close(1000, 'x'.repeat(124))).name).toBe('SyntaxError');
      await next(socket, 'open');
      socket.close();
      expect(thrown(() => socket.close(1)).name).toBe('InvalidAccessError');
      await next(socket, 'close');
      expect(thrown(() => socket.close(2999)).name).toBe('InvalidAccessError');
    },
  },
  {
    name: 'a reason is measured in bytes, also without a code',
    run: async ({ connect, thrown, next }) => {
      const socket = await connect();
      expect(thrown(() => socket.close(undefined, 'ü'.repeat(62))).name).toBe('SyntaxError');
      expect(thrown(() => socket.close(1000, '\uD800'.repeat(42))).name).toBe('SyntaxError');
      socket.close(1000, '\uD83D');
      expect(await next(socket, 'close')).toMatchObject({ code: 1000, reason: '\uFFFD' });
    },
  },
  {
    name: 'reasons are strings: null, numbers and objects are converted',
    run: async ({ connect, next }) => {
      const socket = await connect();
      socket.close(3000, null);
      expect((await next(socket, 'close')).reason).toBe('null');
    },
  },
  {
    name: 'after close() no message is dispatched',
    run: async ({ connect, next }) => {
      const socket = await connect();
      const seen: unknown[] = [];
      socket.addEventListener('message', (event: { data: unknown }) => seen.push(event.data));
      socket.send('x');
      socket.close();
      expect(socket.readyState).toBe(2);
      await next(socket, 'close');
      expect(seen).toEqual([]);
    },
  },
  {
    name: 'what was sent before close() arrives',
    run: async ({ connect, next, server }) => {
      const socket = await connect();
      server.heard.length = 0;
      socket.send('last words');
      socket.close();
      await next(socket, 'close');
      expect(server.heard).toEqual(['last words']);
    },
  },
  {
    name: 'close is asynchronous: CLOSING now, CLOSED with the event',
    run: async ({ connect, next }) => {
      const socket = await connect();
      let called = false;
      socket.onclose = () => {
        called = true;
        expect(socket.readyState).toBe(3);
      };
      socket.close();
      expect([called, socket.readyState]).toEqual([false, 2]);
      await next(socket, 'close');
      expect(called).toBe(true);
    },
  },
  {
    name: 'close while connecting: error, then close 1006 not clean, and the event later than the call',
    run: async ({ make, next }) => {
      const socket = make();
      const seen: unknown[] = [];
      for (const type of ['open', 'error', 'close']) {
        socket.addEventListener(type, (event: { type: string; code?: number; wasClean?: boolean }) =>
          seen.push([event.type, socket.readyState, event.code, event.wasClean]),
        );
      }
      socket.close();
      expect([socket.readyState, seen.length]).toEqual([2, 0]);
      socket.close();
      await next(socket, 'close');
      expect(seen).toEqual([
        ['error', 3, undefined, undefined],
        ['close', 3, 1006, false],
      ]);
    },
  },
  {
    name: 'an empty close of the server is 1005 and clean',
    run: async ({ make, next }) => {
      const socket = make('/close-empty');
      expect(await next(socket, 'close')).toMatchObject({ code: 1005, reason: '', wasClean: true });
    },
  },
  {
    name: 'a refused connection: error, then close 1006; readyState CLOSED in both',
    run: async ({ Socket, next }) => {
      const socket = new Socket('ws://127.0.0.1:9/');
      const seen: unknown[] = [];
      for (const type of ['open', 'error', 'close']) {
        socket.addEventListener(type, (event: { type: string }) => seen.push([event.type, socket.readyState]));
      }
      await next(socket, 'close');
      expect(seen).toEqual([
        ['error', 3],
        ['close', 3],
      ]);
    },
  },
  {
    name: 'a server that chooses an unknown subprotocol fails the connection',
    run: async ({ make, next }) => {
      const socket = make('/protocol/three', ['one', 'two']);
      expect(await next(socket, 'close')).toMatchObject({ code: 1006, wasClean: false });
      expect(socket.protocol).toBe('');
    },
  },
];
