import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EchoServer, startEchoServer, until } from '../../simulator/test/fixtures.ts';

/** The members of a WebSocket that the suite uses; wide enough for every implementation. */
export interface AnySocket {
  readonly url: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly extensions: string;
  readonly protocol: string;
  binaryType: string;
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  send(data: unknown): void;
  close(code?: unknown, reason?: unknown): void;
  addEventListener(type: string, listener: unknown, options?: unknown): void;
  removeEventListener(type: string, listener: unknown, options?: unknown): void;
}

export type AnySocketClass = (new (
  url?: unknown,
  protocols?: unknown,
) => AnySocket) & { readonly [name: string]: unknown };

/** Where an implementation knowingly differs. Each gap is listed in the client's README. */
export interface SpecGaps {
  /** Alipay tells no close code: what the peer said is lost. */
  readonly noPeerCode?: boolean;
  /** No response headers reach the app: a server that chooses no subprotocol goes unnoticed. */
  readonly noHeaders?: boolean;
  /** What `ws` itself does differently; for comparison only. */
  readonly isWsPackage?: boolean;
}

interface AnyEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly wasClean?: boolean;
  readonly target?: unknown;
}

/** Resolves with the next event of a type. */
function next(socket: AnySocket, type: string): Promise<AnyEvent> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}

/**
 * What the WHATWG standard demands of a WebSocket class, against a real server.
 * @see https://websockets.spec.whatwg.org/
 */
