import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import type { DisconnectInfo } from '../hub/hub-context.ts';

/** A connection of a raw endpoint: one message out is one message on the wire. */
export interface RawConnection {
  /** Public: may be shown to other clients. */
  readonly id: string;
  /** Who is connected, as `authenticate` said. */
  readonly user: string | undefined;
  /** What `authenticate` said about the user, whole. */
  readonly identity: Identity | undefined;
  /** The request that opened the connection. */
  readonly request: ConnectRequest;
  /** The WebSocket sub-protocol that was agreed on; empty when there is none. */
  readonly subprotocol: string;
  /** A bag of one's own for the life of the connection. */
  readonly items: Record<string, unknown>;
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal;
  /** Bytes that have not left the process. */
  readonly bufferedBytes: number;
  /** Sends a text message or a binary one. After the end it does nothing. */
  send(data: string | Uint8Array): void;
  /** Resolved when what was sent has mostly left the process: for back-pressure. */
  writable(): Promise<void>;
  /**
   * Ends the connection.
   * @param code 1000, or one of the application's own from 3000 to 4999. @defaultValue 1000
   * @param reason at most 123 bytes of UTF-8; longer ones are cut
   * @throws MH_SERVER_INVALID_OPTION for another code
   */
  close(code?: number, reason?: string): void;
}

/**
 * What a raw endpoint does. The handlers of one connection run one after another, in order; asynchronous ones are
 * waited for. A handler that throws ends its connection with 1011, and nothing else.
 */
export interface RawHandler {
  /** A client has connected. No message is delivered before it has finished. */
  readonly connecting?: (connection: RawConnection) => unknown;
  /** A message has come: text as `string`, binary as `Buffer`, which is the handler's to keep. */
  readonly message?: (connection: RawConnection, data: string | Buffer) => unknown;
  /** The connection has ended. */
  readonly disconnected?: (connection: RawConnection, info: DisconnectInfo) => unknown;
}
