import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type MinihubError, resumeCloseCode, type TransferFormat } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Framing } from '../outbound/batch.ts';
import type { FrameReader, FrameReceiver } from '../web-socket/frame-reader.ts';
import { noCloseCode } from '../web-socket/frame-rules.ts';
import type { Unfinished } from '../web-socket/unfinished.ts';
import type { ProbingTransport } from './probing-transport.ts';
import type { ReadTurns } from './read-turns.ts';
import { listenTo, listenToDrain, type SocketListener } from './socket-listeners.ts';
import type { TransportName, TransportSink } from './transport.ts';
import { closeFrame, pingFrame, pongFrame } from './web-socket-framing.ts';

const formats: readonly TransferFormat[] = ['Text', 'Binary'];

/** What sockets let wait, in bytes, before they tell when it has left; the application's HTTP server may want more. */
const usualHighWaterMark = 65_536;

/** What is said of an end without a close frame. @see RFC 6455, 7.1.5 */
const noCloseFrame = 1006;

/** What all the WebSockets of an endpoint share that agreed on the same compression. */
export interface WebSocketRules {
  readonly reader: FrameReader;
  /** What one of them may read before others have their turn. */
  readonly readTurns: ReadTurns;
  /** How messages are framed: compressed, if that was agreed on. */
  readonly framings: Readonly<Record<TransferFormat, Framing>>;
  /**
   * How to answer a close frame. `normal` says 1000 to whatever the peer said, as ASP.NET does for hubs;
   * `echo` repeats the peer's code, as RFC 6455 advises.
   */
  readonly closeAnswer: 'normal' | 'echo';
  /** How long the peer may take to answer a close frame, and then to end the TCP connection. */
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * How far a WebSocket is. `closing`: our close frame is out, the peer's is waited for. `ending`: nothing more is written,
 * and what comes is not looked at; the TCP connection is being ended.
 */
type Phase = 'open' | 'closing' | 'ending' | 'over';

/** What few need, and nobody before the end. */
interface Ending {
  readonly code: number;
  readonly reason: string;
  readonly error?: Error;
  /** Whether the error is a complaint about what the peer sent, and not the network's. */
  readonly isFault?: boolean;
}

const noBytes = Buffer.alloc(0);

function readOn(transport: WebSocketTransport): void {
  transport.readOn();
}

/**
 * A WebSocket, from after the opening handshake to the end of the TCP connection. It writes finished frames, so that a
 * frame can be shared by many. An open one has no timer, and no object of its own but itself.
 * @see RFC 6455, 5 to 7
 */
export class WebSocketTransport implements ProbingTransport, FrameReceiver, SocketListener {
  sink!: TransportSink;
  unread: Unfinished | undefined;
  readonly #socket: Duplex;
  readonly #rules: WebSocketRules;
  #phase: Phase = 'open';
  /** Whether we ended it ourselves. */
  #isOurs = false;
  /** Whether reading is held back by the sink. */
  #isPaused = false;
  /** Whether reading waits for its turn: enough has been read, or the next message cannot be inflated in this one. */
  #isWaiting = false;
  #hearsDrain = false;
  #onAnswer: (() => void) | undefined;
  /** The answers to the pings of the read that goes on; while others wait, the one to the last ping alone. */
  #pongs: Buffer[] | undefined;
  /** Whether answers to pings have been written and have not left. */
  #arePongsOut = false;
  #ending: Ending | undefined;
  #stopWaiting: (() => void) | undefined;

  /**
   * @param socket of the upgrade, answered
   * @param head what came behind the upgrade in the same read
   */
  constructor(socket: Duplex, head: Buffer, rules: WebSocketRules) {
    this.#socket = socket;
    this.#rules = rules;
    // The server's own timeout is for requests. Not every stream has these two.
    if ('setTimeout' in socket) (socket as Socket).setTimeout(0);
    if ('setNoDelay' in socket) (socket as Socket).setNoDelay();
    if (head.length > 0) socket.unshift(head);
    listenTo(socket, this);
  }

