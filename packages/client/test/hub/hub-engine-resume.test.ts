import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-timers.ts';
import { scriptedHub } from './support/scripted-hub.ts';

type Hub = ReturnType<typeof scriptedHub>;

const ticket = {
  type: 1,
  target: 'minihub:connection',
  arguments: [{ connectionId: 'c1', connectionToken: 't1', windowMs: 20_000 }],
} as const;

function statefulHub(more: Parameters<typeof scriptedHub>[1] = {}): Hub {
  return scriptedHub({}, { statefulReconnect: true, ...more });
}

async function connectWithTicket(hub: Hub): Promise<void> {
  await hub.connect();
  hub.wire.receive(ticket);
}

/** The server answers a reattach: what it repeats begins with this number. */
function resume(hub: Hub, sequenceId: number): void {
  hub.wire.events.opened();
  hub.wire.receive({ type: 9, sequenceId });
}

describe('resuming without negotiation', () => {
  it('asks for it in the address and speaks version 2', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    expect(hub.wire.target.url).toBe('wss://hub.test/chat?minihubResume=1');
    expect(hub.wire.sent[0]).toEqual({ protocol: 'json', version: 2 });
    expect(hub.engine.connectionId).toBe('c1');
    expect(hub.errors).toEqual([]);
  });

  it('comes back at once with the token, without a handshake, and says so', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    const call = hub.engine.calls.invoke('m', [1], {});
    hub.wire.drop();
    expect(hub.engine.state).toBe('reconnecting');
    await hub.timers.advance(0);
    expect(hub.wire.target.url).toBe('wss://hub.test/chat?minihubResume=1&id=t1');
    void hub.engine.calls.send('later', [2], {});
    resume(hub, 1);
    expect(hub.wire.sent.map(({ type, target }) => target ?? type)).toEqual([9, 'm', 'later']);
    // The ticket comes again, and is dropped; the answer follows it.
    hub.wire.receive(ticket, { type: 3, invocationId: '0', result: 7 });
    expect(await call).toBe(7);
    expect(hub.changes.at(-1)).toMatchObject({ to: 'connected', reason: 'resumed', resumed: true });
    expect(hub.engine.connectionId).toBe('c1');
    expect(hub.errors.map(({ stage }) => stage)).toEqual(['connect']);
  });

  it('acknowledges after a second, and forgets what is acknowledged', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    void hub.engine.calls.send('m', [], {});
    hub.wire.receive({ type: 8, sequenceId: 1 });
    await hub.timers.advance(1_000);
    expect(hub.wire.sent.at(-1)).toEqual({ type: 8, sequenceId: 1 });
    hub.wire.drop();
    await hub.timers.advance(0);
    hub.wire.events.opened();
    expect(hub.wire.sent).toEqual([{ type: 9, sequenceId: 2 }]);
  });

  it('is an ordinary connection when the first message is another one', async () => {
    const hub = statefulHub();
    await hub.connect();
    hub.wire.receive({ type: 6 }, ticket);
    hub.wire.drop();
    await hub.timers.advance(1_000);
    hub.wire.accept();
    expect(hub.wire.target.url).toBe('wss://hub.test/chat?minihubResume=1');
    expect(hub.changes.at(-1)).toMatchObject({ to: 'connected', reason: 'opened', resumed: false });
  });

  it('tries several times with growing delays inside the window that the server told', async () => {
    const hub = statefulHub({ random: () => 1 });
    await connectWithTicket(hub);
    hub.wire.drop();
    for (const delay of [0, 500, 1_000, 2_000, 2_000, 2_000]) {
      const before = hub.transports.length;
      await hub.timers.advance(Math.max(0, delay - 1));
      expect(hub.transports.length).toBe(delay === 0 ? before + 1 : before);
      await hub.timers.advance(1);
      expect(hub.transports.length).toBe(before + 1);
      expect(hub.wire.target.url).toContain('id=t1');
      hub.wire.drop();
    }
    hub.timers.freeze(13_000);
    await hub.timers.advance(0);
    hub.wire.drop();
    await hub.timers.advance(1_000);
    expect(hub.wire.target.url).not.toContain('id=');
  });

  it('gives up four failures later where the platform does not tell a refusal', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    hub.wire.drop();
    for (let i = 0; i < 4; i++) {
      await hub.timers.advance(2_000);
      expect(hub.wire.target.url).toContain('id=t1');
      hub.wire.drop('MH_CLIENT_SOCKET_FAILED');
    }
    await hub.timers.advance(2_000);
    expect(hub.wire.target.url).not.toContain('id=');
  });

  it('begins anew at once when the server does not know the connection any more, and fails what it cannot know about', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    const call = hub.engine.calls.invoke('m', [], {});
    hub.wire.drop();
    await hub.timers.advance(0);
    hub.wire.drop('MH_CLIENT_HANDSHAKE_REFUSED');
    await expect(call).rejects.toMatchObject({ code: 'MH_CLIENT_CONNECTION_LOST' });
    await hub.timers.advance(0);
    hub.wire.accept();
    expect(hub.changes.at(-1)).toMatchObject({ to: 'connected', resumed: false });
    expect(hub.wire.calls).toEqual([]);
  });

  it.each([
    ['a Sequence that leaves a gap', { type: 9, sequenceId: 9 }],
    ['an Ack of what was never sent', { type: 8, sequenceId: 9 }],
  ] as const)('does not resume after %s', async (_, message) => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    hub.wire.receive(message);
    expect(hub.changes.at(-1)).toMatchObject({ to: 'reconnecting', error: { code: 'MH_PROTO_SEQUENCE' } });
    await hub.timers.advance(1_000);
    expect(hub.wire.target.url).not.toContain('id=');
  });

  it('does not resume what the server has closed', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    hub.wire.receive({ type: 7, allowReconnect: true });
    expect(hub.changes.at(-1)).toMatchObject({ to: 'reconnecting', reason: 'server-closed' });
    await hub.timers.advance(1_000);
    hub.wire.accept();
    expect(hub.changes.at(-1)).toMatchObject({ resumed: false });
  });

  it('leaves a socket that it does not trust so that the server keeps the connection', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    const old = hub.wire;
    await hub.timers.advance(30_000);
    expect(old.closed).toBe('to resume');
    resume(hub, 2);
    expect(hub.changes.at(-1)).toMatchObject({ resumed: true });
    void hub.engine.stop();
    expect(hub.wire.closed).toBe('for good');
  });

  it('slows down when each connection breaks as soon as it is resumed', async () => {
    const hub = statefulHub({ random: () => 1, reconnect: () => 60_000 });
    await connectWithTicket(hub);
    hub.wire.drop();
    await hub.timers.advance(0);
    resume(hub, 2);
    hub.wire.drop();
    expect(hub.transports.length).toBe(2);
    await hub.timers.advance(0);
    expect(hub.transports.length).toBe(2);
    await hub.timers.advance(500);
    expect(hub.transports.length).toBe(3);
  });
});

