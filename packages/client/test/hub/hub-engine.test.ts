import type { CallOptions } from '@minihub/client';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-timers.ts';
import { scriptedHub } from './support/scripted-hub.ts';

const none: CallOptions = {};

/** What a promise came to. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error) => error.code,
  );
}

describe('a hub connection', () => {
  it('shakes hands, pings once, and says that it is connected', async () => {
    const hub = scriptedHub();
    await hub.connect();
    expect(hub.wire.sent).toEqual([{ protocol: 'json', version: 1 }, { type: 6 }]);
    expect(hub.changes).toEqual([
      { from: 'disconnected', to: 'connecting', reason: 'start' },
      { from: 'connecting', to: 'connected', reason: 'opened', resumed: false },
    ]);
  });

  it('takes messages that come in one chunk with the handshake response', async () => {
    const hub = scriptedHub();
    const got: unknown[] = [];
    hub.engine.callbacks.add('Hello', (...args) => got.push(args));
    const started = hub.engine.start();
    await settle();
    hub.wire.events.opened();
    hub.wire.receive('{}', { type: 1, target: 'hello', arguments: [1] });
    await started;
    expect(got).toEqual([[1]]);
  });

  it('takes a handshake response in pieces and as bytes', async () => {
    const hub = scriptedHub();
    const started = hub.engine.start();
    await settle();
    hub.wire.events.opened();
    hub.wire.events.received('{');
    hub.wire.events.received(new Uint8Array([0x7d, 0x1e]).buffer);
    await started;
  });

  it('tries again when the server refuses the handshake, and says why', async () => {
    const hub = scriptedHub();
    void hub.engine.start();
    await settle();
    hub.wire.events.opened();
    hub.wire.receive('{"error":"Handshake was canceled."}');
    expect(hub.errors).toMatchObject([{ stage: 'connect', error: { code: 'MH_CLIENT_HUB_HANDSHAKE' } }]);
    expect(hub.engine.waitingFor).toBe('delay');
    await hub.timers.advance(1_000);
    expect(hub.transports.length).toBe(2);
  });

  it.each([
    ['no handshake response within 15 s', 15_000, true],
    ['no connection within 20 s', 20_000, false],
  ])('gives an attempt up: %s', async (_, ms, opened) => {
    const hub = scriptedHub();
    void hub.engine.start();
    await settle();
    if (opened) hub.wire.events.opened();
    await hub.timers.advance(ms - 1);
    expect(hub.transports[0]?.closed).toBe(false);
    await hub.timers.advance(1);
    expect(hub.transports[0]?.closed).toBeTruthy();
    await hub.timers.advance(1_000);
    expect(hub.transports.length).toBe(2);
  });

  it('pings when it has sent nothing for 15 s', async () => {
    const hub = scriptedHub({ serverTimeoutMs: 0 });
    await hub.connect();
    await hub.timers.advance(14_999);
    expect(hub.wire.sent.length).toBe(2);
    await hub.timers.advance(1);
    expect(hub.wire.sent.length).toBe(3);
    await hub.timers.advance(10_000);
    void hub.engine.calls.send('m', [], none);
    await hub.timers.advance(14_999);
    expect(hub.wire.sent.filter(({ type }) => type === 6).length).toBe(2);
  });

  it('counts as lost when the server is silent for 30 s', async () => {
    const hub = scriptedHub();
    await hub.connect();
    await hub.timers.advance(20_000);
    hub.wire.receive({ type: 6 });
    await hub.timers.advance(29_999);
    expect(hub.engine.state).toBe('connected');
    await hub.timers.advance(1);
    expect(hub.changes[2]).toMatchObject({ to: 'reconnecting', reason: 'lost', error: { code: 'MH_CLIENT_SILENT' } });
  });

  it('asks for the token before each attempt', async () => {
    let n = 0;
    const hub = scriptedHub({ accessToken: async () => `t${++n}` });
    await hub.connect();
    hub.wire.drop();
    await hub.timers.advance(1_000);
    expect(hub.transports.map(({ target }) => target.headers)).toEqual([
      { Authorization: 'Bearer t1' },
      { Authorization: 'Bearer t2' },
    ]);
  });

  it.each([
    [undefined, 'server-closed', undefined],
    ['boom', 'server-closed', 'Server returned an error on close: boom'],
  ])('ends when the server closes with error %s and without allowReconnect', async (error, reason, message) => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.receive(error === undefined ? { type: 7 } : { type: 7, error });
    expect(hub.changes[2]).toMatchObject({ to: 'disconnected', reason });
    expect(hub.changes[2]?.error?.message).toBe(message);
    expect(hub.timers.pending).toBe(0);
  });

  it('comes back when the server closes with allowReconnect', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.receive({ type: 7, allowReconnect: true });
    await hub.timers.advance(1_000);
    hub.wire.accept();
    expect(hub.changes.map(({ to }) => to)).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  });

  it.each([1002, 1003, 1007, 1008, 1010, 3500, 3999, 4500, 4999])('stays away after close code %i', async (code) => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.drop('MH_CLIENT_NETWORK', code);
    expect(hub.changes[2]).toMatchObject({ to: 'disconnected', reason: 'refused' });
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 3000, 3499, 4000])(
    'comes back after close code %i',
    async (code) => {
      const hub = scriptedHub();
      await hub.connect();
      hub.wire.drop('MH_CLIENT_NETWORK', code);
      expect(hub.engine.state).toBe('reconnecting');
    },
  );

  it('does not try again what a person has to change', async () => {
    const hub = scriptedHub();
    const started = outcome(hub.engine.start());
    await settle();
    hub.wire.drop('MH_CLIENT_DOMAIN_NOT_LISTED');
    expect(await started).toBe('MH_CLIENT_DOMAIN_NOT_LISTED');
    expect(hub.engine.state).toBe('disconnected');
  });

  it('gives up when the policy says so', async () => {
    const hub = scriptedHub({}, { reconnect: ({ attempt }) => (attempt < 2 ? 10 : undefined) });
    const started = outcome(hub.engine.start());
    for (let i = 0; i < 3; i++) {
      await hub.timers.advance(10);
      hub.wire.drop();
    }
    expect(await started).toBe('MH_CLIENT_NETWORK');
    expect(hub.transports.length).toBe(3);
    expect(hub.changes.at(-1)).toMatchObject({ to: 'disconnected', reason: 'gave-up' });
  });

  it('waits longer when connections break at once than when they last', async () => {
    const attempts: number[] = [];
    const hub = scriptedHub({}, { reconnect: ({ attempt }) => attempts.push(attempt) * 0 + 1_000 });
    await hub.connect();
    for (const lastsMs of [0, 0, 10_000]) {
      await hub.timers.advance(lastsMs);
      hub.wire.drop();
      await hub.timers.advance(1_000);
      hub.wire.accept();
    }
    expect(attempts).toEqual([0, 1, 0]);
  });

  it('says Close, closes, and resolves when the transport has closed', async () => {
    const hub = scriptedHub();
    await hub.connect();
    const stopped = hub.engine.stop();
    expect(hub.engine.stop()).toBe(stopped);
    expect(hub.wire.sent.at(-1)).toEqual({ type: 7 });
    expect(hub.wire.closed).toBeTruthy();
    expect(hub.engine.state).toBe('disconnecting');
    hub.wire.events.closed();
    await stopped;
    expect(hub.changes.at(-1)).toMatchObject({ from: 'disconnecting', to: 'disconnected', reason: 'closed' });
    expect(hub.timers.pending).toBe(0);
  });

  it('closes after 5 s when the transport never says so', async () => {
    const hub = scriptedHub();
    await hub.connect();
    const stopped = hub.engine.stop();
    await hub.timers.advance(5_000);
    await stopped;
    expect(hub.engine.state).toBe('disconnected');
    expect(hub.timers.pending).toBe(0);
  });

  it('can be closed while it connects, and rejects who waits', async () => {
    const hub = scriptedHub();
    const started = outcome(hub.engine.start());
    const call = outcome(hub.engine.calls.invoke('m', [], none));
    await settle();
    await hub.engine.stop();
    expect(await started).toBe('MH_CLIENT_CLOSED');
    expect(await call).toBe('MH_CLIENT_CLOSED');
    expect(hub.wire.closed).toBeTruthy();
    hub.wire.accept();
    expect(hub.engine.state).toBe('disconnected');
  });
});

describe('calls and losses', () => {
  it('fails what was sent, keeps what was not, and sends nothing twice', async () => {
    const hub = scriptedHub();
    await hub.connect();
    const sent = outcome(hub.engine.calls.invoke('a', [], none));
    hub.wire.drop();
    expect(await sent).toBe('MH_CLIENT_CONNECTION_LOST');
    const queued = outcome(hub.engine.calls.invoke('b', [], none));
    const message = outcome(hub.engine.calls.send('c', [1], none));
    await hub.timers.advance(1_000);
    hub.wire.accept();
    expect(hub.wire.calls.map(({ target }) => target)).toEqual(['b', 'c']);
    expect(await message).toEqual({ value: undefined });
    hub.wire.receive({ type: 3, invocationId: String(hub.wire.calls[0]?.invocationId), result: 7 });
    expect(await queued).toEqual({ value: 7 });
  });

  it('sends what a state listener sends before what has been waiting', async () => {
    const hub = scriptedHub();
    void hub.engine.calls.send('late', [], none).catch(() => {});
    hub.engine.onStateChange(({ to }) => {
      if (to === 'connected') void hub.engine.calls.send('join', [], none);
    });
    const started = hub.engine.start();
    void hub.engine.calls.send('waiting', [], none);
    await settle();
    hub.wire.accept();
    await started;
    expect(hub.wire.calls.map(({ target }) => target)).toEqual(['join', 'waiting']);
  });

  it('refuses what does not fit into the budget of bytes', async () => {
    const hub = scriptedHub({ maxQueuedBytes: 100 });
    void hub.engine.start();
    const first = outcome(hub.engine.calls.send('m', ['x'.repeat(50)], none));
    const second = outcome(hub.engine.calls.send('m', ['x'.repeat(50)], none));
    expect(await second).toBe('MH_CLIENT_QUEUE_FULL');
    await settle();
    hub.wire.accept();
    expect(await first).toEqual({ value: undefined });
  });

  it('refuses what has waited for too long, and does not send it later', async () => {
    const hub = scriptedHub({ maxQueuedMs: 500 });
    void hub.engine.start();
    const call = outcome(hub.engine.calls.invoke('m', [], none));
    await hub.timers.advance(500);
    expect(await call).toBe('MH_CLIENT_QUEUE_EXPIRED');
    hub.wire.accept();
    expect(hub.wire.calls).toEqual([]);
  });

  it('refuses at once when told so', async () => {
    const hub = scriptedHub({ whileAway: 'refuse' });
    void hub.engine.start();
    expect(await outcome(hub.engine.calls.send('m', [], none))).toBe('MH_CLIENT_NOT_CONNECTED');
  });

  it('takes a cancelled call back while it waits, and tells the server when it is sent', async () => {
    const hub = scriptedHub();
    const waiting = new AbortController();
    const started = hub.engine.start();
    const first = outcome(hub.engine.calls.invoke('a', [], { signal: waiting.signal }));
    waiting.abort();
    expect(await first).toBe('MH_CLIENT_CANCELED');
    await settle();
    hub.wire.accept();
    await started;
    expect(hub.wire.calls).toEqual([]);
    const sent = new AbortController();
    const second = outcome(hub.engine.calls.invoke('b', [], { signal: sent.signal }));
    sent.abort();
    expect(await second).toBe('MH_CLIENT_CANCELED');
    expect(hub.wire.calls.map(({ type }) => type)).toEqual([1, 5]);
    expect(await outcome(hub.engine.calls.invoke('c', [], { signal: sent.signal }))).toBe('MH_CLIENT_CANCELED');
    expect(hub.wire.calls.length).toBe(2);
  });

  it('gives a call up after its timeout', async () => {
    const hub = scriptedHub();
    await hub.connect();
    const call = outcome(hub.engine.calls.invoke('m', [], { timeoutMs: 100 }));
    await hub.timers.advance(100);
    expect(await call).toBe('MH_CLIENT_INVOCATION_TIMEOUT');
  });

  it('sends headers', async () => {
    const hub = scriptedHub();
    await hub.connect();
    void hub.engine.calls.send('m', [], { headers: { traceparent: '00-1' } });
    expect(hub.wire.calls).toEqual([{ type: 1, target: 'm', arguments: [], headers: { traceparent: '00-1' } }]);
  });

  it.each(['__proto__', 'constructor', '999', ''])('ignores a completion with the unknown id "%s"', async (id) => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.receive({ type: 3, invocationId: id, result: 1 }, { type: 2, invocationId: id, item: 1 });
    expect(hub.engine.state).toBe('connected');
    expect(hub.errors).toEqual([]);
  });

  it('pauses an upload while bytes have not left', async () => {
    const hub = scriptedHub();
    await hub.connect();
    async function* numbers(): AsyncGenerator<number> {
      for (let n = 0; n < 3; n++) yield n;
    }
    hub.wire.queued = 1e6;
    void hub.engine.calls.invoke('sum', [numbers()], none);
    await settle();
    expect(hub.wire.calls.filter(({ type }) => type === 2).length).toBe(1);
    hub.wire.queued = 0;
    await hub.timers.advance(50);
    expect(hub.wire.calls.map(({ type }) => type)).toEqual([1, 2, 2, 2, 3]);
  });

  it.each([
    ['no handler', [], { error: "Client didn't provide a result." }],
    ['a handler without a result', [() => {}], { error: "Client didn't provide a result." }],
    ['a result', [async () => 7], { result: 7 }],
    ['two results', [() => 1, () => 2], { error: 'Client provided multiple results.' }],
    [
      'a throwing handler',
      [
        () => {
          throw new Error('boom');
        },
      ],
      { error: 'Error: boom' },
    ],
  ])('answers the server: %s', async (_, handlers, answer) => {
    const hub = scriptedHub();
    await hub.connect();
    for (const handler of handlers) hub.engine.callbacks.add('ask', handler);
    hub.wire.receive({ type: 1, invocationId: 's1', target: 'Ask', arguments: [] });
    await settle();
    expect(hub.wire.calls).toEqual([{ type: 3, invocationId: 's1', ...answer }]);
  });

  it('reports what a handler throws, and goes on', async () => {
    const hub = scriptedHub();
    await hub.connect();
    const got: unknown[] = [];
    hub.engine.callbacks.add('m', () => {
      throw new Error('boom');
    });
    hub.engine.callbacks.add('m', (n) => got.push(n));
    hub.wire.receive({ type: 1, target: 'm', arguments: [1] }, { type: 1, target: 'm', arguments: [2] });
    await settle();
    expect(got).toEqual([1, 2]);
    expect(hub.errors.length).toBe(2);
    expect(hub.errors[0]).toMatchObject({ stage: 'callback m' });
  });

  it.each([
    '{',
    'null',
    '[]',
    '{"type":1}',
    '{"type":1,"target":1,"arguments":[]}',
    '{"type":3}',
    '{}',
    '{"type":7,"error":1}',
  ])('drops a connection that sends %s', async (record) => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.receive(record);
    expect(hub.changes.at(-1)).toMatchObject({ to: 'reconnecting', error: { code: 'MH_CLIENT_PROTOCOL' } });
  });

  it('skips message types that it does not know', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.receive('{"type":42,"x":1}');
    expect(hub.engine.state).toBe('connected');
  });
});

describe('on a phone', () => {
  it('does not try again while hidden, and does at once when shown', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('hide');
    hub.wire.drop('MH_CLIENT_BACKGROUND');
    expect(hub.engine.waitingFor).toBe('foreground');
    await hub.timers.advance(600_000);
    expect(hub.transports.length).toBe(1);
    hub.phone.fire('show');
    await hub.timers.advance(0);
    expect(hub.transports.length).toBe(2);
    hub.wire.accept();
    expect(hub.engine.state).toBe('connected');
  });

  it('does not begin an attempt when the delay ends in the background', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.drop();
    hub.phone.fire('hide');
    await hub.timers.advance(1_000);
    expect(hub.transports.length).toBe(1);
    expect(hub.engine.waitingFor).toBe('foreground');
  });

  it('proves a socket after 5 s in the background, and drops it when there is no sign of life within 3 s', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('hide');
    hub.timers.freeze(60_000);
    hub.phone.fire('show');
    await hub.timers.advance(2_999);
    expect(hub.engine.state).toBe('connected');
    await hub.timers.advance(1);
    expect(hub.engine.state).toBe('reconnecting');
  });

  it('keeps a socket that answers the proof, whatever the answer is', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('hide');
    hub.timers.freeze(60_000);
    hub.phone.fire('show');
    const [probe] = hub.wire.calls;
    hub.wire.receive({ type: 3, invocationId: String(probe?.invocationId), error: 'Method does not exist.' });
    await hub.timers.advance(10_000);
    expect(hub.engine.state).toBe('connected');
    expect(hub.wire.calls.length).toBe(1);
  });

  it('does not let a timer that was frozen kill a socket that lives', async () => {
    const hub = scriptedHub();
    await hub.connect();
    // No hide event came; the held timers fire in a burst, before what the server has sent meanwhile.
    hub.timers.freeze(60_000);
    await hub.timers.advance(0);
    expect(hub.engine.state).toBe('connected');
    hub.wire.receive({ type: 6 });
    await hub.timers.advance(20_000);
    expect(hub.engine.state).toBe('connected');
  });

  it('goes on pinging when the phone puts its clock back by an hour', async () => {
    const hub = scriptedHub({ serverTimeoutMs: 0 });
    await hub.connect();
    hub.timers.correct(-3_600_000);
    await hub.timers.advance(45_000);
    expect(hub.wire.sent.filter(({ type }) => type === 6).length).toBe(4);
  });

  it('comes back when the phone puts its clock back while a delay runs', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.wire.drop();
    hub.timers.correct(-3_600_000);
    await hub.timers.advance(1_000);
    expect(hub.transports.length).toBe(2);
    hub.wire.accept();
    expect(hub.engine.state).toBe('connected');
  });

  it('keeps a socket that lives when the phone puts its clock forward', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.timers.correct(3_600_000);
    await hub.timers.advance(15_000);
    expect(hub.engine.state).toBe('connected');
    hub.wire.receive({ type: 6 });
    await hub.timers.advance(20_000);
    expect(hub.engine.state).toBe('connected');
  });

  it('leaves a socket alone after a short look elsewhere', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('hide');
    await hub.timers.advance(4_999);
    hub.phone.fire('show');
    expect(hub.wire.calls).toEqual([]);
  });

  it('begins an attempt anew that was frozen', async () => {
    const hub = scriptedHub();
    void hub.engine.start();
    await settle();
    hub.phone.fire('hide');
    hub.timers.freeze(10_000);
    hub.phone.fire('show');
    await hub.timers.advance(0);
    expect(hub.transports.map(({ closed }) => closed)).toEqual(['for good', false]);
  });

  it('waits for the network, and tries at once when it is back', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('network', { isConnected: false, networkType: 'none' });
    hub.wire.drop();
    expect(hub.engine.waitingFor).toBe('network');
    await hub.timers.advance(9_999);
    expect(hub.transports.length).toBe(1);
    hub.phone.fire('network', { isConnected: true, networkType: '4g' });
    await hub.timers.advance(0);
    expect(hub.transports.length).toBe(2);
  });

  it('does not wait for the network for ever, because phones do not always tell', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('network', { isConnected: false, networkType: 'none' });
    hub.wire.drop();
    await hub.timers.advance(10_000);
    expect(hub.transports.length).toBe(2);
  });

  it('proves a socket after a switch of network', async () => {
    const hub = scriptedHub();
    await hub.connect();
    hub.phone.fire('network', { isConnected: true, networkType: 'wifi' });
    hub.phone.fire('network', { isConnected: true, networkType: '4g' });
    expect(hub.wire.calls.length).toBe(1);
    await hub.timers.advance(3_000);
    expect(hub.engine.state).toBe('reconnecting');
  });
});
