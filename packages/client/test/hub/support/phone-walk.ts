import { connect, type HubConnection, type MinihubError } from '@minihub/client';
import { createFakeClock, createWx, type FakeClock, type PhonePlatform, type SimulatedPhone } from '@minihub/simulator';
import { PhoneServer, type Seen, windowMs } from './phone-server.ts';

/** What a walk is made of; all of it follows from the seed. */
export interface WalkPlan {
  readonly seed: number;
  readonly negotiate: boolean;
  /** Outages stay within the server's window, one after the other; else anything happens at any time. */
  readonly gentle: boolean;
  readonly steps: number;
  /** Another build of the client. @default the sources */
  readonly connect?: typeof connect;
}

interface Sent {
  readonly n: number;
  /** The connection that was open when the promise settled. */
  on?: Seen | undefined;
  outcome: string;
}

/** Refusals after which a call was certainly not sent. */
const notSent = /QUEUE|NOT_CONNECTED/;

/** Ends of a connection that are not the client's doing. */
const honestEnds: readonly (string | undefined)[] = ['transport', 'timeout', 'shutdown', 'server'];

/** A small generator: mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A random walk of a simulated phone with a hub connection to a real server. {@link problems} is empty if all was well. */
export class PhoneWalk {
  readonly problems: string[] = [];
  /** What happened, for who has to look into it. */
  readonly log: string[] = [];
  /** How often the connection was resumed, and how often it began anew. */
  resumed = 0;
  renewed = 0;
  private readonly clock: FakeClock;
  private readonly random: () => number;
  private readonly server: PhoneServer;
  private readonly phone: SimulatedPhone;
  private readonly hub: HubConnection;
  private readonly plan: WalkPlan;
  private readonly sent: Sent[] = [];
  private readonly came = new Map<string, number[]>();
  private current: Seen | undefined;
  private next = 0;
  private lostAt = 0;
  private hadTicket = false;

  private constructor(plan: WalkPlan, clock: FakeClock, server: PhoneServer) {
    this.plan = plan;
    this.clock = clock;
    this.server = server;
    this.random = createRandom(plan.seed);
    this.phone = this.createPhone();
    this.hub = (plan.connect ?? connect)(server.url, {
      wx: this.phone.wx as never,
      timers: this.phone.timers,
      random: this.random,
      statefulReconnect: true,
      negotiate: plan.negotiate,
      share: false,
      // Where it is not told.
      ...(plan.negotiate ? { resumeWindowMs: windowMs } : undefined),
      maxQueuedMs: 120_000,
      onError: (error) => this.note(`error ${(error as MinihubError).code ?? error}`),
    });
    this.hub.on('item', (id, n) => {
      this.came.set(id as string, (this.came.get(id as string) ?? []).concat(n as number));
    });
    this.hub.onStateChange(({ to, reason, error, resumed }) => {
      this.note(`${to} ${reason} ${error?.code ?? ''} ${resumed ?? ''}`);
      if (to === 'reconnecting') {
        this.lostAt = this.clock.now();
        this.hadTicket = this.hub.connectionId !== undefined;
      }
      if (to === 'connected') this.connected(resumed === true);
      if (to === 'disconnected' && reason !== 'closed') this.problems.push(`gave up: ${error?.code}`);
    });
  }

  /** Walks, and comes to rest. */
  static async run(plan: WalkPlan): Promise<PhoneWalk> {
    const clock = createFakeClock();
    const server = await PhoneServer.start(clock);
    const walk = new PhoneWalk(plan, clock, server);
    try {
      await walk.until('connects at first', () => walk.hub.connectionId !== undefined);
      for (let i = 0; i < plan.steps && walk.problems.length === 0; i++) await walk.step();
      await walk.rest();
      walk.check();
    } finally {
      walk.phone.dispose();
      await server.dispose();
    }
    return walk;
  }

  private createPhone(): SimulatedPhone {
    const chance = (p: number): boolean => this.random() < p;
    const platform = this.pick<PhonePlatform>(['ios', 'android', 'devtools']);
    return createWx({
      platform,
      clock: this.clock,
      seed: this.plan.seed,
      routes: this.server.routes,
      quirks: {
        ...(chance(0.2) ? { silentDrop: true } : undefined),
        ...(chance(0.2) ? { errorWithoutClose: true } : undefined),
        ...(chance(0.2) ? { closeTwice: true } : undefined),
        ...(chance(0.2) ? { connectInCloseIsDead: true } : undefined),
        ...(chance(0.2) ? { openLostBehindOlder: true } : undefined),
        ...(chance(0.2) ? { sendCallbackMs: 30 } : undefined),
        ...(chance(0.2) ? { closeOnSuspend: false } : undefined),
        ...(chance(0.2) ? { staleReadyState: platform !== 'android' } : undefined),
        killAfterMs: Number.POSITIVE_INFINITY,
      },
    });
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  private note(text: string): void {
    this.log.push(`${this.clock.now() % 100_000_000} ${text}`);
  }

  private connected(resumed: boolean): void {
    const { server, current } = this;
    const isSame = server.last === current;
    if (resumed !== isSame)
      this.problems.push(`says resumed ${resumed} on ${isSame ? 'the same' : 'a new'} connection`);
    if (resumed) this.resumed++;
    else if (current !== undefined) {
      this.renewed++;
      if (this.plan.gentle && current.end !== 'shutdown') this.problems.push(`not resumed: ${current.end}`);
      // The server may not have noticed yet what the client has given up, or could not resume: it was lost before the ticket came.
      const isLate = !this.hadTicket || this.clock.now() - this.lostAt > windowMs;
      if (!honestEnds.includes(current.end) && !(isLate && current.end === undefined))
        this.problems.push(`left a connection behind: ${current.end}`);
    }
    this.current = server.last;
  }

  /** Lets virtual time pass, and real sockets do their work meanwhile. */
  private async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await turns(6);
    for (let left = ms; left > 0; left = end - this.clock.now()) {
      await this.clock.advance(Math.min(left, ms > 10_000 ? 500 : 100));
      await turns(6);
    }
  }

