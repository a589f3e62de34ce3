import type { ServerResponse } from 'node:http';
import type { TransferFormat } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Framing } from '../outbound/batch.ts';
import type { HttpInbox } from './http-inbox.ts';
import type { Transport, TransportName, TransportSink } from './transport.ts';

const formats: readonly TransferFormat[] = ['Text', 'Binary'];

/** Bodies of polls: the bytes as they are. */
const plainFraming: Framing = {
  wrap: (parts, byteLength) => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, byteLength)),
};

/** Durations in milliseconds. */
export interface LongPollingOptions {
  /** How long a poll may hang before it is answered empty. */
  readonly pollTimeoutMs: number;
  /** How long the client may go without a poll. */
  readonly disconnectTimeoutMs: number;
  /** How long an answer may take to be written. */
  readonly sendTimeoutMs: number;
  /** Whether a poll is answered with one write, so that messages stay apart; else with all that waits. */
  readonly oneWritePerPoll: boolean;
}

/**
 * Long polling: what is written waits for a poll, or answers the one that hangs. @see signalr.md 1.6
 * It notices by itself when the client has gone, so nobody pings.
 */
export class LongPollingTransport implements Transport {
  readonly name: TransportName = 'LongPolling';
  readonly transferFormats: readonly TransferFormat[] = formats;
  readonly inherentKeepAlive: boolean = true;
  sink!: TransportSink;
  readonly #inbox: HttpInbox;
  readonly #options: LongPollingOptions;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #poll: { readonly response: ServerResponse; readonly sinceMs: number } | undefined;
  #answer: { readonly response: ServerResponse; readonly sinceMs: number } | undefined;
  readonly #clock: Clock;
  #lastSeenMs: number;
  #isClosing = false;
  #isOver = false;

  constructor(inbox: HttpInbox, clock: Clock, options: LongPollingOptions) {
    this.#inbox = inbox;
    this.#clock = clock;
    this.#options = options;
    this.#lastSeenMs = clock.now();
  }

  /** Begins, with the first poll, which is answered at once: that tells the client that it is connected. */
  start(response: ServerResponse): void {
    this.#inbox.attach((chunk, isBinary) => this.sink.transportData(chunk, isBinary));
    this.#respond(response, 200, Buffer.alloc(0));
  }

  /** A poll has come. */
  poll(response: ServerResponse): void {
    // The client gave it up while it was authenticated; what waits is for the next one.
    if (response.destroyed) return;
    if (this.#isOver) {
      this.#respond(response, 204);
      return;
    }
    const nowMs = this.#clock.now();
    this.#lastSeenMs = nowMs;
    const older = this.#poll;
    this.#poll = undefined;
    if (older !== undefined) this.#respond(older.response, 204);
    if (this.#waiting.length > 0) {
      this.#deliver(response);
    } else if (this.#isClosing) {
      this.#respond(response, 204);
      this.#end();
    } else {
      this.#poll = { response, sinceMs: nowMs };
      response.on('close', () => {
        // The client has given this poll up; the next write must not go into it.
        if (this.#poll?.response === response) this.#poll = undefined;
      });
    }
  }

  /** The client ends the connection: DELETE. */
  delete(): void {
    const poll = this.#poll;
    this.#poll = undefined;
    if (poll !== undefined) this.#respond(poll.response, 204);
    this.#end();
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    const { pollTimeoutMs, disconnectTimeoutMs, sendTimeoutMs } = this.#options;
    if (this.#poll !== undefined) {
      this.#lastSeenMs = nowMs;
      if (nowMs - this.#poll.sinceMs >= pollTimeoutMs) this.#answerEmpty(this.#poll.response);
    }
    const answer = this.#answer;
    if (answer !== undefined && nowMs - answer.sinceMs >= sendTimeoutMs) {
      this.#end(new Error('The answer to a poll could not be written in time.'));
      answer.response.destroy();
    } else if (nowMs - this.#lastSeenMs >= disconnectTimeoutMs) {
      this.#end(this.#isClosing ? undefined : new Error('The client has stopped polling.'));
    }
  }

  get bufferedBytes(): number {
    return this.#waitingBytes;
  }

  framing(_format: TransferFormat): Framing {
    return plainFraming;
  }

  write(frame: Buffer): void {
    if (this.#isOver || this.#isClosing) return;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    const poll = this.#poll;
    if (poll === undefined) return;
    this.#poll = undefined;
    this.#deliver(poll.response);
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
  }

  /** What is written is still fetched; then a poll is told that it is over. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#inbox.end();
    const poll = this.#poll;
    if (poll === undefined) return;
    this.#poll = undefined;
    this.#respond(poll.response, 204);
    this.#end();
  }

  terminate(): void {
    this.#poll?.response.destroy();
    this.#answer?.response.destroy();
    this.#end();
  }

  #deliver(response: ServerResponse): void {
    const taken = this.#waiting.splice(0, this.#options.oneWritePerPoll ? 1 : this.#waiting.length);
    const body = Buffer.concat(taken);
    this.#waitingBytes -= body.length;
    this.#respond(response, 200, body);
    if (this.#waiting.length === 0) this.sink.transportDrain();
  }

  #answerEmpty(response: ServerResponse): void {
    this.#poll = undefined;
    response.writeHead(200, { ...noCache, 'Content-Type': 'text/plain', 'Content-Length': 0 }).end();
  }

  #respond(response: ServerResponse, status: number, body?: Buffer): void {
    if (response.destroyed || response.writableEnded) return;
    const headers =
      body === undefined
        ? noCache
        : { ...noCache, 'Content-Type': 'application/octet-stream', 'Content-Length': body.length };
    const answer = { response, sinceMs: this.#clock.now() };
    this.#answer = answer;
    const forget = (): void => {
      if (this.#answer === answer) this.#answer = undefined;
    };
    response.once('close', forget);
    response.writeHead(status, headers).end(body, forget);
  }

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.end();
    this.sink.transportEnd({ graceful: error === undefined, ...(error === undefined ? undefined : { error }) });
  }
}

const noCache = { 'Cache-Control': 'no-cache,no-store', Pragma: 'no-cache', Expires: 'Thu, 01 Jan 1970 00:00:00 GMT' };