  get name(): TransportName {
    return 'WebSockets';
  }

  get transferFormats(): readonly TransferFormat[] {
    return formats;
  }

  get inherentKeepAlive(): boolean {
    return false;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  framing(format: TransferFormat): Framing {
    return this.#rules.framings[format];
  }

  // ---- out ----------------------------------------------------------------------------------------------------------

  write(frame: Buffer): void {
    if (this.#phase !== 'open') return;
    const socket = this.#socket;
    const isMuch = socket.writableLength + frame.length > usualHighWaterMark;
    if (isMuch && socket.writableHighWaterMark > usualHighWaterMark) socket.write(frame, () => this.#muchLeft());
    else if (!socket.write(frame)) this.#hearDrain();
  }

  /** A socket with a high mark says nothing of what is below it, for which somebody may wait all the same. */
  #muchLeft(): void {
    if (this.#socket.writableLength <= usualHighWaterMark) this.sink.transportDrain();
  }

  probe(onAnswer: () => void): void {
    this.#onAnswer = onAnswer;
    this.write(pingFrame);
  }

  pause(): void {
    // Once it is being closed, the peer's answer must be read.
    if (this.#phase === 'closing') return;
    this.#isPaused = true;
    if (this.#phase === 'open') this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    // Whoever resumes may be in the middle of something.
    if (this.#phase !== 'over') process.nextTick(readOn, this);
  }

  /** Nothing of what is still to be read is handed out any more, and so nothing inflated. */
  #readAgain(): void {
    this.#isWaiting = false;
    this.#isPaused = true;
    this.resume();
  }

  close(code: number, reason = ''): void {
    if (this.#isOurs) return;
    this.#isOurs = true;
    if (this.#phase !== 'open') return;
    this.#writePongs();
    this.#phase = 'closing';
    this.#socket.write(closeFrame(code, reason));
    if (this.isPaused) this.#readAgain();
    this.#waitForPeer();
  }

  terminate(): void {
    this.#isOurs = true;
    if (this.#phase === 'over') return;
    this.#phase = 'ending';
    this.#socket.destroy();
  }

  /**
   * The answers to all pings of one read leave in one write, and one such write may wait: of the pings that come meanwhile
   * only the last is answered. So small and so many, they cost a hundred times their bytes where each waits by itself.
   * @see RFC 6455, 5.5.3
   */
  #writePongs(): void {
    const pongs = this.#pongs;
    if (pongs === undefined || this.#arePongsOut || this.#phase !== 'open') return;
    this.#pongs = undefined;
    this.#arePongsOut = true;
    const bytes = pongs.length === 1 ? (pongs[0] as Buffer) : Buffer.concat(pongs);
    if (!this.#socket.write(bytes, () => this.#pongsLeft())) this.#hearDrain();
  }

  #pongsLeft(): void {
    this.#arePongsOut = false;
    this.#writePongs();
    if (this.#socket.writableHighWaterMark > usualHighWaterMark) this.#muchLeft();
  }

  #hearDrain(): void {
    if (this.#hearsDrain) return;
    this.#hearsDrain = true;
    listenToDrain(this.#socket);
  }

  /** Nobody may hold a socket for ever by not answering, or by not reading what is left for it. */
  #waitForPeer(): void {
    const { clock, closeTimeoutMs } = this.#rules;
    this.#stopWaiting ??= clock.after(closeTimeoutMs, () => this.#socket.destroy());
  }

  // ---- in: reader -> sink -------------------------------------------------------------------------------------------

  get wantsMessages(): boolean {
    return !this.#isOurs;
  }

  get isPaused(): boolean {
    return this.#isWaiting || (this.#isPaused && this.#phase !== 'over');
  }

  handleWait(): void {
    this.#isWaiting = true;
    this.#socket.pause();
  }

  takeTurn(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    if (this.#phase === 'over') this.#readRest();
    else this.readOn();
  }

  handleMessage(data: Buffer, isBinary: boolean): void {
    this.sink.transportData(data, isBinary);
  }

  handlePing(payload: Buffer): void {
    if (this.#phase !== 'open') return;
    const pong = pongFrame(payload);
    if (this.#pongs === undefined || this.#arePongsOut) this.#pongs = [pong];
    else this.#pongs.push(pong);
  }

  handlePong(): void {
    this.#onAnswer?.();
  }

  handleClose(code: number, reason: string): void {
    this.#ending ??= { code, reason };
    if (this.#phase === 'open') this.sink.transportClosing?.();
    const isEchoed = code !== noCloseCode && this.#rules.closeAnswer === 'echo';
    this.#end(isEchoed ? code : 1000, reason);
  }

  handleFault(code: number, error: MinihubError): void {
    if (!this.#isOurs) this.#ending ??= { code: noCloseFrame, reason: '', error, isFault: true };
    if (this.#phase === 'open') this.sink.transportFault?.(code);
    this.#end(code, '');
  }

  /** Says the last word, unless that was said, and ends the TCP connection. What still comes is read and thrown away. */
  #end(code: number, reason: string): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'open') {
      this.#writePongs();
      this.#socket.write(closeFrame(code, reason));
    }
    this.#phase = 'ending';
    this.#isPaused = false;
    this.#socket.end();
    this.#socket.resume();
    this.#waitForPeer();
  }

  // ---- the socket ---------------------------------------------------------------------------------------------------

  socketData(chunk: Buffer): void {
    const { reader, readTurns } = this.#rules;
    reader.read(this, chunk);
    this.#writePongs();
    if (!this.isPaused && readTurns.isEnough(this, chunk.length)) this.handleWait();
  }

  /** Reads what was held back, before anything that has come since. */
  readOn(): void {
    if (this.isPaused || this.#phase === 'over') return;
    this.socketData(noBytes);
    if (this.isPaused) return;
    if (!this.#socket.readableEnded) this.#socket.resume();
    else if (this.#phase === 'open' || this.#phase === 'closing') this.socketEnd();
  }

  socketDrain(): void {
    this.sink.transportDrain();
  }

  socketEnd(): void {
    // What came before it is held back, and may want answers: a stream may tell of its end although it is paused.
    if (this.#phase === 'open' && this.isPaused) return;
    // Where it ends without a close frame, none can be answered any more.
    this.#phase = 'ending';
    this.#socket.end();
    this.#waitForPeer();
  }

  socketError(error: Error): void {
    if (!this.#isOurs) this.#ending ??= { code: noCloseFrame, reason: '', error };
    this.#socket.destroy();
  }

  socketClose(): void {
    this.#stopWaiting?.();
    this.#phase = 'over';
    // What was held back; nobody wants it when we ended it.
    const { readableLength } = this.#socket;
    const held = readableLength === 0 ? noBytes : this.#socket.read(readableLength);
    if (!this.#isOurs) this.#rules.reader.read(this, held ?? noBytes);
    if (!this.#isWaiting || this.#isOurs) this.#tellEnd();
  }

  /**
   * The socket is gone, and what had come had to wait. Nobody holds that back any more but the sink: who vanishes while
   * that has enough is not to fill our memory with what a few bytes inflate to.
   */
  #readRest(): void {
    if (!this.#isPaused) this.#rules.reader.read(this, noBytes);
    if (!this.#isWaiting) this.#tellEnd();
  }

  #tellEnd(): void {
    this.#isWaiting = false;
    this.#rules.readTurns.forget(this);
    const { code, reason, error, isFault = false } = this.#ending ?? { code: noCloseFrame, reason: '' };
    // With the other code a client leaves that means to come back.
    const isLeft = code === noCloseFrame || code === resumeCloseCode;
    const graceful = this.#isOurs || (!isLeft && error === undefined);
    const vanished = !graceful && !isFault;
    this.sink.transportEnd({ graceful, vanished, code, reason, ...(error === undefined ? undefined : { error }) });
  }
}