  private async until(what: string, isTrue: () => boolean): Promise<void> {
    for (let i = 0; i < 1_600; i++) {
      if (isTrue()) return;
      await this.pass(i < 40 ? 50 : 250);
    }
    this.problems.push(`never ${what}`);
  }

  private send(): void {
    const sent: Sent = { n: this.next++, outcome: 'pending' };
    this.sent.push(sent);
    const settle = (outcome: string): void => {
      sent.outcome = outcome;
      sent.on = this.current;
    };
    const call = this.random() < 0.5 ? this.hub.invoke('take', sent.n) : this.hub.send('take', sent.n);
    call.then(
      () => settle('done'),
      (error: MinihubError) => settle(error.code),
    );
  }

  private talk(): void {
    const { last } = this.server;
    for (let i = 0; i < 1 + this.random() * 4; i++) {
      if (this.random() < 0.5) this.send();
      else if (last !== undefined) this.server.push(last);
    }
  }

  private async step(): Promise<void> {
    this.talk();
    const name = this.pick(Object.keys(this.outages));
    this.note(`step ${name}`);
    await this.outages[name]?.();
    this.talk();
    if (this.plan.gentle) {
      await this.until(`healthy after ${name}`, () => this.isHealthy());
    } else if (this.random() < 0.6) await this.pass(this.pick([0, 20, 300, 2_000, 8_000, 20_000]));
  }

  private isHealthy(): boolean {
    const { last } = this.server;
    const { phone } = this;
    // A death that nobody has noticed looks healthy, but nothing arrives.
    return (
      this.hub.state === 'connected' &&
      this.hub.connectionId !== undefined &&
      phone.app.state === 'foreground' &&
      this.sent.every(({ outcome }) => outcome !== 'pending') &&
      this.sent.every(({ n, outcome, on }) => outcome !== 'done' || on !== last || last?.taken.includes(n)) &&
      (last === undefined || (this.came.get(last.id)?.length ?? 0) === last.pushed)
    );
  }

  private readonly outages: { readonly [name: string]: () => Promise<void> } = {
    nothing: () => this.pass(this.pick([0, 5, 100, 1_000, 16_000])),
    background: async () => {
      this.phone.app.hide();
      await this.pass(this.pick(this.plan.gentle ? [200, 4_000, 6_000, 9_000, 12_000] : [200, 6_000, 60_000, 400_000]));
      this.talk();
      this.phone.app.show();
    },
    switch: async () => {
      this.phone.network.switchTo(this.phone.network.type === 'wifi' ? '4g' : 'wifi');
    },
    offline: async () => {
      this.phone.network.switchTo('none');
      await this.pass(this.pick(this.plan.gentle ? [50, 1_000, 7_000] : [50, 7_000, 40_000, 80_000]));
      this.talk();
      this.phone.network.switchTo(this.pick(['wifi', '4g', '5g']));
    },
    reset: async () => this.phone.network.lose('reset'),
    drop: async () => this.phone.network.lose('drop'),
    death: async () => this.phone.network.lose('silent'),
    weak: async () => {
      this.phone.network.weak();
      this.talk();
      await this.pass(this.pick([100, 3_000]));
      if (this.random() < 0.5) this.phone.network.lose('reset');
      await this.pass(1_000);
      this.phone.network.weak(false);
    },
    failing: async () => {
      this.phone.network.failNext(this.pick(['refused', 'timeout', 'tls']), 1 + Math.floor(this.random() * 3));
      this.phone.network.lose('reset');
    },
    restart: async () => {
      if (this.random() < 0.3) await this.server.restart();
    },
    deadSends: async () => this.phone.failSends('sendSocketMessage:fail taskID not exist'),
  };

  /** All is well again, and everything comes to an end. */
  private async rest(): Promise<void> {
    this.phone.app.show();
    this.phone.network.weak(false);
    if (this.phone.network.type === 'none') this.phone.network.switchTo('wifi');
    await this.until('connected', () => this.hub.state === 'connected');
    this.send();
    if (this.server.last !== undefined) this.server.push(this.server.last);
    await this.until('quiet', () => this.isHealthy());
    const closed = this.hub.close();
    await this.until('closed', () => this.hub.state === 'disconnected');
    await Promise.race([closed, turns(50)]);
  }

  private check(): void {
    const { problems, server, sent, came } = this;
    const all = server.seen.flatMap(({ taken }) => taken);
    if (new Set(all).size !== all.length)
      problems.push(`a call was carried out twice: ${server.seen.map(({ taken }) => taken.join()).join(' | ')}`);
    for (const { id, taken, pushed } of server.seen) {
      if (taken.some((n, i) => i > 0 && n < (taken[i - 1] as number))) problems.push(`order of calls: ${taken}`);
      const items = came.get(id) ?? [];
      if (items.some((n, i) => n !== i + 1)) problems.push(`order of messages: ${items}`);
      if (id === server.last?.id && items.length !== pushed)
        problems.push(`${items.length} of ${pushed} messages came`);
    }
    for (const { n, outcome, on } of sent) {
      const was = all.includes(n);
      if (outcome === 'pending') problems.push(`call ${n} never settled`);
      if (notSent.test(outcome) && was) problems.push(`call ${n} was refused and carried out`);
      if (outcome === 'done' && on === server.last && !was) problems.push(`call ${n} was lost`);
    }
  }
}
