import { createResumeInbox, createResumeOutbox, type HubMessage, isTrackable, MessageType } from '@minihub/protocol';
import type { HttpClient } from '../../../src/hub/http.ts';
import { jsonCodec } from '../../../src/hub/json-codec.ts';
import type { OpenTransport, Transport, TransportEvents } from '../../../src/hub/transports/transport.ts';
import type { FakeTimers } from './fake-timers.ts';
import { scriptedError } from './scripted-hub.ts';

const latencyMs = 5;
const windowMs = 15_000;

/** One connection as the server knows it. */
interface ServerSession {
  readonly id: string;
  readonly inbox: ReturnType<typeof createResumeInbox> | undefined;
  readonly outbox: ReturnType<typeof createResumeOutbox<string>> | undefined;
  wire: Wire | undefined;
  detachedAt: number;
  over: boolean;
  shaken: boolean;
  willAck: boolean;
  pushed: number;
  /** The numbers that calls have brought. */
  readonly taken: number[];
}

/** A socket between the two. */
class Wire implements Transport {
  /** Nothing passes, and nobody knows. */
  silent = false;
  /** Ended, for the client too. */
  closed = false;
  session: ServerSession | undefined;
  private readonly server: ModelServer;
  readonly events: TransportEvents;

  constructor(server: ModelServer, events: TransportEvents) {
    this.server = server;
    this.events = events;
  }

  send(data: string | Uint8Array): void {
    this.later(() => this.server.receive(this, String(data)));
  }

  close(toResume: boolean): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.silent) this.server.timers.setTimeout(() => this.server.lost(this, toResume), latencyMs);
    this.server.timers.setTimeout(() => this.events.closed(), 2 * latencyMs);
  }

  bufferedBytes(): number {
    return 0;
  }

  /** Something arrives at the other end, unless the wire breaks before. */
  later(act: () => void): void {
    this.server.timers.setTimeout(() => {
      if (!this.silent && !this.closed) act();
    }, latencyMs);
  }
}

/** A hub server in memory that lets connections resume, on a network that a test can break in every way. */
export class ModelServer {
  readonly timers: FakeTimers;
  readonly sessions: ServerSession[] = [];
  readonly wires: Wire[] = [];
  /** Whether anything gets through to the server. */
  reachable = true;
  /** What the next attempts meet. */
  refusals: ('refuse' | 'hang' | 'unauthorized')[] = [];
  private readonly tickets = new Map<string, ServerSession | undefined>();

  constructor(timers: FakeTimers) {
    this.timers = timers;
  }

  readonly open: OpenTransport = ({ url }, events) => {
    const wire = new Wire(this, events);
    this.wires.push(wire);
    const refusal = this.refusals.shift();
    this.timers.setTimeout(() => {
      if (wire.closed || refusal === 'hang') return;
      const id = /[?&]id=([^&]*)/.exec(url)?.[1];
      const session = id === undefined ? undefined : this.tickets.get(id);
      if (!this.reachable) this.fail(wire, 'MH_CLIENT_NETWORK');
      else if (refusal !== undefined) {
        this.fail(wire, refusal === 'refuse' ? 'MH_CLIENT_HANDSHAKE_REFUSED' : 'MH_CLIENT_UNAUTHORIZED');
      } else if (session !== undefined) this.reattach(session, wire);
      else if (id !== undefined && !this.tickets.has(id)) this.fail(wire, 'MH_CLIENT_HANDSHAKE_REFUSED');
      else {
        this.begin(wire, id, /minihubResume=1/.test(url) || id !== undefined);
        events.opened();
      }
    }, latencyMs);
    return wire;
  };

  readonly http: HttpClient = () =>
    new Promise((resolve, reject) => {
      this.timers.setTimeout(() => {
        if (!this.reachable) {
          reject(scriptedError('MH_CLIENT_HTTP'));
          return;
        }
        const id = `t${this.tickets.size}`;
        this.tickets.set(id, undefined);
        const body = JSON.stringify({
          negotiateVersion: 1,
          connectionId: `c${id}`,
          connectionToken: id,
          useStatefulReconnect: true,
          availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text'] }],
        });
        resolve({ status: 200, body });
      }, latencyMs);
    });

  /** The sockets that both sides still believe in. */
  get alive(): Wire[] {
    return this.wires.filter(({ closed }) => !closed);
  }

  /** Cuts what is open: both sides hear of it, or nobody. */
  cut(silent: boolean): void {
    for (const wire of this.alive) {
      if (silent) wire.silent = true;
      else {
        this.fail(wire, 'MH_CLIENT_NETWORK');
        this.lost(wire, true);
      }
    }
  }

  /** Calls the client. */
  push(): void {
    const session = this.current;
    if (session === undefined || session.over) return;
    const push: HubMessage = {
      type: MessageType.Invocation,
      target: 'item',
      arguments: [session.id, ++session.pushed],
    };
    this.write(session, push);
  }