describe('what belongs to a connection that is over', () => {
  it('is not sent on the next one: answers, items and cancellations', async () => {
    const hub = scriptedHub();
    await hub.connect();
    let answer: (value: unknown) => void = () => {};
    hub.engine.callbacks.add('ask', () => new Promise((resolve) => (answer = resolve)));
    hub.engine.callbacks.add('askNow', () => 1);
    hub.wire.receive({ type: 1, invocationId: 's1', target: 'ask', arguments: [] });
    const numbers = (async function* () {
      for (let n = 0; ; n++) yield n;
    })();
    hub.wire.queued = 1e6;
    void hub.engine.calls.send('upload', [numbers], {});
    await settle();
    hub.wire.drop();
    await hub.timers.advance(1_000);
    hub.wire.accept();
    answer('late');
    await hub.timers.advance(1_000);
    expect(hub.wire.calls).toEqual([]);
  });

  it('is not sent on the next one, even when it waited for its turn on a resumable one', async () => {
    const hub = statefulHub();
    await connectWithTicket(hub);
    hub.engine.callbacks.add('ask', () => 1);
    hub.wire.receive({ type: 1, invocationId: 's1', target: 'ask', arguments: [] });
    hub.wire.drop();
    // The answer waits for the connection to come back.
    await hub.timers.advance(0);
    void hub.engine.calls.send('mine', [], {});
    hub.wire.drop('MH_CLIENT_HANDSHAKE_REFUSED');
    await hub.timers.advance(0);
    hub.wire.accept();
    expect(hub.wire.calls.map(({ target }) => target)).toEqual(['mine']);
  });
});

describe('refusals', () => {
  it('asks for another token once, and gives up when that is refused too', async () => {
    const tokens: string[] = [];
    const hub = scriptedHub({ accessToken: () => `t${tokens.push('')}` });
    const started = hub.engine.start();
    await settle();
    hub.wire.drop('MH_CLIENT_NETWORK');
    await hub.timers.advance(1_000);
    hub.wire.drop('MH_CLIENT_UNAUTHORIZED');
    expect(hub.engine.state).toBe('connecting');
    await hub.timers.advance(1_000);
    hub.wire.drop('MH_CLIENT_UNAUTHORIZED');
    await expect(started).rejects.toMatchObject({ code: 'MH_CLIENT_UNAUTHORIZED' });
    expect(hub.changes.at(-1)).toMatchObject({ to: 'disconnected', reason: 'refused' });
    expect(tokens.length).toBe(3);
  });

  it('tries again when the function that gives the token fails, and says why', async () => {
    let n = 0;
    const hub = scriptedHub({
      accessToken: () => (n++ === 0 ? Promise.reject(new Error('login failed')) : 'token'),
    });
    void hub.engine.start();
    await settle();
    expect(hub.engine.lastError).toMatchObject({ code: 'MH_CLIENT_OPTION_FAILED', message: 'login failed' });
    await hub.timers.advance(1_000);
    hub.wire.accept();
    expect(hub.engine.state).toBe('connected');
    expect(hub.engine.lastError).toBeUndefined();
  });

  it('gives up when the policy throws, and reports what it threw', async () => {
    const hub = scriptedHub(
      {},
      {
        reconnect: () => {
          throw new Error('policy');
        },
      },
    );
    const started = hub.engine.start();
    await settle();
    hub.wire.drop();
    await expect(started).rejects.toMatchObject({ code: 'MH_CLIENT_NETWORK' });
    expect(hub.errors).toMatchObject([{ stage: 'reconnect' }]);
  });

  it('can be closed by the policy and by those who hear of a loss', async () => {
    const hub = scriptedHub(
      {},
      {
        reconnect: () => {
          void hub.engine.stop();
          return 10;
        },
      },
    );
    await hub.connect();
    hub.wire.drop();
    expect(hub.changes.map(({ to }) => to)).toEqual(['connecting', 'connected', 'reconnecting', 'disconnected']);
    expect(hub.timers.pending).toBe(0);
  });

  it('tells every listener of each change in order, although one of them closes the connection', async () => {
    const hub = scriptedHub();
    const heard: string[] = [];
    hub.engine.onStateChange(({ to }) => void (to === 'connected' && hub.engine.stop()));
    hub.engine.onStateChange(({ to }) => heard.push(to));
    await hub.connect();
    hub.wire.events.closed();
    expect(heard).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected']);
  });
});
