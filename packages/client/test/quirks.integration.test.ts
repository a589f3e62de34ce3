import { createFakeClock, createWx, type FakeClock, type PhoneOptions, type SimulatedPhone } from '@minihub/simulator';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EchoServer, startEchoServer, until } from '../../simulator/test/fixtures.ts';
import {
  type CloseSocketEvent,
  createWebSocketClass,
  type ErrorSocketEvent,
  type MiniWebSocket,
  type WebSocketClassOptions,
} from '../src/index.ts';
import { buildWebSocket } from './built-web-socket.ts';

interface Watched {
  readonly socket: MiniWebSocket;
  readonly events: string[];
  readonly closes: CloseSocketEvent[];
  readonly errors: ErrorSocketEvent[];
}

let server: EchoServer;
let clock: FakeClock;
const phones: SimulatedPhone[] = [];
const built = await buildWebSocket();

// A mistake of the build, which shortens names, would show on phones only.
const makers = {
  'the class': createWebSocketClass,
  'the class as it is built': built.load().createWebSocketClass,
};
let makeClass: (typeof makers)[keyof typeof makers] = createWebSocketClass;

afterAll(() => {
  built[Symbol.dispose]();
});

beforeEach(async () => {
  server = await startEchoServer();
  clock = createFakeClock();
});

afterEach(async () => {
  for (const phone of phones.splice(0)) phone.dispose();
  await server[Symbol.asyncDispose]();
});

function makePhone(options: PhoneOptions = {}): SimulatedPhone {
  const phone = createWx({ clock, ...options });
  phones.push(phone);
  return phone;
}

function watch(phone: SimulatedPhone, options: WebSocketClassOptions = {}, path = '/'): Watched {
  const Socket = makeClass(phone.wx, { timers: phone.timers, ...options });
  const socket = new Socket(server.url + path);
  const watched: Watched = { socket, events: [], closes: [], errors: [] };
  socket.onopen = () => watched.events.push('open');
  socket.onmessage = (event) => watched.events.push(`message ${String(event.data)}`);
  socket.onerror = (event) => {
    watched.events.push('error');
    watched.errors.push(event);
  };
  socket.onclose = (event) => {
    watched.events.push('close');
    watched.closes.push(event);
  };
  return watched;
}

async function opened(phone: SimulatedPhone, options?: WebSocketClassOptions, path?: string): Promise<Watched> {
  const watched = watch(phone, options, path);
  await until(() => watched.socket.readyState === 1, 'open');
  return watched;
}

async function closed(watched: Watched): Promise<CloseSocketEvent> {
  await until(() => watched.closes.length > 0, 'close');
  return watched.closes[0] as CloseSocketEvent;
}

