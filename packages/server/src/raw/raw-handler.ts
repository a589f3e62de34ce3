import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import type { MiniProgram } from '../http/mini-program.ts';
import type { DisconnectInfo } from '../hub/hub-context.ts';
import type { SlowClientPolicy } from '../outbound/send-options.ts';

/** How a message of a raw endpoint is sent. What is left out is as the endpoint has it. */
export interface RawSendOptions {
  /**
   * What happens when the client is slow. To wait for it, use {@link RawConnection.writable}.
   * @defaultValue the endpoint's `slowClients.policy`
   */
  readonly policy?: Exclude<SlowClientPolicy, 'wait'>;
  /** Which messages belong together, for `latest` and `drop-oldest`. @defaultValue all that are sent without one */
  readonly key?: string;
  /** Whether it may be compressed where the endpoint compresses; false for secrets. @defaultValue true */
  readonly compress?: boolean;
}

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
  /** The mini program that the client says it is, by its `Referer`: a hint, since others can forge that header. */
  readonly miniProgram: MiniProgram | undefined;
  /** The WebSocket sub-protocol that was agreed on; empty when there is none. */
  readonly subprotocol: string;
  /** A bag of one's own for the life of the connection. */
  readonly items: Record<string, unknown>;
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal;
  /** Bytes that have not left the process. */
  readonly bufferedBytes: number;
  /**
   * Sends a text message or a binary one. After the end it does nothing. Bytes are copied: they may be changed as
   * soon as it returns. The messages of one turn of the event loop leave in one write.
   * @throws MH_SERVER_INVALID_OPTION
   * @example connection.send(frame, { policy: 'latest', key: 'camera 1' });
   */
  send(data: string | Uint8Array, options?: RawSendOptions): void;
  /**
   * Resolved when what was sent has mostly left the process, and when the connection has ended: for back-pressure.
   * @example for await (const row of rows) { connection.send(row); await connection.writable(); }
   */
  writable(): Promise<void>;
  /**
   * Ends the connection. What was sent before still goes out; messages that wait for their handler are dropped.
   * Calling it again does nothing.
   * @param code 1000, or one of the application's own from 3000 to 4999. @defaultValue 1000
   * @param reason at most 123 bytes of UTF-8; longer ones are cut between two characters
   * @throws MH_SERVER_INVALID_OPTION for another code
   */
  close(code?: number, reason?: string): void;
}

/** What `disconnected` of a {@link RawHandler} is told. */
export interface RawDisconnectInfo extends Omit<DisconnectInfo, 'groups'> {
  /**
   * The code of the client's close frame, as in the WHATWG `CloseEvent`: 1005 when the frame had none, 1006 when no
   * close frame came.
   */
  readonly code: number;
  /** The reason of the client's close frame; empty when it gave none. */
  readonly reason: string;
}

/**
 * What a raw endpoint does. The handlers of one connection run one after another, in order; asynchronous ones are
 * waited for. A handler that throws ends its connection with 1011, and nothing else.
 */
export interface RawHandler {
  /**
   * A client has connected. No message is delivered before it has finished. When it throws, `disconnected` is not
   * called.
   */
  connecting?(connection: RawConnection): unknown;
  /** A message has come: text as `string`, binary as `Buffer`, which is the handler's to keep. */
  message?(connection: RawConnection, data: string | Buffer): unknown;
  /**
   * The connection has ended. Called once, after the messages before it. What the client sent before it left is
   * still handled; what it sent before the server ended the connection may not be.
   */
  disconnected?(connection: RawConnection, info: RawDisconnectInfo): unknown;
}
