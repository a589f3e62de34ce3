import { type MinihubError, stateTransitions } from '@minihub/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostTimers } from '../../src/web-socket/host.ts';
import { FakeTimers, settle } from './support/fake-timers.ts';
import { ModelServer } from './support/model-server.ts';
import { scriptedHub } from './support/scripted-hub.ts';

const modes = ['without resume', 'resume by ticket', 'resume by negotiation'] as const;

/** Refusals after which a call was certainly not sent. */
const notSent = /QUEUE|NOT_CONNECTED/;

interface Sent {
  readonly n: number;
  outcome: string;
}

/** The engine's own timers, counted. */
class CountedTimers implements HostTimers {
  fired = 0;
  private readonly pendingIds = new Set<unknown>();
  private readonly timers: FakeTimers;

  constructor(timers: FakeTimers) {
    this.timers = timers;
  }

  get pending(): number {
    return this.pendingIds.size;
  }

  now(): number {
    return this.timers.now();
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const id = this.timers.setTimeout(() => {
      this.pendingIds.delete(id);
      this.fired++;
      callback();
    }, delayMs);
    this.pendingIds.add(id);
    return id;
  }

  clearTimeout(handle: unknown): void {
    this.pendingIds.delete(handle);
    this.timers.clearTimeout(handle);
  }
}

/** One walk: an engine, a server, a network and a phone, with what was sent and what came. */
class Walk {
  readonly clock = new FakeTimers();
  readonly timers = new CountedTimers(this.clock);
  readonly server = new ModelServer(this.clock);
  readonly hub: ReturnType<typeof scriptedHub>;
  readonly sent: Sent[] = [];
  readonly came = new Map<string, number[]>();
  private open: string | undefined;
  private next = 0;
  private starts: Sent[] = [];

  constructor(mode: (typeof modes)[number]) {
    const { server } = this;
    this.hub = scriptedHub(
      // Full after two calls, so that the queue is used while connected, too.
      { resumeBufferBytes: 150 },
      {
        timers: this.timers,
        transports: { WebSockets: server.open },
        statefulReconnect: mode !== 'without resume',
        http: mode === 'resume by negotiation' ? server.http : undefined,
        reconnect: ({ attempt }) => Math.min(500 * 2 ** attempt, 20_000),
      },
    );
    this.hub.engine.callbacks.add('item', (id, n) => {
      this.came.set(String(id), (this.came.get(String(id)) ?? []).concat(Number(n)));
    });
    let last: string | undefined;
    this.hub.engine.onStateChange(({ to, resumed }) => {
      if (to !== 'connected') return;
      this.open = this.server.sessions.at(-1)?.id;
      // A connection is the same if and only if it is said to be.
      expect(resumed).toBe(this.open === last);
      last = this.open;
    });
  }

  async step(name: string, ms: number): Promise<void> {
    const { engine, phone } = this.hub;
    const before = this.timers.fired;
    const steps: { [name: string]: () => unknown } = {
      start: () => this.track(engine.start(), this.starts),
      stop: () => void engine.stop(),
      send: () => this.send(),
      invoke: () => this.send(),
      push: () => this.server.push(),
      hide: () => phone.fire('hide'),
      show: () => phone.fire('show'),
      switch: () => {
        this.server.cut(true);
        phone.fire('network', { isConnected: true, networkType: '4g' });
      },
      offline: () => {
        this.server.reachable = false;
        this.server.cut(true);
        phone.fire('network', { isConnected: false, networkType: 'none' });
      },
      online: () => {
        this.server.reachable = true;
        phone.fire('network', { isConnected: true, networkType: 'wifi' });
      },
      away: () => {
        this.server.reachable = false;
      },
      back: () => {
        this.server.reachable = true;
      },
      cut: () => this.server.cut(false),
      silence: () => this.server.cut(true),
      close: () => this.server.close(true),
      closeForGood: () => this.server.close(false),
      babble: () => this.server.babble(),
      refuse: () => this.server.refusals.push('refuse'),
      deny: () => this.server.refusals.push('unauthorized'),
      hang: () => this.server.refusals.push('hang'),
      pass: () => this.clock.advance(ms),
      freeze: () => this.clock.freeze(ms),
      correct: () => this.clock.correct(ms % 2 === 0 ? -ms : 10 * ms),
    };
    await steps[name]?.();
    await settle();
    if (name !== 'freeze') await this.clock.advance(0);
    this.check(this.timers.fired - before, ms);
  }

