import {
  createResumeInbox,
  createResumeOutbox,
  type HubCodec,
  type HubDecoder,
  type HubMessage,
  isTrackable,
  MessageType,
  MinihubError,
  type ResumeInbox,
  type ResumeOutbox,
} from '@minihub/protocol';
import { clientError } from '../errors.ts';
import type { Callbacks, ReportError } from './callbacks.ts';
import type { Calls } from './calls.ts';
import { Happening } from './engine-table.ts';
import { createHandshakeReader } from './handshake-reader.ts';
import type { Outgoing } from './outgoing.ts';
import type { Route } from './route.ts';

/** What a session is told at its beginning. Durations are in milliseconds; 0 turns one off. */
export interface SessionSettings {
  readonly codec: HubCodec;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly serverTimeoutMs: number;
  readonly probeTimeoutMs: number;
  /** Bytes that may wait for an Ack, with stateful reconnect. */
  readonly resumeBufferBytes: number;
  readonly report: ReportError;
}

/** How a client that did not negotiate can come back; the server tells it first of all. */
export interface ResumeTicket {
  readonly connectionId: string;
  readonly connectionToken: string;
  readonly windowMs: number;
}

/** What a session asks of the engine that it serves. */
export interface SessionHost {
  write(data: string | Uint8Array): void;
  /**
   * `Ready`: messages can be sent from now on; true after a reattach. `Lost`: the transport is to be given up, and why.
   * `Ended`: the server has said Close.
   */
  on(what: Happening, detail: unknown): void;
  keep(ticket: ResumeTicket): void;
  readonly calls: Calls;
  readonly callbacks: Callbacks;
  readonly outgoing: Outgoing;
  /** The one that is current. */
  readonly session: ClientSession | undefined;
}

/** Timers that fire this much too late were frozen, in milliseconds. */
const frozenMs = 5_000;

/** What was sent to a frozen phone may stand right behind the first timer: this long it is waited for, in milliseconds. */
const graceMs = 1_000;

/** How long after a message its Ack is sent, in milliseconds (as SignalR). */
const ackDelayMs = 1_000;

/** A call that no server has: any server answers it at once, with an error. SignalR's pings are never answered. */
const probeTarget = '$minihub.probe';

const ticketTarget = 'minihub:connection';

/** A fatal error of a session that stateful reconnect cannot repair. */
const fatal = /^MH_PROTO|PROTOCOL|HANDSHAKE/;

const never = Number.POSITIVE_INFINITY;

/** Below `Handshake` there is no transport. */
const Stage = { Ended: 0, Idle: 1, Handshake: 2, Resuming: 3, Open: 4 } as const;

/**
 * One hub connection as the server sees it: from the handshake to its end, over one transport after the other when it is
 * stateful. Sans-IO: it is given chunks and the time, and tells its host what to write and to deliver.
 *
 *     Idle -begin-> Handshake -response-> Open -detach-> Idle -begin-> Resuming -Sequence-> Open
 */
export class ClientSession {
  /** When {@link tick} is to be called next, by the wall clock; Infinity for never. */
  nextTickAt: number = never;
  /** Whether another transport can carry this session on. */
  canResume: boolean = false;

  private stage: number = Stage.Idle;
  private readonly settings: SessionSettings;
  private readonly host: SessionHost;
  private decoder: HubDecoder | undefined;
  private readHandshake: ReturnType<typeof createHandshakeReader> | undefined;
  private inbox: ResumeInbox | undefined;
  private outbox: ResumeOutbox<string | Uint8Array> | undefined;
  /** Nothing was negotiated: whether this is stateful stands in the server's first message. */
  private isUndecided: boolean;
  private receivedAt = 0;
  private sentAt = 0;
  /** For the handshake, the reattach, or the answer to a probe. 0 is none. */
  private deadline = 0;
  /** 0 is never. */
  private ackAt = 0;
  private probes = 0;

