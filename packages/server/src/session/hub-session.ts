import {
  type CloseMessage,
  closeErrors,
  createResumeInbox,
  encodeHandshakeResponse,
  type HandshakeRequest,
  type HubCodec,
  type HubDecoder,
  type HubMessage,
  handshakeRefusals,
  hubProtocolVersions,
  MessageType,
  MinihubError,
  messageTooLargeText,
  protocolError,
  type ResumeInbox,
  type TransferFormat,
  type Utf8,
  withDetail,
} from '@minihub/protocol';
import { serverError } from '../errors.ts';
import type { DisconnectCause } from '../hub/hub-context.ts';
import { OpeningHandshake, usualRequestIn } from './opening-handshake.ts';
import type { SharedDecoder, SharedDecoders } from './shared-decoders.ts';

/** What a session needs to know. Durations are in milliseconds, 0 turns one off. */
export interface HubSessionOptions {
  /** The protocols that may be chosen, by name. */
  readonly codecs: ReadonlyMap<string, HubCodec>;
  readonly transferFormats: readonly TransferFormat[];
  readonly inherentKeepAlive: boolean;
  readonly decoders: SharedDecoders;
  readonly utf8: Utf8;
  readonly handshakeTimeoutMs: number;
  readonly keepAliveIntervalMs: number;
  readonly clientTimeoutMs: number;
  readonly detailedErrors: boolean;
}

/** A message for the dispatcher. */
export type CallMessage = Extract<HubMessage, { readonly type: 1 | 2 | 3 | 4 | 5 }>;

/** The client and the server agree: write the response, then run `connected`, then read on. */
export interface Handshaken {
  readonly type: 'handshaken';
  readonly response: string;
  readonly codec: HubCodec;
  readonly version: number;
}

/** The client has acknowledged what was sent up to this id; only with stateful reconnect. */
export interface Acknowledged {
  readonly type: 'acknowledged';
  readonly sequenceId: number;
}

/** The session is over. */
export interface SessionEnded {
  readonly type: 'ended';
  readonly cause: DisconnectCause;
  readonly error?: MinihubError;
  /** The refusal to write before the transport is closed, when the handshake was not complete. */
  readonly refusal?: string;
  /** The Close message to send before the transport is closed, after the handshake. */
  readonly farewell?: CloseMessage;
}

/** What comes out of a session. */
export type SessionEvent = CallMessage | Handshaken | Acknowledged | SessionEnded;

/** What stateful reconnect needs. */
interface Resumption {
  readonly inbox: ResumeInbox;
  readonly windowMs: number;
  /** While there is no transport: since when, and what broke it. */
  away: { readonly sinceMs: number; readonly error: Error | undefined } | undefined;
}

const accepted = encodeHandshakeResponse();

/**
 * One connection's state machine, without I/O and without a timer: it is given chunks and the time, and says what to
 * deliver and when it is over. Reading is by pull ({@link HubSession.next}), so that a dispatcher that is busy can
 * simply stop asking.
 *
 *   handshake --request accepted--> open --Close, fault, silence--> ended
 *        `------refusal, deadline, fault------------------------------^
 *
 * @see HubProtocol.md; signalr.md 1.7, 1.11
 */
export class HubSession {
  readonly #options: HubSessionOptions;
  #state: 'handshake' | 'open' | 'ended' = 'handshake';
  #request: HandshakeRequest | undefined;
  #handshake: OpeningHandshake | undefined;
  /** Where decoders come from; `undefined` while nobody is to be read. */
  #decoders: SharedDecoder | undefined;
  /** Only while there is something to read, or half a message. */
  #decoder: HubDecoder | undefined;
  /** In whole milliseconds, as is the next: a number with a fraction is an object for each session. */
  #lastReceivedMs: number;
  /** Until the handshake is done, when the session began. */
  #lastPingMs: number;
  // A client that has never pinged is never timed out. signalr.md 1.11, "Keep-alive"
  #hasPinged = false;
  #held = false;
  // What was read and never came out of `next`.
  #others = 0;
  #skippedBefore = 0;
  #resumption: Resumption | undefined;
  #inputEnd: { readonly graceful: boolean; readonly error: Error | undefined } | undefined;