describe.each(Object.entries(makers))('%s', (_, make) => {
  beforeEach(() => {
    makeClass = make;
  });

  describe('what phones do (mini-program quirks)', () => {
    it.each(['ios', 'android', 'devtools'] as const)('Q1: %s reports the code that was asked for', async (platform) => {
      const watched = await opened(makePhone({ platform }));
      watched.socket.close(3001, '手动关闭');
      expect(await closed(watched)).toMatchObject({ code: 3001, reason: '手动关闭', wasClean: true });
    });

    it('Q2: a socket that was cut in the background without a word is closed soon after the return', async () => {
      const watched = await opened(makePhone({ platform: 'ios', quirks: { staleReadyState: true } }));
      const [phone] = phones as [SimulatedPhone];
      phone.app.hide();
      await clock.advance(60_000);
      phone.app.show();
      expect(watched.events).toEqual(['open']);
      await clock.advance(5_000);
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
      expect(watched.errors[0]?.error.code).toBe('MH_CLIENT_SILENT');
    });

    it('Q2: the global close event is believed when the task itself says that it is closed', async () => {
      const phone = makePhone({ platform: 'ios' });
      const watched = await opened(phone);
      phone.app.suspend();
      phone.app.show();
      await closed(watched);
      expect(watched.errors[0]?.error.code).toBe('MH_CLIENT_SOCKET_DEAD');
    });

    it('Q2: a socket that speaks up after the return stays', async () => {
      const phone = makePhone({ quirks: { suspendAfterMs: Number.POSITIVE_INFINITY } });
      const watched = await opened(phone);
      phone.app.hide();
      await clock.advance(20_000);
      phone.app.show();
      watched.socket.send('still here');
      await until(() => watched.events.includes('message still here'), 'the echo');
      await clock.advance(20_000);
      expect(watched.events).toEqual(['open', 'message still here']);
    });

    it('Q3: silence is death where the server is known to talk', async () => {
      const phone = makePhone();
      const watched = await opened(phone, { silenceTimeoutMs: 30_000 });
      await clock.advance(20_000);
      watched.socket.send('tick');
      await until(() => watched.events.length === 2, 'the echo');
      phone.network.lose('silent');
      await clock.advance(20_000);
      expect(watched.closes).toEqual([]);
      await clock.advance(20_000);
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
      expect(watched.errors[0]?.error.code).toBe('MH_CLIENT_SILENT');
    });

    it('Q4: a drop without an error event still closes', async () => {
      const phone = makePhone();
      const watched = await opened(phone);
      phone.network.lose('drop');
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
      expect(watched.events).toEqual(['open', 'close']);
    });

    it('Q5: a failed handshake closes once, whether the platform says error, error and close, or both twice', async () => {
      for (const quirks of [{ errorWithoutClose: true }, {}, { closeTwice: true }]) {
        const phone = makePhone({ quirks });
        phone.network.failNext('refused');
        const watched = watch(phone);
        expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
        await clock.advance(120_000);
        expect(watched.events).toEqual(['error', 'close']);
        expect(watched.errors[0]?.error.code).toBe('MH_CLIENT_NETWORK');
      }
    });

    it('Q6: 1000 with "interrupted" is not clean, and neither is 1001 with "Stream end encountered"', async () => {
      const android = makePhone({ platform: 'android' });
      const watched = await opened(android);
      android.app.suspend();
      android.app.show();
      expect(await closed(watched)).toMatchObject({ code: 1006, reason: 'interrupted', wasClean: false });
      const ios = makePhone({ platform: 'ios' });
      const other = await opened(ios);
      ios.network.lose('reset');
      expect(await closed(other)).toMatchObject({ code: 1006, reason: 'Stream end encountered', wasClean: false });
    });

    it('Q7: a change of network that nobody reported to the socket is noticed', async () => {
      const phone = makePhone({ quirks: { silentDrop: true, staleReadyState: true } });
      const watched = await opened(phone);
      phone.network.switchTo('4g');
      await clock.advance(5_000);
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
    });

    it('Q8: a change that is not even reported leaves the watchdog to notice', async () => {
      const phone = makePhone({ quirks: { silentDrop: true, staleReadyState: true, unreportedNetworks: ['4g'] } });
      const watched = await opened(phone, { silenceTimeoutMs: 20_000 });
      phone.network.switchTo('4g');
      await clock.advance(19_000);
      expect(watched.closes).toEqual([]);
      await clock.advance(1_000);
      await closed(watched);
    });

    it('Q9: a proxy that drops an idle connection is reported as not clean', async () => {
      const watched = await opened(makePhone());
      for (const client of server.wss.clients) client.terminate();
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
    });

    it('Q10: a stay in the background closes the socket, once, when the app is shown', async () => {
      const phone = makePhone({ platform: 'android' });
      const watched = await opened(phone);
      phone.app.hide();
      await clock.advance(10_000);
      expect(watched.events).toEqual(['open']);
      phone.app.show();
      await closed(watched);
      await clock.advance(60_000);
      expect(watched.events).toEqual(['open', 'close']);
    });

    it('Q11: timers that were held and fire at once do not kill a socket that is alive', async () => {
      const phone = makePhone({ quirks: { closeOnSuspend: false, killAfterMs: Number.POSITIVE_INFINITY } });
      const watched = await opened(phone, { silenceTimeoutMs: 30_000, suspectGraceMs: 0 });
      phone.app.hide();
      await clock.advance(10 * 60_000);
      for (const client of server.wss.clients) client.send('news');
      phone.app.show();
      await until(() => watched.events.includes('message news'), 'the news');
      expect(watched.closes).toEqual([]);
    });

    it('Q12: close while connecting closes the socket as soon as the platform can', async () => {
      const phone = makePhone();
      const watched = watch(phone);
      watched.socket.close();
      expect(watched.socket.readyState).toBe(2);
      expect(await closed(watched)).toMatchObject({ code: 1006 });
      await until(() => server.closes.length === 1, 'the server to see the close');
      await until(() => phone.sockets.length === 0, 'the slot to be free');
      expect(watched.events).toEqual(['error', 'close']);
    });

    it('Q13: a reconnect in the close handler works where connectSocket within onClose does not', async () => {
      const phone = makePhone({ quirks: { connectInCloseIsDead: true } });
      const watched = await opened(phone);
      let again: Watched | undefined;
      watched.socket.addEventListener('close', () => {
        again = watch(phone);
      });
      phone.network.lose('drop');
      await until(() => again?.socket.readyState === 1, 'the second socket to open');
    });

    it('Q14: a message without a preceding open event opens the socket', async () => {
      const phone = makePhone({ quirks: { openLostBehindOlder: true } });
      await opened(phone, {}, '/hello/a');
      const second = watch(phone, {}, '/hello/a');
      await until(() => second.events.length === 2, 'open and the message');
      expect(second.events).toEqual(['open', 'message a']);
    });

    it('Q14: what failed or was given up gives its slot back', async () => {
      const phone = makePhone();
      for (let i = 0; i < 12; i++) {
        const watched = i % 2 === 0 ? watch(phone) : await opened(phone);
        watched.socket.close();
        await closed(watched);
        await until(() => phone.sockets.length === 0, 'the slot to be free');
      }
    });

    it('Q15: a send that fails because the task is gone ends the socket', async () => {
      const phone = makePhone();
      const watched = await opened(phone);
      phone.sockets[0]?.forget();
      watched.socket.send('lost');
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
      expect(watched.errors[0]?.error).toMatchObject({
        code: 'MH_CLIENT_SOCKET_DEAD',
        message: 'sendSocketMessage:fail taskID not exist',
      });
      expect(watched.socket.bufferedAmount).toBe(4);
    });

    it('Q15: a close that fails because the task is gone ends the socket too', async () => {
      const phone = makePhone();
      const watched = await opened(phone);
      phone.sockets[0]?.forget();
      watched.socket.close();
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
    });

    it('Q16: bufferedAmount is what the platform has not yet taken, in bytes', async () => {
      const phone = makePhone({ quirks: { sendCallbackMs: 100 } });
      const { socket } = await opened(phone);
      socket.send('你好');
      await clock.advance(50);
      socket.send(new Uint8Array(5));
      expect(socket.bufferedAmount).toBe(11);
      await clock.advance(50);
      expect(socket.bufferedAmount).toBe(5);
      await clock.advance(50);
      expect(socket.bufferedAmount).toBe(0);
    });

    it('Q17: text and binary keep one order', async () => {
      const { socket } = await opened(makePhone());
      for (let i = 0; i < 10; i++) socket.send(i % 2 === 0 ? `t${i}` : new Uint8Array([i]));
      await until(() => server.heard.length === 10, 'all');
      expect(server.heard).toEqual(['t0', '01', 't2', '03', 't4', '05', 't6', '07', 't8', '09']);
    });
  });

  describe('timeouts of the class', () => {
    it('gives up a handshake that takes too long, even when the platform does not', async () => {
      const phone = makePhone();
      phone.network.setConditions({ latencyMs: 1_000_000 });
      const watched = watch(phone, { connectTimeoutMs: 3_000 });
      await clock.advance(3_000);
      expect(await closed(watched)).toMatchObject({ code: 1006 });
      expect(['MH_CLIENT_CONNECT_TIMEOUT', 'MH_CLIENT_NETWORK']).toContain(watched.errors[0]?.error.code);
    });

    it('gives up a close that the platform does not confirm', async () => {
      const phone = makePhone();
      const watched = await opened(phone);
      phone.network.lose('silent');
      watched.socket.close(1000);
      await clock.advance(10_000);
      expect(await closed(watched)).toMatchObject({ code: 1006, wasClean: false });
      expect(watched.errors[0]?.error.code).toBe('MH_CLIENT_CLOSE_TIMEOUT');
    });
  });

  describe('failures', () => {
    it.each([
      ['domain', { domains: ['listed.test'] }, 'MH_CLIENT_DOMAIN_NOT_LISTED'],
      ['scheme', { wssOnly: true }, 'MH_CLIENT_INVALID_URL'],
      ['limit', { quirks: { maxSockets: 0 } }, 'MH_CLIENT_SOCKET_LIMIT'],
    ] as const)('reports a refusal for the %s by code', async (_what, options, code) => {
      const watched = watch(makePhone(options));
      await closed(watched);
      expect(watched.errors.map((event) => event.error.code)).toEqual([code]);
    });

    it.each([
      ['status', 'MH_CLIENT_HANDSHAKE_REFUSED'],
      ['tls', 'MH_CLIENT_TLS'],
      ['refused', 'MH_CLIENT_NETWORK'],
      ['offline', 'MH_CLIENT_NETWORK'],
      ['timeout', 'MH_CLIENT_NETWORK'],
      ['check-url', 'MH_CLIENT_DOMAIN_CHECK_FAILED'],
      ['interrupted', 'MH_CLIENT_BACKGROUND'],
      ['subprotocol', 'MH_CLIENT_SUBPROTOCOL'],
      ['runtime-invalidated', 'MH_CLIENT_TOOLS'],
    ] as const)('classifies %s on Android and iOS alike', async (kind, code) => {
      for (const platform of ['android', 'ios'] as const) {
        const phone = makePhone({ platform });
        phone.network.failNext(kind);
        const watched = watch(phone);
        await closed(watched);
        expect(watched.errors.map((event) => event.error.code)).toEqual([code]);
      }
    });
  });

  it('passes headers of the class and of one connection', async () => {
    const phone = makePhone();
    const Socket = make(phone.wx, { headers: { 'X-A': '1', 'X-B': '1' } });
    new Socket(server.url, [], { headers: { 'X-B': '2' } });
    await until(() => server.headers.length === 1, 'a connection');
    expect(server.headers[0]).toMatchObject({ 'x-a': '1', 'x-b': '2' });
  });
});

