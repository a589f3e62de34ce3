import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../../src/outbound/batch.ts';
import type { Transport, TransportEnd, TransportName, TransportSink } from '../../src/transport/transport.ts';

/** A framing that adds nothing, and counts how often it joined something. */
export class CountingFraming implements Framing {
  wraps = 0;

  wrap(parts: readonly Buffer[]): Buffer {
    this.wraps++;
    return Buffer.concat(parts);
  }
}

/** What a {@link MemoryTransport} can be. */
export interface MemoryTransportOptions {
  readonly transferFormats?: readonly TransferFormat[];
  readonly inherentKeepAlive?: boolean;
  /** Framings to share between transports, as real ones do. */
  readonly framings?: Readonly<Record<TransferFormat, Framing>>;
  /** Whether the peer answers a close at once, in the next microtask. @defaultValue true */
  readonly answersClose?: boolean;
}

/** How the server ended a transport. */
export type Ending = { readonly how: 'close'; readonly code: number } | { readonly how: 'terminate' };

/** A transport in memory: the test is its peer. */
export class MemoryTransport implements Transport {
  readonly name: TransportName = 'WebSockets';
  readonly transferFormats: readonly TransferFormat[];
  readonly inherentKeepAlive: boolean;
  sink!: TransportSink;
  /** Every write, as it came. */
  readonly writes: Buffer[] = [];
  /** Bytes that the peer has not taken; a stalled peer takes nothing. */
  bufferedBytes = 0;
  isStalled = false;
  isPaused = false;
  ending: Ending | undefined;
  readonly #framings: Readonly<Record<TransferFormat, Framing>>;
  readonly #answersClose: boolean;
  #isOver = false;

  constructor(options: MemoryTransportOptions = {}) {
    this.transferFormats = options.transferFormats ?? ['Text', 'Binary'];
    this.inherentKeepAlive = options.inherentKeepAlive ?? false;
    this.#framings = options.framings ?? { Text: new CountingFraming(), Binary: new CountingFraming() };
    this.#answersClose = options.answersClose ?? true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  framing(format: TransferFormat): Framing {
    return this.#framings[format];
  }

  write(frame: Buffer): void {
    if (this.#isOver || this.ending !== undefined) return;
    this.writes.push(frame);
    if (this.isStalled) this.bufferedBytes += frame.length;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    if (this.ending !== undefined) return;
    this.ending = { how: 'close', code };
    if (this.#answersClose) queueMicrotask(() => this.end({ graceful: true, code }));
  }

  terminate(): void {
    this.ending = { how: 'terminate' };
    queueMicrotask(() => this.end({ graceful: true, code: 1006 }));
  }

  // ---- the peer's side --------------------------------------------------------------------------------------------

  /** Bytes from the peer. Dropped after the end, as a socket does it. */
  push(chunk: Uint8Array | string): void {
    if (this.#isOver) return;
    this.sink.transportData(Buffer.from(chunk as string), typeof chunk !== 'string');
  }

  /** The peer takes what waits. */
  drain(): void {
    this.isStalled = false;
    this.bufferedBytes = 0;
    if (!this.#isOver) this.sink.transportDrain();
  }

  /** The transport is over. */
  end(end: TransportEnd = { graceful: true, code: 1000 }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.sink.transportEnd(end);
  }
}