  constructor(options: HubSessionOptions, nowMs: number) {
    this.#options = options;
    this.#lastReceivedMs = Math.ceil(nowMs);
    this.#lastPingMs = this.#lastReceivedMs;
  }

  /** Adds bytes from the transport. Ask {@link HubSession.next} until it has nothing more. */
  receive(chunk: Uint8Array, nowMs: number): void {
    this.#lastReceivedMs = Math.ceil(nowMs);
    if (this.#state === 'open') this.#read(chunk);
    else if (this.#state === 'handshake') this.#receiveHandshake(chunk);
  }

  #read(chunk: string | Uint8Array): void {
    if (this.#decoder === undefined) {
      if (this.#decoders === undefined) return;
      this.#decoder = this.#decoders.take();
      this.#skippedBefore = this.#decoder.skippedMessages ?? 0;
    }
    this.#decoder.push(chunk);
  }

  /** All has been read: without half a message, the decoder is the next one's. */
  #handOn(): void {
    const decoder = this.#decoder;
    if (decoder === undefined || this.#decoders?.give(decoder) !== true) return;
    this.#countSkipped(decoder);
    this.#decoder = undefined;
  }

  #countSkipped({ skippedMessages = 0 }: HubDecoder): void {
    this.#others += skippedMessages - this.#skippedBefore;
    this.#skippedBefore = skippedMessages;
  }

  #receiveHandshake(chunk: Uint8Array): void {
    if (this.#handshake === undefined) {
      this.#request = usualRequestIn(chunk);
      if (this.#request !== undefined) return;
      this.#handshake = new OpeningHandshake(this.#options.utf8);
    }
    this.#handshake.receive(chunk);
    this.#request = this.#handshake.request;
  }

  /** The next thing to do, or `undefined` until more bytes come. */
  next(): SessionEvent | undefined {
    if (this.#state === 'ended') return undefined;
    if (this.#state === 'handshake') return this.#nextOfHandshake();
    try {
      for (;;) {
        const message = this.#decoder?.next();
        if (message === undefined) {
          this.#handOn();
          return this.#nextOfEnd();
        }
        const event = this.#eventOf(message);
        if (event !== undefined) {
          // An Ack comes out only for its sender's sake.
          if (event.type === 'acknowledged') this.#others++;
          return event;
        }
        this.#others++;
      }
    } catch (error) {
      return this.#endWithFault(error);
    }
  }

  /**
   * Looks at the time: call it about each second. `ping` asks for a Ping to be sent, `silent` for the transport to be cut:
   * nobody speaks at its other end any more, but a client that can come back may have lost it without knowing.
   */
  tick(nowMs: number): SessionEnded | 'ping' | 'silent' | undefined {
    const { handshakeTimeoutMs, clientTimeoutMs, keepAliveIntervalMs, inherentKeepAlive } = this.#options;
    if (this.#state === 'ended') return undefined;
    const resumption = this.#resumption;
    if (resumption?.away !== undefined) {
      const { sinceMs, error } = resumption.away;
      return nowMs - sinceMs >= resumption.windowMs ? this.#giveUp(error) : undefined;
    }
    if (this.#state === 'handshake') {
      const overdue = handshakeTimeoutMs > 0 && nowMs - this.#lastPingMs >= handshakeTimeoutMs;
      return overdue ? this.#refuse(handshakeRefusals.canceled) : undefined;
    }
    if (inherentKeepAlive) return undefined;
    const silentMs = nowMs - this.#lastReceivedMs;
    if (this.#hasPinged && !this.#held && clientTimeoutMs > 0 && silentMs >= clientTimeoutMs) {
      if (this.isResumable) return 'silent';
      return this.#end('timeout', serverError('MH_SERVER_CLIENT_TIMEOUT', closeErrors.clientTimeout), {
        typeName: 'OperationCanceledException',
        message: closeErrors.clientTimeout,
      });
    }
    if (keepAliveIntervalMs > 0 && nowMs - this.#lastPingMs >= keepAliveIntervalMs) {
      this.#lastPingMs = Math.ceil(nowMs);
      return 'ping';
    }
    return undefined;
  }

  /** While reading is held back by us, the client's silence does not count against it. */
  hold(held: boolean, nowMs: number): void {
    this.#held = held;
    if (!held) this.#lastReceivedMs = Math.ceil(nowMs);
  }

  /** Ends the session because of what the peer sent, found out by someone else. */
  fail(fault: MinihubError): SessionEnded {
    return this.#endWithFault(fault);
  }

  /** The same for a message that is so large that the transport did not take it. */
  tooLarge(): SessionEnded {
    const text = messageTooLargeText(this.#options.decoders.limits.maxMessageBytes);
    return this.fail(protocolError('MH_PROTO_MESSAGE_TOO_LARGE', text));
  }

  /** The transport has ended. What came before it is still delivered; then {@link HubSession.next} says what it means. */
  endOfInput(graceful: boolean, error: Error | undefined): void {
    this.#inputEnd ??= { graceful, error };
  }

  /** Messages that were read since the last time and are nobody else's: pings, acks, doubled and unknown ones. */
  takeOthers(): number {
    if (this.#decoder !== undefined) this.#countSkipped(this.#decoder);
    const others = this.#others;
    this.#others = 0;
    return others;
  }

  /** What has come and was not read yet is forgotten, and nothing more is read. */
  dropInput(): void {
    this.#decoder = undefined;
    this.#decoders = undefined;
  }

  /**
   * From now on messages are counted, and the session may outlive its transport for `windowMs`.
   * To be called in answer to {@link Handshaken}, when stateful reconnect was negotiated and the version allows it.
   */
  enableResume(windowMs: number): void {
    this.#resumption = { inbox: createResumeInbox(), windowMs, away: undefined };
  }

  /** The sequence id of the Ack that is due, once; `undefined` when nothing new has come. */
  takeAck(): number | undefined {
    const resumption = this.#resumption;
    if (resumption === undefined || resumption.away !== undefined) return undefined;
    const due = resumption.inbox.ackDue;
    if (due !== undefined) resumption.inbox.acknowledged(due);
    return due;
  }

  /** Whether the session may outlive its transport. */
  get isResumable(): boolean {
    return this.#resumption !== undefined && this.#state === 'open';
  }

  /** The transport is gone without a word; another may follow. Half a message is forgotten: it will be sent again. */
  detach(nowMs: number, error: Error | undefined): void {
    if (this.#resumption !== undefined) this.#resumption.away = { sinceMs: nowMs, error };
    this.dropInput();
  }

  /** Another transport is attached, and the same protocol is spoken on it. */
  reattach(codec: HubCodec, nowMs: number): void {
    this.#lastReceivedMs = Math.ceil(nowMs);
    this.#lastPingMs = this.#lastReceivedMs;
    this.dropInput();
    this.#decoders = this.#options.decoders.of(codec);
    if (this.#resumption === undefined) return;
    this.#resumption.away = undefined;
    this.#resumption.inbox.expectSequence();
  }

  /** We end it: nothing more is delivered. */
  stop(): void {
    this.#state = 'ended';
  }

  #nextOfHandshake(): SessionEvent | undefined {
    const fault = this.#handshake?.fault;
    if (fault !== undefined) {
      const tooLong = MinihubError.is(fault.cause) && fault.cause.code === 'MH_PROTO_MESSAGE_TOO_LARGE';
      const text = tooLong ? handshakeRefusals.canceled : this.#describe(handshakeRefusals.unexpected, fault);
      return this.#refuse(text, fault);
    }
    const request = this.#request;
    if (request === undefined) return this.#nextOfEnd();
    const codec = this.#options.codecs.get(request.protocol.toLowerCase());
    if (codec === undefined) return this.#refuse(handshakeRefusals.unsupportedProtocol(request.protocol));
    if (!(hubProtocolVersions as readonly number[]).includes(request.version)) {
      return this.#refuse(handshakeRefusals.unsupportedVersion(request.protocol, request.version));
    }
    if (!this.#options.transferFormats.includes(codec.transferFormat)) {
      return this.#refuse(handshakeRefusals.binaryOverText(request.protocol));
    }
    this.#decoders = this.#options.decoders.of(codec);
    if (this.#handshake !== undefined) {
      for (const chunk of this.#handshake.takeRest()) this.#read(chunk);
    }
    this.#handshake = undefined;
    this.#request = undefined;
    this.#state = 'open';
    return { type: 'handshaken', response: accepted, codec, version: request.version };
  }

  #nextOfEnd(): SessionEnded | undefined {
    if (this.#inputEnd === undefined) return undefined;
    const { graceful, error } = this.#inputEnd;
    if (this.#state === 'handshake') {
      this.#state = 'ended';
      const text = 'The connection ended before the handshake was complete.';
      return { type: 'ended', cause: 'transport', error: serverError('MH_SERVER_HANDSHAKE_FAILED', text, error) };
    }
    // Throws when it ended inside a message, which `next` makes a fault of.
    this.#decoder?.end();
    this.#state = 'ended';
    if (graceful) return { type: 'ended', cause: 'client' };
    const text = error?.message ?? 'The transport ended without a close.';
    return { type: 'ended', cause: 'transport', error: serverError('MH_SERVER_TRANSPORT', text, error) };
  }

  #giveUp(cause: Error | undefined): SessionEnded {
    this.#state = 'ended';
    const text = 'The client did not come back in time.';
    return { type: 'ended', cause: 'transport', error: serverError('MH_SERVER_TRANSPORT', text, cause) };
  }

  #eventOf(message: HubMessage): SessionEvent | undefined {
    if (this.#resumption !== undefined && !this.#resumption.inbox.shouldProcess(message)) return undefined;
    switch (message.type) {
      case MessageType.Invocation:
      case MessageType.StreamItem:
      case MessageType.Completion:
      case MessageType.StreamInvocation:
      case MessageType.CancelInvocation:
        return message;
      case MessageType.Ping:
        this.#hasPinged = true;
        return undefined;
      case MessageType.Close:
        this.#state = 'ended';
        return {
          type: 'ended',
          cause: 'client',
          farewell: { type: MessageType.Close },
          ...(message.error === undefined
            ? undefined
            : { error: serverError('MH_SERVER_CLIENT_CLOSED', message.error) }),
        };
      // Without stateful reconnect they mean nothing. signalr.md 1.12, "Ack (8)"
      case MessageType.Ack:
        return this.#resumption === undefined ? undefined : { type: 'acknowledged', sequenceId: message.sequenceId };
      case MessageType.Sequence:
        return undefined;
    }
  }

  #refuse(text: string, cause?: MinihubError): SessionEnded {
    this.#state = 'ended';
    const error = serverError('MH_SERVER_HANDSHAKE_FAILED', text, cause);
    return { type: 'ended', cause: 'protocol', error, refusal: encodeHandshakeResponse({ error: text }) };
  }

  #endWithFault(error: unknown): SessionEnded {
    const fault = error as MinihubError;
    return this.#end('protocol', fault, { typeName: 'InvalidDataException', message: fault.message });
  }

  #end(cause: DisconnectCause, error: MinihubError, detail: { typeName: string; message: string }): SessionEnded {
    this.#state = 'ended';
    const text = withDetail(closeErrors.connectionClosedWithError, this.#options.detailedErrors ? detail : undefined);
    return { type: 'ended', cause, error, farewell: { type: MessageType.Close, error: text, allowReconnect: true } };
  }

  #describe(prefix: string, error: MinihubError): string {
    const detail = { typeName: 'InvalidDataException', message: error.message };
    return withDetail(prefix, this.#options.detailedErrors ? detail : undefined);
  }
}
