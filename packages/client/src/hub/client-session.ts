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

/** What a session is told at its beginning. Durations are in milliseconds; 0 turns one off. */
export interface SessionSettings {
  readonly codec: HubCodec;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly serverTimeoutMs: number;
  readonly probeTimeoutMs: number;
  /** Bytes that may wait for an Ack, with stateful reconnect; `undefined` without. */
  readonly resumeBufferBytes: number | undefined;
}

/** What a session asks for. */
export interface SessionSink {
  write(data: string | Uint8Array): void;
  /** Messages can be sent from now on. `resumed`: after a reattach. */
  opened(resumed: boolean): void;
  deliver(message: HubMessage): void;
  /** There is room again in the resume buffer. */
  drained(): void;
  /** The transport is to be given up. */
  failed(error: MinihubError): void;
}

/** Timers that fire this much too late were frozen, in milliseconds. */
const frozenMs = 5_000;

/** How long after a message its Ack is sent, in milliseconds (as SignalR). */
const ackDelayMs = 1_000;

/** A call that no server has: any server answers it at once, with an error. SignalR's pings are never answered. */
const probeTarget = '$minihub.probe';

/** A fatal error of a session that stateful reconnect cannot repair. */
function isFatal(error: MinihubError): boolean {
  return /^MH_PROTO|PROTOCOL|HANDSHAKE|REFUSED$/.test(error.code);
}

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
  private decoder: HubDecoder | undefined;
  private inbox: ResumeInbox | undefined;
  private outbox: ResumeOutbox<string | Uint8Array> | undefined;
  private held = '';
  private receivedAt = 0;
  private sentAt = 0;
  /** For the handshake, the reattach, or the answer to a probe. 0 is none. */
  private deadline = 0;
  private ackAt = 0;
  private probes = 0;

  constructor(settings: SessionSettings, sink: SessionSink) {
    this.settings = settings;
    this.sink = sink;
    if (settings.resumeBufferBytes !== undefined) {
      this.inbox = createResumeInbox();
      this.outbox = createResumeOutbox({ maxBytes: settings.resumeBufferBytes });
    }
  }

  /** Whether new messages have to wait for an Ack. */
  get isFull(): boolean {
    return this.outbox?.isFull === true;
  }

  /** A transport is open: the handshake, or a reattach. */
  begin(now: number): void {
    const { codec, handshakeTimeoutMs } = this.settings;
    const { inbox, outbox } = this;
    this.receivedAt = now;
    this.deadline = handshakeTimeoutMs > 0 ? now + handshakeTimeoutMs : 0;
    this.decoder = codec.createDecoder({ maxMessageBytes: 0, maxRecordsPerChunk: 0 });
    this.held = '';
    if (this.canResume && inbox !== undefined && outbox !== undefined) {
      // signalr.md 1.12: Sequence first, then what the server may not have, byte for byte.
      this.phase = 'resuming';
      inbox.expectSequence();
      const { sequenceId, frames } = outbox.resume();
      this.write(codec.encode({ type: MessageType.Sequence, sequenceId }), now);
      for (let i = 0; i < frames.length; i++) this.write(frames[i] as string | Uint8Array, now);
    } else {
      this.phase = 'handshake';
      const version = outbox === undefined ? 1 : 2;
      this.write(`${JSON.stringify({ protocol: codec.name, version })}\u001e`, now);
    }
    this.plan();
  }

  /** The transport is gone. */
  detach(): void {
    if (this.phase !== 'ended') this.phase = 'idle';
    this.deadline = 0;
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
    if (this.phase === 'idle' || this.phase === 'ended') return;
    this.receivedAt = now;
    if (this.phase === 'open') this.deadline = 0;
    try {
      const rest = this.phase === 'handshake' ? this.readHandshake(chunk, now) : chunk;
      if (rest !== undefined) this.read(typeof rest === 'string' ? rest : new Uint8Array(rest), now);
    } catch (error) {
      // A codec's error, or JSON that is none.
      this.fail(MinihubError.is(error) ? error : clientError('MH_CLIENT_PROTOCOL', String(error)));
    }
    this.plan();
  }

  /** Sends a message, already encoded. */
  send(frame: string | Uint8Array, message: HubMessage, now: number): void {
    if (this.outbox !== undefined && isTrackable(message)) this.outbox.add(frame);
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
    const { codec, keepAliveIntervalMs, serverTimeoutMs } = this.settings;
    const late = now - this.nextTickAt;
    if (late < 0) return;
    if (this.deadline > 0 && now >= this.deadline) {
      // After a freeze the answer may stand right behind this timer.
      if (late > frozenMs) this.deadline = now + 1_000;
      else this.expire();
    } else if (this.phase === 'open') {
      if (serverTimeoutMs > 0 && now >= this.receivedAt + serverTimeoutMs && this.deadline === 0) {
        if (late <= frozenMs) this.expire();
        else {
          this.probe(now);
          // With probing turned off: the answer may stand right behind this timer all the same.
          if (this.deadline === 0) this.deadline = now + 1_000;
        }
      }
      if (this.ackAt > 0 && now >= this.ackAt) this.acknowledge(now);
      if (keepAliveIntervalMs > 0 && now >= this.sentAt + keepAliveIntervalMs) {
        this.write(codec.encode({ type: MessageType.Ping }), now);
      }
    }
    this.plan();
  }

  private expire(): void {
    if (this.phase === 'handshake') {
      this.fail(clientError('MH_CLIENT_HUB_HANDSHAKE', 'The server did not answer the handshake in time.'));
    } else {
      this.fail(clientError('MH_CLIENT_SILENT', 'Server timeout elapsed without receiving a message from the server.'));
    }
  }

  private fail(error: MinihubError): void {
    if (this.phase === 'idle' || this.phase === 'ended') return;
    if (isFatal(error)) this.canResume = false;
    this.detach();
    this.sink.failed(error);
  }

  private write(data: string | Uint8Array, now: number): void {
    this.sentAt = now;
    this.sink.write(data);
  }

  private acknowledge(now: number): void {
    this.ackAt = 0;
    const sequenceId = this.inbox?.ackDue;
    if (sequenceId === undefined) return;
    this.inbox?.acknowledged(sequenceId);
    this.write(this.settings.codec.encode({ type: MessageType.Ack, sequenceId }), now);
  }

  /** Gives what follows the response. The response is JSON in every protocol, and .NET sends it as bytes in a binary one. */
  private readHandshake(chunk: string | ArrayBuffer, now: number): string | ArrayBuffer | undefined {
    let end: number;
    if (typeof chunk === 'string') {
      const before = this.held.length;
      this.held += chunk;
      end = this.held.indexOf('\u001e') - before;
    } else {
      const bytes = new Uint8Array(chunk);
      end = bytes.length;
      for (let i = 0; i < bytes.length; i++) {
        this.held += String.fromCharCode(bytes[i] as number);
        if (bytes[i] === 0x1e) {
          end = i;
          break;
        }
      }
    }
    const length = this.held.indexOf('\u001e');
    if (length < 0) return undefined;
    const response = this.held.slice(0, length);
    const { type, error } = JSON.parse(response) as { type?: unknown; error?: unknown };
    if (type !== undefined) {
      throw clientError('MH_CLIENT_HUB_HANDSHAKE', 'Expected a handshake response from the server.');
    }
    if (error !== undefined && error !== null) throw clientError('MH_CLIENT_HUB_HANDSHAKE', String(error));
    this.deadline = 0;
    this.phase = 'open';
    this.canResume = this.outbox !== undefined;
    // It starts the server's client timeout. signalr.md 1.7
    this.write(this.settings.codec.encode({ type: MessageType.Ping }), now);
    this.sink.opened(false);
    return chunk.slice(end + 1);
  }

  private read(chunk: string | Uint8Array, now: number): void {
    const { decoder, inbox } = this;
    if (decoder === undefined || chunk.length === 0) return;
    decoder.push(chunk);
    for (let message = decoder.next(); message !== undefined; message = decoder.next()) {
      // A handler may have closed the connection meanwhile, and opened another.
      if (decoder !== this.decoder || this.phase === 'idle' || this.phase === 'ended') return;
      if (inbox === undefined) this.handle(message);
      else this.handleCounted(inbox, message, now);
    }
  }

  private handleCounted(inbox: ResumeInbox, message: HubMessage, now: number): void {
    const wanted = inbox.shouldProcess(message);
    if (this.phase === 'resuming' && message.type === MessageType.Sequence) {
      this.deadline = 0;
      this.phase = 'open';
      this.sink.opened(true);
    }
    if (this.ackAt === 0 && inbox.ackDue !== undefined) this.ackAt = now + ackDelayMs;
    if (wanted) this.handle(message);
  }

  private handle(message: HubMessage): void {
    if (message.type === MessageType.Close) this.canResume = false;
    if (message.type === MessageType.Ack) {
      if (this.outbox !== undefined) {
        this.outbox.acknowledge(message.sequenceId);
        this.sink.drained();
      }
    } else if (message.type < MessageType.Ack && message.type !== MessageType.Ping) this.sink.deliver(message);
  }

  private plan(): void {
    const { keepAliveIntervalMs, serverTimeoutMs } = this.settings;
    let next = Number.POSITIVE_INFINITY;
    const at = (time: number): void => {
      if (time < next) next = time;
    };
    if (this.deadline > 0) at(this.deadline);
    if (this.phase === 'open') {
      if (this.ackAt > 0) at(this.ackAt);
      if (keepAliveIntervalMs > 0) at(this.sentAt + keepAliveIntervalMs);
      if (serverTimeoutMs > 0 && this.deadline === 0) at(this.receivedAt + serverTimeoutMs);
    }
    this.nextTickAt = next;
  }
}