describe('other ways in', () => {
  it('connects through wx.cloud.connectContainer', async () => {
    const phone = makePhone({ routes: { 'wss://chat.container': server.url } });
    const Socket = createWebSocketClass(phone.wx, { container: { service: 'chat' }, timers: phone.timers });
    const socket = new Socket('wss://any.test/hello/x?y=1');
    const message = await new Promise<unknown>((resolve) => {
      socket.onmessage = (event) => resolve(event.data);
    });
    expect(message).toBe('x?y=1');
  });

  it('connects through uni-app and Taro objects', async () => {
    for (const shape of ['uni', 'taro'] as const) {
      const phone = makePhone();
      const Socket = createWebSocketClass(phone[shape], { timers: phone.timers });
      const socket = new Socket(server.url);
      socket.onopen = () => socket.send(shape);
      await until(() => server.heard.includes(shape), shape);
    }
  });

  it('refuses what cannot open sockets', () => {
    expect(() => createWebSocketClass({} as never)).toThrow(
      expect.objectContaining({ code: 'MH_CLIENT_UNSUPPORTED_PLATFORM' }),
    );
    expect(() => createWebSocketClass({ connectContainer: () => undefined } as never)).toThrow(
      expect.objectContaining({ code: 'MH_CLIENT_INVALID_OPTION' }),
    );
  });
});