  private send(): void {
    const n = this.next++;
    const { calls } = this.hub.engine;
    this.track(n % 2 === 0 ? calls.send('take', [n], {}) : calls.invoke('take', [n], {}), this.sent, n);
  }

  private track(promise: Promise<unknown>, list: Sent[], n = 0): void {
    const sent: Sent = { n, outcome: 'pending' };
    list.push(sent);
    promise.then(
      () => {
        sent.outcome = 'done';
      },
      (error: MinihubError) => {
        sent.outcome = error.code;
      },
    );
  }

  private check(fired: number, ms: number): void {
    const { engine } = this.hub;
    const asleep = engine.state === 'disconnected' || engine.waitingFor === 'foreground';
    expect(this.timers.pending, `timers in ${engine.state}`).toBeLessThanOrEqual(asleep ? 0 : 1);
    expect(this.server.alive.length, 'sockets').toBeLessThanOrEqual(1);
    expect(fired, 'timer callbacks').toBeLessThanOrEqual(30 + (ms / 1_000) * 4);
    let state = 'disconnected';
    for (const { from, to } of this.hub.changes) {
      expect(from).toBe(state);
      expect(stateTransitions[from]).toContain(to);
      state = to;
    }
    expect(engine.state).toBe(state);
    for (const { taken } of this.server.sessions) expect(taken).toEqual([...taken].sort((a, b) => a - b));
    const all = this.server.sessions.flatMap(({ taken }) => taken);
    expect(new Set(all).size, 'sent twice').toBe(all.length);
    for (const { n, outcome } of this.sent) if (notSent.test(outcome)) expect(all).not.toContain(n);
    for (const [, items] of this.came) expect(items).toEqual(items.map((_, i) => i + 1));
  }

  /** All is well again: it connects, and nothing of the last connection is missing. */
  async end(): Promise<void> {
    const { engine } = this.hub;
    this.server.refusals = [];
    await this.step('online', 0);
    await this.step('show', 0);
    await this.step('pass', 100);
    if (engine.state === 'disconnecting') await this.step('pass', 6_000);
    await this.step('start', 0);
    await this.step('pass', 60_000);
    expect(engine.state).toBe('connected');
    await this.step('send', 0);
    await this.step('push', 0);
    await this.step('pass', 45_000);
    expect(engine.state).toBe('connected');
    const session = this.server.sessions.at(-1);
    expect(this.came.get(this.open as string)?.length).toBe(session?.pushed);
    expect(this.sent.at(-1)?.outcome).toBe('done');
    const last = this.server.sessions.at(-2)?.taken.at(-1) ?? -1;
    const since = this.sent.filter(({ n, outcome }) => n > last && outcome === 'done').map(({ n }) => n);
    const lost = this.server.sessions.length > 1 ? since.filter((n) => n >= (session?.taken[0] ?? 0)) : since;
    expect(session?.taken).toEqual(expect.arrayContaining(lost));
    const stopped = engine.stop();
    await this.clock.advance(6_000);
    await stopped;
    this.check(0, 0);
    expect([...this.sent, ...this.starts].filter(({ outcome }) => outcome === 'pending')).toEqual([]);
  }
}

const names = [
  ...['start', 'stop', 'hide', 'show', 'switch', 'offline', 'online', 'away', 'back', 'cut', 'silence', 'close'],
  ...['closeForGood', 'babble', 'refuse', 'deny', 'hang', 'freeze', 'correct'],
  // More often than the others.
  ...['send', 'send', 'invoke', 'invoke', 'push', 'push', 'pass', 'pass', 'pass', 'pass', 'show', 'online', 'back'],
];
const step = fc.tuple(fc.constantFrom(...names), fc.constantFrom(0, 3, 20, 400, 3_000, 7_000, 16_000, 40_000));

describe.each(modes)('a random walk of an engine, %s', (mode) => {
  it('never spins, settles everything, sends nothing twice, keeps the order and comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const walk = new Walk(mode);
        await walk.step('start', 0);
        for (const [name, ms] of steps) await walk.step(name, ms);
        await walk.end();
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
