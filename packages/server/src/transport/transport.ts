import type { TransferFormat } from '@minihub/protocol';
import type { Framing } from '../outbound/batch.ts';

/** The names of transports, as negotiate spells them. */
export type TransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

/** How a transport ended. */
export interface TransportEnd {
  /** Whether a proper end was seen: a close frame, a DELETE, an end that we began. */
  readonly graceful: boolean;
  /** Whether the peer just vanished: no proper end, and nothing wrong with what it had sent. It may come back. */
  readonly vanished?: boolean;
  /** The WebSocket close code of the peer, where there is one. */
  readonly code?: number;
  /** The peer's reason. */
  readonly reason?: string;
  /** What broke, if something did. */
  readonly error?: Error;
}

/** What a transport reports to. One object per connection, no closures. */
export interface TransportSink {
  /** Bytes came. The chunk is the sink's from now on: while reading is held back it is kept. `isBinary` is the WebSocket opcode. */
  transportData(chunk: Buffer, isBinary: boolean): void;
  /** What was written has left the process, as far as the kernel takes it. */
  transportDrain(): void;
  /** The peer broke the transport's rules and is about to be told `code`: the last moment to write something. */
  transportFault?(code: number): void;
  /** The peer has sent its close frame, which is about to be answered: the last moment to write something. */
  transportClosing?(): void;
  /** The transport is over. Called exactly once. */
  transportEnd(end: TransportEnd): void;
}

/**
 * Carries bytes, nothing else: an ordered two-way pipe that holds no policy.
 * Every implementation passes the same behaviour suite.
 */
export interface Transport {
  readonly name: TransportName;
  /** The formats it can carry. */
  readonly transferFormats: readonly TransferFormat[];
  /** True when the transport notices by itself that the peer is gone, and pings would only cost (long polling). */
  readonly inherentKeepAlive: boolean;
  /** How it wraps text or binary batches. */
  framing(format: TransferFormat): Framing;
  /** Who is told. Must be set before the first event, that is, in the turn in which the transport was made. */
  sink: TransportSink;
  /** Writes bytes that {@link Transport.framing} has wrapped. Never throws; writes after the end are dropped. */
  write(frame: Buffer): void;
  /** Bytes written and not yet taken by the kernel. */
  readonly bufferedBytes: number;
  /** Stops reading: back-pressure for the peer. Some more data may still come. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Ends it properly: 1000 for a normal end, 1011 for an application error; raw endpoints may choose others. */
  close(code: number, reason?: string): void;
  /** Ends it at once. */
  terminate(): void;
}
