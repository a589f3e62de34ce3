import type { Duplex } from 'node:stream';
import { resumeCloseCode, type TransferFormat } from '@minihub/protocol';
import { WebSocket } from 'ws';
import type { Framing } from '../outbound/batch.ts';
import type { ProbingTransport } from './probing-transport.ts';
import type { TransportName, TransportSink } from './transport.ts';
import { webSocketFraming } from './web-socket-framing.ts';

const formats: readonly TransferFormat[] = ['Text', 'Binary'];

/** Above this, in bytes, only the last of the peer's pings is answered, once what waits has left. */
const maxAheadOfPongs = 65_536;

/**
 * The `ws` class with two changes: it knows its transport and tells it what happens, so that no listener has to be
 * registered for each connection, and that decides how to answer the peer's pings and its close frame.
 */
export class EndpointWebSocket extends WebSocket {
  /** Set right after the upgrade. */
  transport: WebSocketTransport | undefined;

  /** Events of `ws`, handed on without a listener: four of them cost each connection more than they are worth. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { transport } = this;
    if (transport === undefined) return super.emit(event, ...args);
    switch (event) {
      case 'message':
        transport.sink.transportData(args[0] as Buffer, args[1] as boolean);
        return true;
      case 'ping':
        transport.answerPing(args[0] as Buffer);
        return true;
      case 'pong':
        transport.probeAnswered();
        return true;
      case 'error':
        transport.fail(args[0] as Error);
        return true;
      case 'close':
        transport.end(args[0] as number, (args[1] as Buffer).toString('utf8'));
        return true;
      default:
        return super.emit(event, ...args);
    }
  }

  override close(code?: number, reason?: string | Buffer): void {
    // `ws` calls this itself for the answer to a close frame (without a code when the peer gave none, which would
    // put an empty frame on the wire, read as 1005) and for its own complaints about frames.
    const transport = this.transport;
    if (transport === undefined || transport.closing) {
      super.close(code, reason);
      return;
    }
    // The peer's frame has a reason, be it an empty one; a complaint has none, and must reach the peer as it is.
    const complaint = reason === undefined ? code : undefined;
    transport.beforeForeignClose(complaint);
    super.close(complaint ?? transport.answerFor(code), reason);
  }
}

/** What a {@link WebSocketTransport} can be told. */
export interface WebSocketTransportOptions {
  /**
   * How to answer a close frame. `normal` says 1000 to whatever the peer said, as ASP.NET does for hubs;
   * `echo` repeats the peer's code, as RFC 6455 advises.
   */
  readonly closeAnswer: 'normal' | 'echo';
  /** How messages are framed: compressed, if that was agreed on. @defaultValue plain */
  readonly framingOf?: ((format: TransferFormat) => Framing) | undefined;
}

/** WebSockets on `ws`. It writes finished frames to the socket itself, so that a frame can be shared by many. */
export class WebSocketTransport implements ProbingTransport {
  readonly name: TransportName = 'WebSockets';
  readonly transferFormats: readonly TransferFormat[] = formats;
  readonly inherentKeepAlive: boolean = false;
  sink!: TransportSink;
  readonly #webSocket: EndpointWebSocket;
  readonly #socket: Duplex;
  readonly #options: WebSocketTransportOptions;
  #closing = false;
  #waitsForDrain = false;
  #error: Error | undefined;
  #onAnswer: (() => void) | undefined;
  #owedPong: Buffer | undefined;

  constructor(webSocket: EndpointWebSocket, socket: Duplex, options: WebSocketTransportOptions) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#options = options;
    webSocket.transport = this;
  }

  /** Whether we ended it ourselves. */
  get closing(): boolean {
    return this.#closing;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  framing(format: TransferFormat): Framing {
    return this.#options.framingOf?.(format) ?? webSocketFraming(format);
  }

  write(frame: Buffer): void {
    // `ws` puts each of its own frames on the socket in one call as well, so whole frames never interleave.
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    if (!this.#socket.write(frame)) this.#awaitDrain();
  }

  #awaitDrain(): void {
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    this.#socket.once('drain', () => {
      this.#waitsForDrain = false;
      const owed = this.#owedPong;
      this.#owedPong = undefined;
      if (owed !== undefined) this.answerPing(owed);
      this.sink.transportDrain();
    });
  }

  probe(onAnswer: () => void): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#onAnswer = onAnswer;
    this.#webSocket.ping();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  close(code: number, reason?: string): void {
    if (this.#closing) return;
    this.#closing = true;
    // A paused socket would never see the peer's answer.
    this.#webSocket.resume();
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#closing = true;
    this.#webSocket.terminate();
  }

  /** @internal The code that answers the peer's, if it gave one. */
  answerFor(code: number | undefined): number {
    return code === undefined || this.#options.closeAnswer === 'normal' ? 1000 : code;
  }

  /** @internal `ws` is about to close by itself: because of a fault, or because the peer did. */
  beforeForeignClose(faultCode: number | undefined): void {
    if (faultCode === undefined) this.sink.transportClosing?.();
    else this.sink.transportFault?.(faultCode);
  }

  /** @internal `ws` would cut a peer that sends many pings at once. @see RFC 6455, 5.5.3 */
  answerPing(payload: Buffer): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.writableLength <= maxAheadOfPongs) {
      this.#webSocket.pong(payload);
      return;
    }
    this.#owedPong = payload;
    this.#awaitDrain();
  }

  /** @internal */
  probeAnswered(): void {
    this.#onAnswer?.();
  }

  /** @internal */
  fail(error: Error): void {
    this.#error ??= error;
  }

  /** @internal */
  end(code: number, reason: string): void {
    const error = this.#error;
    // 1006 is what `ws` says when no close frame came; with the other code a client leaves that means to come back.
    const isLeft = code === 1006 || code === resumeCloseCode;
    const graceful = this.#closing || (!isLeft && error === undefined);
    const vanished = !graceful && !isFault(error);
    this.sink.transportEnd({ graceful, vanished, code, reason, ...(error === undefined ? undefined : { error }) });
  }
}

/** Whether the error is `ws`' complaint about what the peer sent, and not the network's. */
function isFault(error: Error | undefined): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code?.startsWith('WS_ERR_') ?? false;
}
