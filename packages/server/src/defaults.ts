import { defaultDecoderLimits } from '@minihub/protocol';
import type { SlowClientPolicy } from './outbound/send-options.ts';

/** Options that each hub may have for itself. Durations are in milliseconds, sizes in bytes. */
export interface HubLimits {
  /** How often the server pings. 0 turns it off. @defaultValue 15_000 (as SignalR) */
  readonly keepAliveIntervalMs: number;
  /**
   * How long a client may be silent. It counts from the client's first ping: one that never pings is not cut.
   * Should be at least twice the client's ping interval. 0 turns it off. @defaultValue 30_000 (as SignalR)
   */
  readonly clientTimeoutMs: number;
  /** How long the handshake may take. 0 turns the deadline off. @defaultValue 15_000 (as SignalR) */
  readonly handshakeTimeoutMs: number;
  /** The largest hub message from a client. 0 turns the limit off. @defaultValue 32_768 (as SignalR) */
  readonly maxMessageBytes: number;
  /** Plain methods of one connection that run at once. Range 1 and up. @defaultValue 1 (as SignalR) */
  readonly maxParallelInvocations: number;
  /** Calls of one connection that wait for their turn before its socket is read no further. Range 1 and up. @defaultValue 64 */
  readonly maxPendingInvocations: number;
  /**
   * Memory that the arguments of those calls may take, about, before the socket is read no further, and the same for the items
   * that all upload streams buffer: it may be twenty times the bytes that they had on the wire. 0 turns the limit off.
   * @defaultValue 1_048_576
   */
  readonly maxPendingBytes: number;
  /** Calls of one connection that run or wait, streams included, before further ones are refused. 0 turns it off. @defaultValue 1_024 */
  readonly maxActiveInvocations: number;
  /** Items that an upload stream buffers before its socket is read no further. Range 1 and up. @defaultValue 10 (as SignalR) */
  readonly uploadBufferItems: number;
  /** Bytes that may wait for one client before `slowClients` says what happens. 0 turns the limit off. @defaultValue 8_388_608 */
  readonly maxBufferedBytes: number;
  /**
   * How long a message to clients may wait for others, to leave with them in one write: latency for CPU. Answers, stream
   * items, pings, and messages that are sent as `urgent` never wait, and take along what does. 0 turns it off: everything
   * leaves at the end of the turn in which it was sent. @defaultValue 0
   */
  readonly flushIntervalMs: number;
  /** Hub messages in one WebSocket message. 0 turns the limit off. @defaultValue 16_384 */
  readonly maxRecordsPerChunk: number;
  /** Fragments of one WebSocket message. Range 1 and up. @defaultValue 1_024 */
  readonly maxFragments: number;
  /**
   * How long calls that a client had sent before it left may wait for their turn, and `disconnected` with them. Then
   * they are dropped; a method that runs is not waited for in any case. A `connected` that has not ended by then is no
   * longer waited for either; if it ends after all, `disconnected` follows. 0 turns the limit off. @defaultValue 30_000
   */
  readonly disconnectGraceMs: number;
}

/** The defaults of {@link HubLimits}. */
export const defaultHubLimits: HubLimits = {
  keepAliveIntervalMs: 15_000,
  clientTimeoutMs: 30_000,
  handshakeTimeoutMs: 15_000,
  maxMessageBytes: 32_768,
  maxParallelInvocations: 1,
  maxPendingInvocations: 64,
  maxPendingBytes: 1_048_576,
  maxActiveInvocations: 1_024,
  uploadBufferItems: 10,
  maxBufferedBytes: 8_388_608,
  flushIntervalMs: 0,
  maxRecordsPerChunk: defaultDecoderLimits.maxRecordsPerChunk,
  maxFragments: 1_024,
  disconnectGraceMs: 30_000,
};