  /** Says Close. */
  close(allowReconnect: boolean): void {
    const session = this.current;
    if (session?.wire === undefined) return;
    const { wire } = session;
    this.write(session, allowReconnect ? { type: MessageType.Close, allowReconnect } : { type: MessageType.Close });
    session.over = true;
    wire.later(() => this.fail(wire));
  }

  /** Sends what no hub sends. */
  babble(): void {
    const wire = this.current?.wire;
    wire?.later(() => wire.events.received('{\u001e'));
  }

  receive(wire: Wire, data: string): void {
    for (const record of data.split('\u001e')) {
      if (record === '') continue;
      const message = JSON.parse(record) as HubMessage & { protocol?: string };
      const { session } = wire;
      if (session === undefined || session.over || session.wire !== wire) return;
      if (message.protocol !== undefined) {
        session.shaken = true;
        this.answer(wire, session);
      } else if (session.inbox === undefined || session.inbox.shouldProcess(message)) this.handle(session, message);
    }
  }

  /** A wire has ended for the server. */
  lost(wire: Wire, mayResume: boolean): void {
    const { session } = wire;
    if (session === undefined || session.wire !== wire) return;
    session.wire = undefined;
    session.detachedAt = this.timers.now();
    if (!mayResume || !session.shaken || session.inbox === undefined) session.over = true;
  }

  private get current(): ServerSession | undefined {
    return this.sessions[this.sessions.length - 1];
  }

  private begin(wire: Wire, id: string | undefined, stateful: boolean): void {
    const session: ServerSession = {
      id: id === undefined ? `s${this.sessions.length}` : `c${id}`,
      inbox: stateful ? createResumeInbox() : undefined,
      outbox: stateful ? createResumeOutbox<string>() : undefined,
      wire,
      detachedAt: 0,
      over: false,
      shaken: false,
      willAck: false,
      pushed: 0,
      taken: [],
    };
    wire.session = session;
    this.ping(wire);
    if (id !== undefined) this.tickets.set(id, session);
    this.sessions.push(session);
  }

  private answer(wire: Wire, session: ServerSession): void {
    wire.later(() => wire.events.received('{}\u001e'));
    if (session.inbox === undefined || session.id.startsWith('c')) return;
    const ticket = { connectionId: session.id, connectionToken: session.id, windowMs };
    this.tickets.set(session.id, session);
    this.write(session, { type: MessageType.Invocation, target: 'minihub:connection', arguments: [ticket] });
  }

  private reattach(session: ServerSession, wire: Wire): void {
    const isLate = session.wire === undefined && this.timers.now() - session.detachedAt >= windowMs;
    if (session.over || isLate || !session.shaken) {
      session.over = true;
      this.fail(wire, 'MH_CLIENT_HANDSHAKE_REFUSED');
      return;
    }
    session.wire = wire;
    wire.session = session;
    this.ping(wire);
    session.inbox?.expectSequence();
    wire.events.opened();
    const start = session.outbox?.resume();
    if (start === undefined) return;
    const sequence = jsonCodec.encode({ type: MessageType.Sequence, sequenceId: start.sequenceId });
    wire.later(() => wire.events.received([sequence, ...start.frames].join('')));
  }

  private ping(wire: Wire): void {
    this.timers.setTimeout(() => {
      if (wire.closed) return;
      wire.later(() => wire.events.received('{"type":6}\u001e'));
      this.ping(wire);
    }, 15_000);
  }

  private handle(session: ServerSession, message: HubMessage): void {
    if (message.type === MessageType.Ack) session.outbox?.acknowledge(message.sequenceId);
    if (message.type === MessageType.Close) session.over = true;
    if (message.type !== MessageType.Invocation) return;
    if (message.target === 'take') session.taken.push(message.arguments[0] as number);
    const { invocationId } = message;
    if (invocationId !== undefined) this.write(session, { type: MessageType.Completion, invocationId, result: 1 });
    if (session.inbox?.ackDue === undefined || session.willAck) return;
    session.willAck = true;
    this.timers.setTimeout(() => {
      session.willAck = false;
      const sequenceId = session.inbox?.ackDue;
      // An Ack may be lost with its wire.
      if (sequenceId === undefined || session.wire === undefined) return;
      session.inbox?.acknowledged(sequenceId);
      this.write(session, { type: MessageType.Ack, sequenceId });
    }, 1_000);
  }

  private write(session: ServerSession, message: HubMessage): void {
    const frame = String(jsonCodec.encode(message));
    if (isTrackable(message)) session.outbox?.add(frame);
    const { wire } = session;
    wire?.later(() => wire.events.received(frame));
  }

  private fail(wire: Wire, code?: Parameters<typeof scriptedError>[0]): void {
    if (wire.closed) return;
    wire.closed = true;
    wire.events.closed(code && scriptedError(code), code ? 1006 : 1000);
  }
}
