import { describe, expect, it } from 'vitest';
import { createFakeClock, createWx, type SimulatedPhone, type SocketTask } from '../src/index.ts';
import { startEchoServer, until } from './fixtures.ts';

interface Log {
  readonly events: string[];
  readonly task: SocketTask;
}

function connect(phone: SimulatedPhone, url: string, protocols?: string[]): Log {
  const events: string[] = [];
  const note = (word: string) => (result: { errMsg: string }) => events.push(`${word} ${result.errMsg}`);
  const options = { url, success: note('success'), fail: note('fail'), ...(protocols && { protocols }) };
  const task = phone.wx.connectSocket(options);
  task?.onOpen(() => events.push('open'));
  task?.onMessage(({ data }) => events.push(`message ${typeof data === 'string' ? data : data.byteLength}`));
  task?.onError(({ errMsg }) => events.push(`error ${errMsg}`));
  task?.onClose(({ code, reason }) => events.push(`close ${code} ${reason}`));
  return { events, task: task as SocketTask };
}

describe('createWx', () => {
  it('opens a real socket, and sends and receives text and binary', async () => {
    await using server = await startEchoServer();
    await using phone = createWx();
    const { events, task } = connect(phone, server.url);
    await until(() => events.includes('open'), 'open');
    task.send({ data: '你好' });
    task.send({ data: new Uint8Array([1, 2, 3]).buffer });
    await until(() => events.length === 4, 'both echoes');
    expect(events).toEqual(['success connectSocket:ok', 'open', 'message 你好', 'message 3']);
    expect(server.heard).toEqual(['你好', '010203']);
  });

  it('forces its own Referer and lets other headers pass', async () => {
    await using server = await startEchoServer();
    await using phone = createWx({ appId: 'wx1', platform: 'devtools' });
    phone.wx.connectSocket({ url: server.url, header: { referer: 'https://evil.test', Authorization: 'Bearer t' } });
    await until(() => server.headers.length === 1, 'a connection');
    expect(server.headers[0]).toMatchObject({
      referer: 'https://servicewechat.com/wx1/devtools/page-frame.html',
      authorization: 'Bearer t',
    });
  });

  it('refuses the sixth socket with the text of the platform, and a slot is free again after a close', async () => {
    await using server = await startEchoServer();
    await using phone = createWx();
    const logs = Array.from({ length: 6 }, () => connect(phone, server.url));
    const last = logs[5] as Log;
    await until(() => last.events.length === 3, 'the refusal');
    expect(last.events[1]).toBe('error createSocketTask:fail wcwss taskID=6 exceed max concurrent count');
    await until(() => logs[0]?.events.includes('open') === true, 'the first to open');
    logs[0]?.task.close({});
    await until(() => logs[0]?.events.some((event) => event.startsWith('close')) === true, 'the close');
    const again = connect(phone, server.url);
    await until(() => again.events.includes('open'), 'the seventh to open');
  });

  it('refuses hosts that are not listed, and ws where only wss is allowed', async () => {
    await using phone = createWx({ domains: ['a.test'], wssOnly: true });
    const unlisted = connect(phone, 'wss://b.test/');
    const plain = connect(phone, 'ws://a.test/');
    await until(() => unlisted.events.length + plain.events.length === 2, 'two refusals');
    expect(unlisted.events).toEqual(['fail connectSocket:fail url not in domain list']);
    expect(plain.events).toEqual(['fail connectSocket:fail invalid url "ws://a.test/"']);
  });

  it.each(['status', 'tls', 'refused', 'check-url', 'timeout'] as const)(
    'fails the next handshake with %s',
    async (kind) => {
      await using server = await startEchoServer();
      await using phone = createWx();
      phone.network.failNext(kind);
      const { events } = connect(phone, server.url);
      await until(() => events.length === 3, 'error and close');
      expect(events.map((event) => event.split(' ')[0])).toEqual(['success', 'error', 'close']);
    },
  );

  it('reports a server that is not there, and one that answers without 101', async () => {
    await using server = await startEchoServer();
    await using phone = createWx();
    server.wss.options.verifyClient = () => false;
    const forbidden = connect(phone, server.url);
    const absent = connect(phone, 'ws://127.0.0.1:1');
    await until(() => forbidden.events.length + absent.events.length === 6, 'both failures');
    expect(forbidden.events[1]).toContain('Invalid HTTP status');
    expect(absent.events[1]).toContain('Connection refused');
  });

  it('drops sockets when the network changes, and reports the change', async () => {
    await using server = await startEchoServer();
    await using phone = createWx();
    const { events } = connect(phone, server.url);
    phone.wx.onNetworkStatusChange((status) => events.push(`network ${status.networkType}`));
    await until(() => events.includes('open'), 'open');
    phone.network.switchTo('4g');
    expect(events.slice(2)).toEqual(['close 1006 abnormal closure', 'network 4g']);
    expect(server.closes).toEqual([]);
  });

  it('delays packets by the latency and never reorders them', async () => {
    await using server = await startEchoServer();
    const clock = createFakeClock();
    await using phone = createWx({ clock, seed: 7 });
    const { events, task } = connect(phone, server.url);
    await until(() => events.includes('open'), 'open');
    phone.network.weak();
    for (let i = 0; i < 20; i++) task.send({ data: String(i) });
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.heard).toEqual([]);
    await clock.advance(60_000);
    await until(() => server.heard.length === 20, 'all at the server');
    expect(server.heard).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
  });
});

describe('a phone in the background', () => {
  it('suspends after five seconds, holds events and timers, and lets them go at once on the return', async () => {
    await using server = await startEchoServer();
    const clock = createFakeClock();
    await using phone = createWx({ clock });
    const { events } = connect(phone, server.url);
    phone.wx.onAppHide(() => events.push('hide'));
    phone.wx.onAppShow(() => events.push('show'));
    await until(() => events.includes('open'), 'open');
    phone.timers.setTimeout(() => events.push('timer'), 10_000);
    phone.app.hide();
    await clock.advance(20_000);
    expect(phone.app.state).toBe('suspended');
    expect(events.slice(2)).toEqual(['hide']);
    phone.app.show();
    expect(events.slice(2)).toEqual(['hide', 'close 1000 interrupted', 'timer', 'show']);
  });

  it('refuses to connect, and dies after half an hour without waiting for it', async () => {
    const clock = createFakeClock();
    await using phone = createWx({ clock });
    phone.app.hide();
    const { events } = connect(phone, 'ws://127.0.0.1:1');
    await until(() => events.length === 1, 'the refusal');
    expect(events).toEqual(['fail connectSocket:fail interrupted']);
    await clock.advance(30 * 60_000);
    expect(phone.app.state).toBe('destroyed');
  });

  it('keeps running while music plays', async () => {
    await using server = await startEchoServer();
    const clock = createFakeClock();
    await using phone = createWx({ clock, quirks: { suspendAfterMs: Number.POSITIVE_INFINITY } });
    const { events, task } = connect(phone, server.url);
    await until(() => events.includes('open'), 'open');
    phone.app.hide();
    await clock.advance(60_000);
    task.send({ data: 'still here' });
    await until(() => events.includes('message still here'), 'the echo');
  });
});
