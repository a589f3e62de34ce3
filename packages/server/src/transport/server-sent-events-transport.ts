import type { ServerResponse } from 'node:http';
import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../outbound/batch.ts';
import type { HttpInbox } from './http-inbox.ts';
import type { ProbingTransport } from './probing-transport.ts';
import { serverSentEventsFraming } from './server-sent-events-framing.ts';
import type { TransportName, TransportSink } from './transport.ts';

const formats: readonly TransferFormat[] = ['Text'];

/** Server-sent events: one response that does not end; the client answers with posts. @see signalr.md 1.5 */
export class ServerSentEventsTransport implements ProbingTransport {
  readonly name: TransportName = 'ServerSentEvents';
  readonly transferFormats: readonly TransferFormat[] = formats;
  readonly inherentKeepAlive: boolean = false;
  sink!: TransportSink;
  readonly #response: ServerResponse;
  readonly #inbox: HttpInbox;
  #isOver = false;

  constructor(response: ServerResponse, inbox: HttpInbox) {
    this.#response = response;
    this.#inbox = inbox;
  }

  /** Opens the stream; to be called when the sink is set. */
  start(): void {
    const response = this.#response;
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
    this.#inbox.attach((chunk, isBinary) => this.sink.transportData(chunk, isBinary));
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
    this.#response.end();
  }

  terminate(): void {
    this.#response.destroy();
  }

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.end();
    // A client that closes its stream cannot be told from a network that did: both end the response.
    this.sink.transportEnd({ graceful: error === undefined, ...(error === undefined ? undefined : { error }) });
  }
}