  constructor(settings: SessionSettings, { stateful, connectionId }: Route, host: SessionHost) {
    this.settings = settings;
    this.host = host;
    this.isUndecided = stateful && connectionId === undefined;
    if (stateful) {
      this.inbox = createResumeInbox();
      this.outbox = createResumeOutbox({ maxBytes: settings.resumeBufferBytes });
    }
  }

  get isOpen(): boolean {
    return this.stage === Stage.Open;
  }

  /** Whether messages can be sent now; else they have to wait for a transport, or for an Ack. */
  get isWritable(): boolean {
    return this.isOpen && (this.isUndecided || !this.outbox?.isFull);
  }

  /** A transport is open: the handshake, or a reattach. */
  begin(now: number): void {
    const { codec, handshakeTimeoutMs } = this.settings;
    const { inbox, outbox } = this;
    this.receivedAt = now;
    this.deadline = handshakeTimeoutMs && now + handshakeTimeoutMs;
    this.decoder = codec.createDecoder({ maxMessageBytes: 0, maxRecordsPerChunk: 0 });
    if (this.canResume && inbox && outbox) {
      // signalr.md 1.12: Sequence first, then what the server may not have, byte for byte.
      this.stage = Stage.Resuming;
      inbox.expectSequence();
      const { sequenceId, frames } = outbox.resume();
      this.write(codec.encode({ type: MessageType.Sequence, sequenceId }), now);
      frames.forEach((frame) => {
        this.write(frame, now);
      });
    } else {
      this.stage = Stage.Handshake;
      this.readHandshake = createHandshakeReader();
      this.write(`${JSON.stringify({ protocol: codec.name, version: outbox ? 2 : 1 })}\u001e`, now);
    }
    this.plan();
  }

  /** The transport is gone. */
  detach(): void {
    this.stage = Math.min(this.stage, Stage.Idle);
    this.ackAt = 0;
    this.plan();
  }

  /** Nothing more is to be done with it. */
  end(): void {
    this.stage = Stage.Ended;
    this.canResume = false;
    this.plan();
  }

  /** What a transport received. */
  receive(chunk: string | ArrayBuffer, now: number): void {
    const { stage } = this;
    if (stage < Stage.Handshake) return;
    this.receivedAt = now;
    if (stage === Stage.Open) this.deadline = 0;
    try {
      const rest = stage === Stage.Handshake ? this.readHandshake?.(chunk) : chunk;
      if (rest !== undefined) {
        if (stage === Stage.Handshake) this.open(false, now);
        this.read(typeof rest === 'string' ? rest : new Uint8Array(rest), now);
      }
    } catch (error) {
      // A codec's error, or JSON that is none.
      this.fail(MinihubError.is(error) ? error : clientError('MH_CLIENT_PROTOCOL', String(error)));
    }
    this.plan();
  }

  /** Sends a message, already encoded. */
  send(frame: string | Uint8Array, message: HubMessage, now: number): void {
    if (isTrackable(message)) this.outbox?.add(frame);
    this.write(frame, now);
    this.plan();
  }

  /** Finds out within `probeTimeoutMs` whether the server still hears us. */
  probe(now: number): void {
    const { codec, probeTimeoutMs } = this.settings;
    if (this.stage !== Stage.Open || this.deadline || !probeTimeoutMs) return;
    const invocationId = `p${this.probes++}`;
    const message: HubMessage = { type: MessageType.Invocation, invocationId, target: probeTarget, arguments: [] };
    this.deadline = now + probeTimeoutMs;
    this.send(codec.encode(message), message, now);
  }

  /** Looks at the clock. */
  tick(now: number): void {
    const lateMs = now - this.nextTickAt;
    if (lateMs < 0) return;
    if (now >= this.silentAt()) {
      if (lateMs <= frozenMs) {
        this.fail(
          this.stage === Stage.Handshake
            ? clientError('MH_CLIENT_HUB_HANDSHAKE', 'No answer to the handshake')
            : clientError('MH_CLIENT_SILENT', 'The server is silent'),
        );
        return;
      }
      if (!this.deadline) this.probe(now);
      if (this.deadline <= now) this.deadline = now + graceMs;
    }
    if (this.ackAt && now >= this.ackAt) this.acknowledge(now);
    if (now >= this.pingAt()) this.say(MessageType.Ping, now);
    this.plan();
  }

