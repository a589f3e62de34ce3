import type { ServerResponse } from 'node:http';
import type { TransferFormat } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Framing } from '../outbound/batch.ts';
import type { HttpInbox } from './http-inbox.ts';
import type { ProbingTransport } from './probing-transport.ts';
import { serverSentEventsFraming } from './server-sent-events-framing.ts';
import type { TransportName, TransportSink } from './transport.ts';

const formats: readonly TransferFormat[] = ['Text'];

/** What a {@link ServerSentEventsTransport} must know. */
export interface ServerSentEventsOptions {
  readonly clock: Clock;
  /** How long the client may take to take the rest once the stream is ended, in milliseconds. */
  readonly closeTimeoutMs: number;
}

/** Server-sent events: one response that does not end; the client answers with posts. @see signalr.md 1.5 */
export class ServerSentEventsTransport implements ProbingTransport {
  readonly name: TransportName = 'ServerSentEvents';
  readonly transferFormats: readonly TransferFormat[] = formats;
  readonly inherentKeepAlive: boolean = false;
  sink!: TransportSink;
  readonly #response: ServerResponse;
  readonly #inbox: HttpInbox;
  readonly #options: ServerSentEventsOptions;
  #stopWaiting: (() => void) | undefined;
  #isOver = false;

  /** Opens the stream: what is written comes behind its head, also before {@link ServerSentEventsTransport.start}. */
  constructor(response: ServerResponse, inbox: HttpInbox, options: ServerSentEventsOptions) {
    this.#response = response;
    this.#inbox = inbox;
    this.#options = options;
    response.socket?.setNoDelay(true);
    response.socket?.setTimeout(0);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache,no-store',
      Pragma: 'no-cache',
      'Content-Encoding': 'identity',
      // nginx would collect the events otherwise.
      'X-Accel-Buffering': 'no',
    });
    // A comment, so that the client sees that the stream is open.
    response.write(':\r\n');
    response.on('drain', () => this.sink.transportDrain());
    response.on('error', (error) => this.#end(error));
    response.on('close', () => this.#end());
  }

  /** Takes posts from now on; to be called when the sink is set. */
  start(): void {
    // The client went while it was authenticated: nobody says so again.
    if (this.#response.destroyed) this.#end();
    else this.#inbox.attach((chunk, isBinary) => this.sink.transportData(chunk, isBinary));
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  framing(_format: TransferFormat): Framing {
    return serverSentEventsFraming;
  }

  write(frame: Buffer): void {
    if (!this.#isOver && !this.#response.writableEnded) this.#response.write(frame);
  }

  /** A comment, which keeps proxies from cutting an idle stream. Nothing answers: that the kernel takes it must do. */
  probe(onAnswer: () => void): void {
    if (this.#isOver || this.#response.writableEnded) return;
    this.#response.write(':\r\n', (error) => {
      if (!error) onAnswer();
    });
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
  }

  close(): void {
    if (this.#isOver || this.#stopWaiting !== undefined) return;
    // A client that takes nothing would keep the response open for ever.
    const { clock, closeTimeoutMs } = this.#options;
    this.#stopWaiting = clock.after(closeTimeoutMs, () => this.terminate());
    this.#response.end();
  }

  terminate(): void {
    this.#response.destroy();
  }

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting?.();
    this.#inbox.end();
    // A client that closes its stream cannot be told from a network that did: both end the response.
    this.sink.transportEnd({ graceful: error === undefined, ...(error === undefined ? undefined : { error }) });
  }
}
