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
import { createHandshakeReader } from './handshake-reader.ts';

/** What a session is told at its beginning. Durations are in milliseconds; 0 turns one off. */
export interface SessionSettings {
  readonly codec: HubCodec;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly serverTimeoutMs: number;
  readonly probeTimeoutMs: number;
  /** Bytes that may wait for an Ack, with stateful reconnect; `undefined` without. */
  readonly resumeBufferBytes: number | undefined;
  /** Nothing was negotiated: whether this is stateful stands in the server's first message. */
  readonly isUndecided: boolean;
}

/** How a client that did not negotiate can come back; the server tells it first of all. */
export interface ResumeTicket {
  readonly connectionId: string;
  readonly connectionToken: string;
  readonly windowMs: number;
}

/** What a session asks for. */
export interface SessionSink {
  write(data: string | Uint8Array): void;
  /**
   * `ready`: messages can be sent from now on; true after a reattach. `lost`: the transport is to be given up, and why.
   */
  on(what: 'ready' | 'lost', detail: boolean | MinihubError): void;
  keep(ticket: ResumeTicket): void;
  /** Is told when there is room again in the resume buffer. */
  readonly outgoing: { drain(): void };
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

/**
 * One hub connection as the server sees it: from the handshake to its end, over one transport after the other when it is
 * stateful. Sans-IO: it is given chunks and the time, and tells its sink what to write and to deliver.
 *
 *     idle -begin-> handshake -response-> open -detach-> idle -begin-> resuming -Sequence-> open
 */
export class ClientSession {
  phase: 'idle' | 'handshake' | 'resuming' | 'open' | 'ended' = 'idle';
  /** When {@link tick} is to be called next, by the wall clock; Infinity for never. */
  nextTickAt: number = Number.POSITIVE_INFINITY;
  /** Whether another transport can carry this session on. */
  canResume: boolean = false;

  private readonly settings: SessionSettings;
  private readonly sink: SessionSink;
  private readonly deliver: (message: HubMessage) => void;
  private decoder: HubDecoder | undefined;
  private readHandshake: ReturnType<typeof createHandshakeReader> | undefined;
  private inbox: ResumeInbox | undefined;
  private outbox: ResumeOutbox<string | Uint8Array> | undefined;
  private isUndecided: boolean;
  private receivedAt = 0;
  private sentAt = 0;
  /** For the handshake, the reattach, or the answer to a probe. 0 is none. */
  private deadline = 0;
  private ackAt = 0;
  private probes = 0;

  constructor(settings: SessionSettings, sink: SessionSink, deliver: (message: HubMessage) => void) {
    this.settings = settings;
    this.sink = sink;
    this.deliver = deliver;
    this.isUndecided = settings.isUndecided;
    if (settings.resumeBufferBytes !== undefined) {
      this.inbox = createResumeInbox();
      this.outbox = createResumeOutbox({ maxBytes: settings.resumeBufferBytes });
    }
  }

  /** Whether messages can be sent now; else they have to wait for a transport, or for an Ack. */
  get isWritable(): boolean {
    return this.phase === 'open' && (this.isUndecided || !this.outbox?.isFull);
  }

  /** A transport is open: the handshake, or a reattach. */
  begin(now: number): void {
    const { codec, handshakeTimeoutMs } = this.settings;
    const { inbox, outbox } = this;
    this.receivedAt = now;
    this.deadline = handshakeTimeoutMs > 0 ? now + handshakeTimeoutMs : 0;
    this.decoder = codec.createDecoder({ maxMessageBytes: 0, maxRecordsPerChunk: 0 });
    if (this.canResume && inbox && outbox) {
      // signalr.md 1.12: Sequence first, then what the server may not have, byte for byte.
      this.phase = 'resuming';
      inbox.expectSequence();
      const { sequenceId, frames } = outbox.resume();
      this.write(codec.encode({ type: MessageType.Sequence, sequenceId }), now);
      frames.forEach((frame) => {
        this.write(frame, now);
      });
    } else {
      this.phase = 'handshake';
      this.readHandshake = createHandshakeReader();
      this.write(`${JSON.stringify({ protocol: codec.name, version: !outbox ? 1 : 2 })}\u001e`, now);
    }
    this.plan();
  }

  /** The transport is gone. */
  detach(): void {
    if (this.phase !== 'ended') this.phase = 'idle';
    this.ackAt = 0;
    this.plan();
  }

  /** Nothing more is to be done with it. */
  end(): void {
    this.phase = 'ended';
    this.canResume = false;
    this.plan();
  }

