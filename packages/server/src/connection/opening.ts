import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import type { IdentityRefresh, RefreshableConnection } from '../http/identity-refresh.ts';
import type { RateGuard } from '../limits/rate-guard.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { Transport } from '../transport/transport.ts';

/** What is known of a connection when its transport opens. */
export interface Opening {
  /** Public. */
  readonly id: string;
  readonly identity: Identity | undefined;
  readonly request: ConnectRequest;
  /** The WebSocket sub-protocol that was agreed on; empty when there is none. */
  readonly subprotocol: string;
  /** Whether stateful reconnect was agreed on. */
  readonly isStateful: boolean;
  /** The secret to be told to a client that skipped negotiation and wants to come back; usually negotiate told it. */
  readonly tokenToTell?: string | undefined;
  /** Watches how often the client sends; `undefined` when that is not limited. */
  readonly guard?: RateGuard | undefined;
  /** To be called once when the connection is over and its id may be forgotten. */
  released(): void;
}

/** A connection that was taken over by its application. */
export interface AcceptedConnection extends Partial<RefreshableConnection> {
  /** Whether another transport may take over from the one that it has. */
  readonly isResumable: boolean;
  /** A later request of the connection has shown credentials again: the user is the same, the rest may be newer. */
  renewIdentity?(identity: Identity | undefined): void;
  /** Goes on over another transport, with newer credentials. Sets the transport's sink before it returns. */
  reattach(transport: Transport, identity?: Identity): void;
}

/** What speaks over the connections of an endpoint: a hub, or a raw handler. The seam between transports and them. */
export interface Application {
  /** Where what happens is counted; `undefined` when nobody collects. */
  readonly metrics: EndpointMetrics | undefined;
  /** The largest message that a transport may hand over whole, in bytes; 0 for no limit. */
  readonly maxChunkBytes: number;
  /** Whether a message must arrive whole: a post is then one message. Hub messages delimit themselves. */
  readonly wholeMessages: boolean;
  /** Whether connections may agree on stateful reconnect, and whether also without negotiation. */
  readonly statefulReconnect?: { readonly withoutNegotiation: boolean } | undefined;
  /** How the identity of an open connection is renewed; `undefined` when that is off. */
  readonly identityRefresh?: IdentityRefresh | undefined;
  /** Fragments of one WebSocket message. */
  readonly maxFragments: number;
  /** How the peer's close frame is answered; see `WebSocketTransportOptions`. */
  readonly closeAnswer: 'normal' | 'echo';
  /** Takes a connection over. Sets the transport's sink before it returns. */
  accept(transport: Transport, opening: Opening): AcceptedConnection | undefined;
  /** Looks at the time; called each second. */
  tick(nowMs: number): void;
  /**
   * Tells some connections to go; says how many. Those of which a method runs, and those that are away, are left
   * alone unless it is impatient.
   */
  move(count: number, isImpatient: boolean): number;
  /** Tells every connection to go, once. */
  shutdown(): void;
  /** Cuts what has not gone. */
  terminateAll(): void;
  /** Bytes that wait for clients to take them. */
  readonly bufferedBytes: number;
  /** Connections that are not over yet, hooks included. */
  readonly openConnections: number;
}
