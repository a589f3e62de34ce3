import type { MinihubError } from '@minihub/protocol';
import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import type { MiniProgram } from '../http/mini-program.ts';
import type { HubCallerClients } from './hub-clients.ts';
import type { HubGroups } from './hub-groups.ts';

/** Why a connection ended. */
export type DisconnectCause =
  /** The client said Close, or closed the transport properly. */
  | 'client'
  /** The server ended it: `abort()`, `disconnect()`. */
  | 'server'
  /** The server is closing. */
  | 'shutdown'
  /** Its identity has expired. */
  | 'expired'
  /** The client was silent for too long. */
  | 'timeout'
  /** The client sent what the protocol does not allow. */
  | 'protocol'
  /** The client sent more often than `rateLimits` allows, and its rate says `disconnect`. */
  | 'limit'
  /** The client did not take what was sent to it. */
  | 'slow'
  /** The transport broke: no proper end was seen. */
  | 'transport';

/** What `disconnected` is told. */
export interface DisconnectInfo {
  readonly cause: DisconnectCause;
  /** The error behind it, if there is one. Absent when the connection was ended on purpose and without complaint. */
  readonly error?: MinihubError;
  /** The groups that the connection was in. It has left them already. */
  readonly groups: readonly string[];
}

/** A connection as a hub sees it. */
export interface HubConnectionInfo<Items = Record<string, unknown>> {
  /** Public: may be shown to other clients. Not the connection token. */
  readonly id: string;
  /** Who is connected, as `authenticate` said. */
  readonly user: string | undefined;
  /** What `authenticate` said about the user, whole. */
  readonly identity: Identity | undefined;
  /** A bag of one's own for the life of the connection. */
  readonly items: Items;
  /** The request that opened the connection: path, query, headers, address. */
  readonly request: ConnectRequest;
  /** The mini program that the client says it is, by its `Referer`: a hint, since others can forge that header. */
  readonly miniProgram: MiniProgram | undefined;
  /** The hub protocol in use: `json` or `messagepack`. */
  readonly protocol: string;
  /** The transport in use. */
  readonly transport: string;
  /** How often the connection came back by stateful reconnect, without anything lost. 0 without it. */
  readonly resumes: number;
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal;
  /** Ends the connection at once: Close without error and without `allowReconnect`. */
  abort(): void;
}

/** What every hub method, `connected` and `disconnected` get first. */
export interface HubContext<Client, Items = Record<string, unknown>> {
  /** The calling connection. */
  readonly connection: HubConnectionInfo<Items>;
  /** Short for `connection.user`. */
  readonly user: string | undefined;
  /** Short for `connection.items`. */
  readonly items: Items;
  /** Whom to send to. */
  readonly clients: HubCallerClients<Client>;
  /** Who is in which group. */
  readonly groups: HubGroups;
  /** Aborted when the caller cancels this invocation, and when the connection ends. */
  readonly signal: AbortSignal;
  /** The headers of the invocation message, for instance `traceparent`. */
  readonly headers: Readonly<Record<string, string>>;
}