  /** What a transport received. */
  receive(chunk: string | ArrayBuffer, now: number): void {
    const { phase } = this;
    if (phase === 'idle' || phase === 'ended') return;
    this.receivedAt = now;
    if (phase === 'open') this.deadline = 0;
    try {
      const rest = phase === 'handshake' ? this.readHandshake?.(chunk) : chunk;
      if (rest !== undefined) {
        if (phase === 'handshake') this.open(false, now);
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
    if (this.phase !== 'open' || this.deadline > 0 || probeTimeoutMs === 0) return;
    const invocationId = `p${this.probes++}`;
    const message: HubMessage = { type: MessageType.Invocation, invocationId, target: probeTarget, arguments: [] };
    this.deadline = now + probeTimeoutMs;
    this.send(codec.encode(message), message, now);
  }

  /** Looks at the clock. */
  tick(now: number): void {
    const { codec, keepAliveIntervalMs } = this.settings;
    const lateMs = now - this.nextTickAt;
    if (lateMs < 0) return;
    if (now >= this.silentAt()) {
      if (lateMs <= frozenMs) {
        const shaking = this.phase === 'handshake';
        this.fail(
          clientError(
            shaking ? 'MH_CLIENT_HUB_HANDSHAKE' : 'MH_CLIENT_SILENT',
            shaking ? 'No answer to the handshake' : 'The server is silent',
          ),
        );
        return;
      }
      if (this.deadline === 0) this.probe(now);
      if (this.deadline <= now) this.deadline = now + graceMs;
    }
    if (this.ackAt > 0 && now >= this.ackAt) this.acknowledge(now);
    if (this.phase === 'open' && keepAliveIntervalMs > 0 && now >= this.sentAt + keepAliveIntervalMs) {
      this.write(codec.encode({ type: MessageType.Ping }), now);
    }
    this.plan();
  }

  /** When the server will have been silent for too long. */
  private silentAt(): number {
    const { serverTimeoutMs } = this.settings;
    if (this.deadline > 0) return this.deadline;
    return this.phase === 'open' && serverTimeoutMs > 0 ? this.receivedAt + serverTimeoutMs : Number.POSITIVE_INFINITY;
  }

  private plan(): void {
    const { keepAliveIntervalMs } = this.settings;
    const never = Number.POSITIVE_INFINITY;
    // The one place that lets go of time: nothing is due without a transport.
    if (this.phase === 'idle' || this.phase === 'ended') this.deadline = 0;
    const pingAt = this.phase === 'open' && keepAliveIntervalMs > 0 ? this.sentAt + keepAliveIntervalMs : never;
    this.nextTickAt = Math.min(this.silentAt(), this.ackAt || never, pingAt);
  }

  private open(resumed: boolean, now: number): void {
    this.deadline = 0;
    this.phase = 'open';
    if (!resumed) {
      this.canResume = Boolean(this.outbox) && !this.isUndecided;
      // It starts the server's client timeout. signalr.md 1.7
      this.write(this.settings.codec.encode({ type: MessageType.Ping }), now);
    }
    this.sink.on('ready', resumed);
  }

  private fail(error: MinihubError): void {
    if (this.phase === 'idle' || this.phase === 'ended') return;
    if (fatal.test(error.code)) this.canResume = false;
    this.detach();
    this.sink.on('lost', error);
  }

  private write(data: string | Uint8Array, now: number): void {
    this.sentAt = now;
    this.sink.write(data);
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
    if (!decoder || chunk.length === 0) return;
    decoder.push(chunk);
    for (;;) {
      const { phase, inbox } = this;
      // A handler may have closed the connection meanwhile, and opened another.
      if (decoder !== this.decoder || phase === 'idle' || phase === 'ended') return;
      const message = decoder.next();
      if (!message) return;
      const wanted = !inbox || inbox.shouldProcess(message);
      if (this.isUndecided) this.decide(message);
      else {
        if (phase === 'resuming' && message.type === MessageType.Sequence) this.open(true, now);
        if (wanted) this.handle(message);
      }
      if (this.ackAt === 0 && this.inbox?.ackDue && this.phase === 'open') this.ackAt = now + ackDelayMs;
    }
  }

  /** The first message: the ticket, from a server that lets us come back, or whatever another server says. */
  private decide(message: HubMessage): void {
    this.isUndecided = false;
    const ticket = message.type === MessageType.Invocation && message.target === ticketTarget && message.arguments[0];
    this.canResume = Boolean(ticket);
    if (ticket) this.sink.keep(ticket as ResumeTicket);
    else {
      this.inbox = undefined;
      this.outbox = undefined;
      this.handle(message);
    }
  }

  private handle(message: HubMessage): void {
    if (message.type === MessageType.Close) this.canResume = false;
    if (message.type === MessageType.Ack) {
      this.outbox?.acknowledge(message.sequenceId);
      this.sink.outgoing.drain();
    } else if (message.type < MessageType.Ack && message.type !== MessageType.Ping) this.deliver(message);
  }
}