/** Stateful reconnect of a hub: connections that survive the loss of their socket. Off unless given. @see signalr.md 1.12 */
export interface StatefulReconnect {
  /**
   * How long a connection may be away, in milliseconds. Range 1 and up. The default is SignalR's, and short for phones, which
   * notice a silent loss after 30 s: give 60_000 or more there.
   * @defaultValue 15_000 (as SignalR's DisconnectTimeout)
   */
  readonly windowMs: number;
  /** Bytes that may wait for the client's acknowledgement before streams to it wait. 0 turns the limit off. @defaultValue 100_000 (as SignalR) */
  readonly bufferBytes: number;
  /** Bytes that all connections of the hub together may keep while they are away; who adds more is given up. 0 turns the limit off. @defaultValue 268_435_456 */
  readonly maxTotalBytes: number;
  /**
   * Also for clients that skip negotiation and ask for it (`minihubResume=1` in the query, which stock clients never
   * send): mini programs need one domain entry less that way.
   * @defaultValue false
   */
  readonly withoutNegotiation: boolean;
}

/** The defaults of {@link StatefulReconnect}. */
export const defaultStatefulReconnect: StatefulReconnect = {
  windowMs: 15_000,
  bufferBytes: 100_000,
  maxTotalBytes: 268_435_456,
  withoutNegotiation: false,
};

/** What happens when a client does not take what is sent to it. `maxBufferedBytes` is the budget of each. */
export interface SlowClients {
  /** For messages that are sent without a policy of their own. @defaultValue 'disconnect' */
  readonly policy: SlowClientPolicy;
  /** How long the promise of a send with the policy `wait` waits at most, in milliseconds. Range 1 and up. @defaultValue 10_000 */
  readonly waitMs: number;
  /**
   * Whether a client is told what it has missed, by its callback `minihub:dropped`, before the messages that follow:
   * `{ count, bytes, since }`, where `since` is in milliseconds since 1970.
   * @defaultValue false
   */
  readonly tellClient: boolean;
}

/** The defaults of {@link SlowClients}. */
export const defaultSlowClients: SlowClients = { policy: 'disconnect', waitMs: 10_000, tellClient: false };

/** Compression of WebSocket messages. @see RFC 7692 */
export interface Compression {
  /** Messages that leave in one frame are compressed from this many bytes up. 0 compresses all. @defaultValue 1_024 */
  readonly thresholdBytes: number;
  /** Larger frames are not compressed, because that holds up everybody else: 8 ms for a MiB. 0 turns the limit off. @defaultValue 1_048_576 */
  readonly maxBytes: number;
  /** How hard zlib tries. Range 1 to 9; higher ones cost twice the time for a few percent. @defaultValue 1 */
  readonly level: number;
}

/** The defaults of {@link Compression}. */
export const defaultCompression: Compression = { thresholdBytes: 1_024, maxBytes: 1_048_576, level: 1 };

/** How clients are moved away by `drain`. */
export interface DrainOptions {
  /** Clients that are told to go in a second; more where the deadline would come first. Range 1 and up. @defaultValue 200 */
  readonly perSecond: number;
  /** How long it may take in all, in milliseconds. Range 1 and up. @defaultValue 25_000 (Kubernetes kills after 30 s) */
  readonly deadlineMs: number;
}

/** The defaults of {@link DrainOptions}. */
export const defaultDrain: DrainOptions = { perSecond: 200, deadlineMs: 25_000 };

/** Limits of raw endpoints. Durations are in milliseconds, sizes in bytes. */
export interface RawLimits {
  /** The largest message from a client; a larger one closes the connection with 1009. 0 turns the limit off. @defaultValue 65_536 */
  readonly maxMessageBytes: number;
  /** Bytes that may wait for one client before it is cut off as too slow. 0 turns the limit off. @defaultValue 8_388_608 */
  readonly maxBufferedBytes: number;
  /** Fragments of one WebSocket message. Range 1 and up. @defaultValue 1_024 */
  readonly maxFragments: number;
  /** How often the server sends a WebSocket ping; who has not answered by the next is cut off. 0 turns it off. @defaultValue 30_000 */
  readonly pingIntervalMs: number;
  /** Messages of one connection that wait while a handler is busy, before its socket is read no further. Range 1 and up. @defaultValue 64 */
  readonly maxPendingMessages: number;
  /** Bytes of those messages before the socket is read no further. 0 turns the limit off. @defaultValue 1_048_576 */
  readonly maxPendingBytes: number;
}