  /** When the server will have been silent for too long. */
  private silentAt(): number {
    return this.deadline || this.after(this.receivedAt, this.settings.serverTimeoutMs);
  }

  private pingAt(): number {
    return this.after(this.sentAt, this.settings.keepAliveIntervalMs);
  }

  private after(at: number, ms: number): number {
    return this.stage === Stage.Open && ms ? at + ms : never;
  }

  private plan(): void {
    // The one place that lets go of time: nothing is due without a transport.
    if (this.stage < Stage.Handshake) this.deadline = 0;
    this.nextTickAt = Math.min(this.silentAt(), this.ackAt || never, this.pingAt());
  }

  private open(resumed: boolean, now: number): void {
    this.deadline = 0;
    this.stage = Stage.Open;
    if (!resumed) {
      this.canResume = Boolean(this.outbox) && !this.isUndecided;
      // It starts the server's client timeout. signalr.md 1.7
      this.say(MessageType.Ping, now);
    }
    this.host.on(Happening.Ready, resumed);
  }

  private fail(error: MinihubError): void {
    if (this.stage < Stage.Handshake) return;
    if (fatal.test(error.code)) this.canResume = false;
    this.detach();
    this.host.on(Happening.Lost, error);
  }

  private write(data: string | Uint8Array, now: number): void {
    this.sentAt = now;
    this.host.write(data);
  }

  private say(type: typeof MessageType.Ping, now: number): void {
    this.write(this.settings.codec.encode({ type }), now);
  }

  private acknowledge(now: number): void {
    this.ackAt = 0;
    const sequenceId = this.inbox?.ackDue;
    if (!sequenceId) return;
    this.inbox?.acknowledged(sequenceId);
    this.write(this.settings.codec.encode({ type: MessageType.Ack, sequenceId }), now);
  }

  private read(chunk: string | Uint8Array, now: number): void {
    const { decoder } = this;
    if (!decoder) return;
    decoder.push(chunk);
    // A handler may have closed the connection meanwhile, and opened another.
    while (decoder === this.decoder && this.stage > Stage.Idle) {
      const { stage, inbox } = this;
      const message = decoder.next();
      if (!message) return;
      const wanted = !inbox || inbox.shouldProcess(message);
      if (this.isUndecided) this.decide(message);
      else {
        if (stage === Stage.Resuming && message.type === MessageType.Sequence) this.open(true, now);
        if (wanted) this.handle(message);
      }
      if (!this.ackAt && this.inbox?.ackDue && this.stage === Stage.Open) this.ackAt = now + ackDelayMs;
    }
  }

  /** The first message: the ticket, from a server that lets us come back, or whatever another server says. */
  private decide(message: HubMessage): void {
    this.isUndecided = false;
    const ticket = message.type === MessageType.Invocation && message.target === ticketTarget && message.arguments[0];
    this.canResume = Boolean(ticket);
    if (ticket) this.host.keep(ticket as ResumeTicket);
    else {
      this.inbox = this.outbox = undefined;
      this.handle(message);
    }
  }

  /** Brings a message to where it belongs. */
  private handle(message: HubMessage): void {
    const { host } = this;
    switch (message.type) {
      case MessageType.Ack:
        this.outbox?.acknowledge(message.sequenceId);
        host.outgoing.drain();
        break;
      case MessageType.Ping:
      case MessageType.Sequence:
        break;
      default:
        this.deliver(message);
    }
  }

  private deliver(message: HubMessage): void {
    const { host } = this;
    try {
      if (message.type === MessageType.Close) {
        this.canResume = false;
        host.on(Happening.Ended, message);
      } else if (message.type === MessageType.Invocation) {
        host.callbacks.run(message, (completion) => {
          // Ids belong to a session: on another one this would answer somebody else's question.
          if (host.session === this) host.outgoing.submit(completion, () => {});
        });
      } else host.calls.deliver(message);
    } catch (error) {
      this.settings.report(error, { stage: 'deliver' });
    }
  }
}