export function webSocketSpec(name: string, makeClass: () => AnySocketClass, gaps: SpecGaps = {}): void {
  describe(`${name} as a WHATWG WebSocket`, () => {
    let server: EchoServer;
    let Socket: AnySocketClass;
    const opened: AnySocket[] = [];

    beforeAll(async () => {
      server = await startEchoServer();
    });
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });
    afterEach(async () => {
      for (const socket of opened.splice(0)) socket.close();
      await until(() => server.wss.clients.size === 0, 'all sockets to be gone');
    });
    const fresh = (): AnySocketClass => {
      Socket = makeClass();
      return Socket;
    };
    const make = (path = '/', protocols?: unknown): AnySocket => {
      fresh();
      const socket = protocols === undefined ? new Socket(server.url + path) : new Socket(server.url + path, protocols);
      socket.addEventListener('error', () => undefined);
      opened.push(socket);
      return socket;
    };
    const connect = async (path = '/', protocols?: unknown): Promise<AnySocket> => {
      const socket = make(path, protocols);
      await next(socket, 'open');
      socket.binaryType = 'arraybuffer';
      return socket;
    };
    const thrown = (act: () => unknown): { name?: string; code?: number } => {
      try {
        act();
      } catch (error) {
        return error as { name?: string; code?: number };
      }
      return {};
    };

    describe('constructor', () => {
      it.each(['ws:', '/echo', 'mailto:a@b.test', 'ws://a b/', 'ws://h/#f', 'ws://h/#', 'about:blank', ''])(
        'throws a SyntaxError for the URL %j',
        (url) => {
          // ws accepts an empty fragment.
          if (gaps.isWsPackage && url.endsWith('#')) return;
          expect(thrown(() => new (fresh())(url))).toMatchObject({ name: 'SyntaxError' });
        },
      );

      it.skipIf(gaps.isWsPackage)('throws a TypeError without arguments and without new', () => {
        expect(() => new (fresh())()).toThrow(TypeError);
        expect(() => (fresh() as unknown as (url: string) => void)(server.url)).toThrow(TypeError);
      });

      it.each([
        '',
        'a b',
        'a,b',
        'ü',
        'a\u007f',
        '\ta',
        '(',
        ')',
        '<',
        '>',
        '@',
        ';',
        ':',
        '\\',
        '"',
        '/',
        '[',
        ']',
        '?',
        '=',
        '{',
        '}',
      ])('throws a SyntaxError for the subprotocol %j', (protocol) => {
        expect(thrown(() => new (fresh())(server.url, protocol))).toMatchObject({ name: 'SyntaxError' });
        expect(thrown(() => new Socket(server.url, ['ok', protocol]))).toMatchObject({ name: 'SyntaxError' });
      });

      it('throws a SyntaxError for a repeated subprotocol', () => {
        expect(thrown(() => new (fresh())(server.url, ['a', 'a']))).toMatchObject({ name: 'SyntaxError' });
      });

      it.skipIf(gaps.isWsPackage)('throws a SyntaxError for a subprotocol repeated in another case', () => {
        expect(thrown(() => new (fresh())(server.url, ['echo', 'eCHO']))).toMatchObject({
          name: 'SyntaxError',
          code: 12,
        });
      });

      it('normalizes the URL', async () => {
        fresh();
        const socket = new Socket(server.url.replace('ws:', 'WS:'));
        opened.push(socket);
        expect(socket.url).toBe(`${server.url}/`);
        await next(socket, 'open');
        socket.close();
      });

      it('takes http URLs as ws', async () => {
        fresh();
        const socket = new Socket(server.url.replace('ws:', 'http:'));
        opened.push(socket);
        expect(socket.url).toBe(`${server.url}/`);
        await next(socket, 'open');
      });

      it('escapes what a URL may not contain', async () => {
        const socket = make('/a b/ü?x=ü y');
        expect(socket.url).toBe(`${server.url}/a%20b/%C3%BC?x=%C3%BC%20y`);
        await next(socket, 'open');
      });

      it('converts URL objects', async () => {
        fresh();
        const socket = new Socket(new URL(server.url));
        opened.push(socket);
        expect(socket.url).toBe(`${server.url}/`);
        await next(socket, 'open');
      });
    });

    describe('constants and members', () => {
      const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

      it('has the constants on the class, its prototype and its instances, read-only', async () => {
        const socket = make();
        for (const [key, value] of Object.entries(constants)) {
          for (const target of [Socket, Socket.prototype as object, socket]) {
            expect((target as { [name: string]: unknown })[key]).toBe(value);
            expect(Reflect.set(target as object, key, 9)).toBe(false);
          }
        }
        await next(socket, 'open');
      });

      it('starts in CONNECTING with empty members', async () => {
        const socket = make();
        expect(socket.readyState).toBe(0);
        expect(socket.protocol).toBe('');
        expect(socket.extensions).toBe('');
        expect(socket.bufferedAmount).toBe(0);
        expect([socket.onopen, socket.onmessage, socket.onerror, socket.onclose]).toEqual([null, null, null, null]);
        await next(socket, 'open');
        expect(socket.readyState).toBe(1);
      });

      it.each(['readyState', 'bufferedAmount', 'url', 'protocol', 'extensions'])(
        'has %s as a getter only',
        (member) => {
          fresh();
          const descriptor = Object.getOwnPropertyDescriptor(Socket.prototype, member);
          expect(descriptor?.get).toBeTypeOf('function');
          expect(descriptor?.set).toBeUndefined();
          expect(descriptor?.enumerable).toBe(true);
        },
      );

      it.skipIf(gaps.isWsPackage)('is tagged as a WebSocket', async () => {
        const socket = make();
        expect(Object.prototype.toString.call(socket)).toBe('[object WebSocket]');
        expect(Socket.name).toBe('WebSocket');
        expect(Socket.length).toBe(1);
        await next(socket, 'open');
      });

      it('keeps handlers that are functions and turns other primitives into null', async () => {
        const socket = make();
        const handler = (): void => undefined;
        socket.onmessage = handler;
        expect(socket.onmessage).toBe(handler);
        for (const value of [undefined, 1, 'x', null]) {
          socket.onmessage = value;
          expect(socket.onmessage).toBe(null);
        }
        await next(socket, 'open');
      });

      it('ignores an unknown binaryType', async () => {
        const socket = await connect();
        socket.binaryType = 'arraybuffer';
        if (!gaps.isWsPackage) socket.binaryType = 'nonsense';
        expect(socket.binaryType).toBe('arraybuffer');
      });
    });

    describe('subprotocols', () => {
      it('offers a string or a list and shows what the server chose', async () => {
        expect((await connect('/', 'one')).protocol).toBe('one');
        expect((await connect('/', ['one'])).protocol).toBe('one');
        if (!gaps.noHeaders) expect((await connect('/protocol/two', ['one', 'two'])).protocol).toBe('two');
      });

      it('has none when none was offered', async () => {
        expect((await connect()).protocol).toBe('');
        expect((await connect('/', [])).protocol).toBe('');
      });

      it.skipIf(gaps.noHeaders)('fails when the server chooses none', async () => {
        const socket = make('/none', ['one']);
        const close = await next(socket, 'close');
        expect(close).toMatchObject({ code: 1006, wasClean: false });
      });

      it.skipIf(gaps.noHeaders || gaps.isWsPackage)(
        'fails when the server chooses one that was not offered',
        async () => {
          const socket = make('/protocol/three', ['one', 'two']);
          const close = await next(socket, 'close');
          expect(close).toMatchObject({ code: 1006, wasClean: false });
        },
      );
    });

    describe('send', () => {
      it('throws an InvalidStateError while connecting', async () => {
        const socket = make();
        const error = thrown(() => socket.send('early'));
        if (!gaps.isWsPackage) expect(error).toMatchObject({ name: 'InvalidStateError', code: 11 });
        else expect(error).toBeInstanceOf(Error);
        await next(socket, 'open');
      });

      const long = 'a'.repeat(70_000);
      it.each(['', 'text', '你好 😀', long, 'null \0 byte'])('echoes the text %#', async (text) => {
        const socket = await connect();
        socket.send(text);
        expect((await next(socket, 'message')).data).toBe(text);
      });

      it.skipIf(gaps.isWsPackage)('replaces lone surrogates', async () => {
        const socket = await connect();
        socket.send('a\uD800b');
        expect((await next(socket, 'message')).data).toBe('a\uFFFDb');
      });

      it.skipIf(gaps.isWsPackage)('converts other values to strings, and refuses symbols', async () => {
        const socket = await connect();
        for (const [value, text] of [
          [null, 'null'],
          [undefined, 'undefined'],
          [1, '1'],
          [{}, '[object Object]'],
          [[1, 2], '1,2'],
          [true, 'true'],
        ]) {
          socket.send(value);
          expect((await next(socket, 'message')).data).toBe(text);
        }
        expect(() => socket.send(Symbol('s'))).toThrow(TypeError);
        expect(() => (socket.send as () => void)()).toThrow(TypeError);
      });

      const pool = new Uint8Array([9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]).buffer;
      const views: readonly (readonly [string, unknown, string])[] = [
        ['ArrayBuffer', new Uint8Array([1, 2]).buffer, '0102'],
        ['an empty ArrayBuffer', new ArrayBuffer(0), ''],
        ['Uint8Array with an offset', new Uint8Array(pool, 2, 3), '010203'],
        ['Int8Array', new Int8Array([-1]), 'ff'],
        ['Uint8ClampedArray', new Uint8ClampedArray([255]), 'ff'],
        ['Uint16Array with an offset', new Uint16Array(pool, 2, 2), '01020304'],
        ['Int32Array', new Int32Array([1]), '01000000'],
        ['Float32Array', new Float32Array([1]), '0000803f'],
        ['Float64Array with an offset', new Float64Array(new ArrayBuffer(24), 8, 1), '0000000000000000'],
        ['DataView with an offset', new DataView(pool, 3, 2), '0203'],
      ];
      it.each(views)('sends the exact bytes of %s', async (_kind, data, hex) => {
        const socket = await connect();
        socket.send(data);
        const event = await next(socket, 'message');
        expect(Object.prototype.toString.call(event.data)).toBe('[object ArrayBuffer]');
        expect(Buffer.from(event.data as ArrayBuffer).toString('hex')).toBe(hex);
      });

      it.skipIf(gaps.isWsPackage)('sends a snapshot: later writes to the buffer are not seen', async () => {
        const socket = await connect();
        const bytes = new Uint8Array([1, 2, 3]);
        socket.send(bytes);
        bytes.fill(9);
        expect(Buffer.from((await next(socket, 'message')).data as ArrayBuffer).toString('hex')).toBe('010203');
      });

      it('keeps the order of many messages of both kinds', async () => {
        const socket = await connect();
        const got: unknown[] = [];
        socket.addEventListener('message', (event: AnyEvent) => {
          got.push(typeof event.data === 'string' ? event.data : new Uint8Array(event.data as ArrayBuffer)[0]);
        });
        for (let i = 0; i < 100; i++) socket.send(i % 2 === 0 ? String(i) : new Uint8Array([i]));
        await until(() => got.length === 100, 'all echoes');
        expect(got).toEqual(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? String(i) : i)));
      });

      it.skipIf(gaps.isWsPackage)('is silent when closing or closed, and counts the bytes for good', async () => {
        const socket = await connect();
        const closed = next(socket, 'close');
        socket.close();
        socket.send('äö');
        const base = socket.bufferedAmount;
        expect(base).toBeGreaterThanOrEqual(4);
        await closed;
        socket.send(new Uint8Array(3));
        expect(socket.bufferedAmount).toBe(base + 3);
      });
    });

    describe('bufferedAmount', () => {
      it.skipIf(gaps.isWsPackage)('counts what was sent in this turn, and goes back to zero', async () => {
        const socket = await connect();
        expect(socket.bufferedAmount).toBe(0);
        socket.send('你好');
        socket.send(new Uint8Array(10));
        // A standard implementation below may have written at once, or count its frame headers too.
        if (!name.includes('standard')) expect(socket.bufferedAmount).toBe(16);
        await until(() => socket.bufferedAmount === 0, 'zero');
      });
    });

    describe('close', () => {
      it.each([0, 1, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_536 + 1000, -1, Number.NaN, null, 'x', {}])(
        'throws an InvalidAccessError for the code %j',
        async (code) => {
          const socket = await connect();
          const error = thrown(() => socket.close(code));
          if (!gaps.isWsPackage) expect(error).toMatchObject({ name: 'InvalidAccessError', code: 15 });
          expect(gaps.isWsPackage || socket.readyState === 1).toBe(true);
        },
      );

      it.skipIf(gaps.isWsPackage)('throws a SyntaxError for a reason of more than 123 bytes', async () => {
        const socket = await connect();
        expect(thrown(() => socket.close(1000, 'a'.repeat(124)))).toMatchObject({ name: 'SyntaxError', code: 12 });
        expect(thrown(() => socket.close(1000, '你'.repeat(42)))).toMatchObject({ name: 'SyntaxError' });
        expect(thrown(() => socket.close(undefined, 'a'.repeat(124)))).toMatchObject({ name: 'SyntaxError' });
        expect(socket.readyState).toBe(1);
        socket.close(1000, '你'.repeat(41));
        expect((await next(socket, 'close')).reason).toBe('你'.repeat(41));
      });

      it.each([
        [1000, ''],
        [1000, 'done'],
        [3000, 'bye'],
        [4999, '再见'],
      ])('closes with %i %j, reports it and lets the server know', async (code, reason) => {
        const socket = await connect();
        server.closes.length = 0;
        socket.close(code, reason);
        expect(socket.readyState).toBe(2);
        const close = await next(socket, 'close');
        expect(close).toMatchObject({ code, reason, wasClean: true, target: socket });
        expect(socket.readyState).toBe(3);
        await until(() => server.closes.length > 0, 'the server to see the close');
        expect(server.closes).toEqual([code]);
      });

      it('reports 1005 when no code was given', async () => {
        const socket = await connect();
        socket.close();
        expect(await next(socket, 'close')).toMatchObject({ code: 1005, reason: '', wasClean: true });
      });

      it('can be called again and again', async () => {
        const socket = await connect();
        let closes = 0;
        socket.onclose = () => closes++;
        socket.close();
        socket.close(1000);
        await next(socket, 'close');
        socket.close();
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(closes).toBe(1);
      });

      it('works while connecting: error, then close with 1006, and never open', async () => {
        const socket = make();
        const seen: string[] = [];
        for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => seen.push(type));
        socket.close();
        expect(socket.readyState).toBe(2);
        const close = await next(socket, 'close');
        expect(close).toMatchObject({ code: 1006, wasClean: false });
        expect(seen).toEqual(['error', 'close']);
        await until(
          () => [...server.wss.clients].every((client) => client.readyState === 3),
          'no socket at the server',
        );
      });

      it.each([
        [1000, 'ok'],
        [1001, 'away'],
        [3000, ''],
        [4001, '踢出'],
      ])('reports what the server closed with: %i %j', async (code, reason) => {
        const socket = await connect(`/close/${code}/${encodeURIComponent(reason)}`);
        const close = socket.readyState === 3 ? undefined : await next(socket, 'close');
        if (gaps.noPeerCode) expect(close).toMatchObject({ code: 1006, wasClean: false });
        else expect(close).toMatchObject({ code, reason, wasClean: true });
      });

      it('reports a server that vanishes as 1006 and not clean', async () => {
        const socket = await connect();
        for (const client of server.wss.clients) client.terminate();
        expect(await next(socket, 'close')).toMatchObject({ code: 1006, wasClean: false });
      });

      it('reports a failed connection as error, then close with 1006, both in CLOSED', async () => {
        fresh();
        const socket = new Socket('ws://127.0.0.1:1/');
        const seen: unknown[] = [];
        for (const type of ['open', 'error', 'close']) {
          socket.addEventListener(type, (event: AnyEvent) => seen.push([type, socket.readyState, event.code]));
        }
        await next(socket, 'close');
        if (gaps.isWsPackage) expect(seen).toHaveLength(2);
        else
          expect(seen).toEqual([
            ['error', 3, undefined],
            ['close', 3, 1006],
          ]);
      });
    });

    describe('events', () => {
      it('dispatches to handlers and listeners in the order of registration', async () => {
        const socket = make();
        const seen: string[] = [];
        socket.addEventListener('open', () => seen.push('first'));
        socket.onopen = () => seen.push('replaced');
        socket.addEventListener('open', () => seen.push('third'));
        if (!gaps.isWsPackage) {
          socket.onopen = () => seen.push('second');
        }
        await next(socket, 'open');
        expect(seen).toEqual(['first', gaps.isWsPackage ? 'replaced' : 'second', 'third']);
      });

      it('supports once, handleEvent objects, duplicates and removal', async () => {
        const socket = await connect();
        const seen: string[] = [];
        const twice = (): unknown => seen.push('plain');
        socket.addEventListener('message', twice);
        if (!gaps.isWsPackage) socket.addEventListener('message', twice);
        socket.addEventListener('message', { handleEvent: () => seen.push('object') });
        socket.addEventListener('message', () => seen.push('once'), { once: true });
        socket.send('1');
        await next(socket, 'message');
        socket.removeEventListener('message', twice);
        socket.send('2');
        await next(socket, 'message');
        expect(seen).toEqual(['plain', 'object', 'once', 'object']);
      });

      it.skipIf(gaps.isWsPackage)('neither calls what was removed nor what was added while dispatching', async () => {
        const socket = await connect();
        const seen: string[] = [];
        const removed = (): unknown => seen.push('removed');
        socket.addEventListener('message', () => {
          socket.removeEventListener('message', removed);
          socket.addEventListener('message', () => seen.push('added'), { once: true });
        });
        socket.addEventListener('message', removed);
        socket.send('1');
        await next(socket, 'message');
        expect(seen).toEqual([]);
      });

      it('sets target, type and data', async () => {
        const socket = await connect();
        socket.send('x');
        const event = await next(socket, 'message');
        expect(event).toMatchObject({ type: 'message', data: 'x', target: socket });
      });
    });
  });
}