/** The defaults of {@link RawLimits}. */
export const defaultRawLimits: RawLimits = {
  maxMessageBytes: 65_536,
  maxBufferedBytes: 8_388_608,
  maxFragments: 1_024,
  pingIntervalMs: 30_000,
  maxPendingMessages: 64,
  maxPendingBytes: 1_048_576,
};

/** Limits of the whole server. Durations are in milliseconds. */
export interface ServerLimits {
  /** How long a negotiated connection may wait for its transport, and a long-polling one for its next poll. Range 1 and up. @defaultValue 15_000 (as SignalR's DisconnectTimeout) */
  readonly connectTimeoutMs: number;
  /** Negotiated connections that may wait for their transport at once; further ones get 503. 0 turns the limit off. @defaultValue 100_000 */
  readonly maxPendingConnections: number;
  /** How long the peer may take to answer a close frame. Range 1 and up. @defaultValue 5_000 (as SignalR's CloseTimeout) */
  readonly closeTimeoutMs: number;
  /** How long a poll may hang before it is answered empty. Range 1 and up. @defaultValue 90_000 (as SignalR) */
  readonly pollTimeoutMs: number;
  /** How long the answer to a poll may take to be written. Range 1 and up. @defaultValue 10_000 (as SignalR's TransportSendTimeout) */
  readonly sendTimeoutMs: number;
  /** How long `authenticate` and `authorize` may take together before a request gets 503. 0 turns the deadline off. @defaultValue 10_000 */
  readonly authenticateTimeoutMs: number;
  /** Posts of one connection that may wait for each other; further ones get 503. Range 1 and up. @defaultValue 64 */
  readonly maxWaitingPosts: number;
  /**
   * Connections of one user, on all endpoints together; further ones get 429. Those without a user are not counted.
   * 0 turns the limit off. @defaultValue 0
   */
  readonly maxConnectionsPerUser: number;
  /**
   * Connections from one address (IPv6: one /64 network), on all endpoints together; further ones get 429. 0 turns
   * the limit off: behind one address there may be a whole carrier. @defaultValue 0
   */
  readonly maxConnectionsPerAddress: number;
  /**
   * Users or addresses that each of the `rateLimits` tells apart at once; more share what one may do. 0 turns the
   * limit off. @defaultValue 100_000
   */
  readonly maxRateKeys: number;
  /**
   * Bytes that compressed messages of clients may inflate to in one turn of the event loop, on all endpoints together, where
   * `compression` is on. A message counts for 1,024 at least, and the one that goes beyond is inflated to its end; the rest
   * waits for the next turn, in order, and its sockets are read no further. Without it a read of 64 KB can inflate to 60 MB at
   * once. 0 turns the limit off. @defaultValue 262_144
   */
  readonly maxTurnInflatedBytes: number;
}

/** The defaults of {@link ServerLimits}. */
export const defaultServerLimits: ServerLimits = {
  connectTimeoutMs: 15_000,
  maxPendingConnections: 100_000,
  closeTimeoutMs: 5_000,
  pollTimeoutMs: 90_000,
  sendTimeoutMs: 10_000,
  authenticateTimeoutMs: 10_000,
  maxWaitingPosts: 64,
  maxConnectionsPerUser: 0,
  maxConnectionsPerAddress: 0,
  maxRateKeys: 100_000,
  maxTurnInflatedBytes: 262_144,
};
