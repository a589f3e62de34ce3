import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import type { DisconnectInfo } from '../hub/hub-context.ts';
import type { SenparcMessage } from './senparc-message.ts';

/**
 * A connection as a Senparc handler sees it, whichever of the two ways it came. There is one for each connection, the
 * same in every call, and it may be kept: after the end it sends nothing.
 *
 * A text is sent as the JSON `{"content": text, "time": local date and time}`: as one text message on the raw path,
 * as the argument of the callback on the hub path. The promises are fulfilled when it is in the outbound queues.
 */
export interface SenparcHelper {
  /** Public: may be shown to other clients. */
  readonly connectionId: string;
  /** Which way the client came: the raw path, or the hub path. */
  readonly via: 'webSocket' | 'hub';
  /** Who is connected, as `authenticate` said. */
  readonly user: string | undefined;
  /** What `authenticate` said about the user, whole. */
  readonly identity: Identity | undefined;
  /** The request that opened the connection. */
  readonly request: ConnectRequest;
  /** A bag of one's own for the life of the connection. */
  readonly items: Record<string, unknown>;
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal;
  /** Sends a text to this client. */
  sendMessage(text: string): Promise<void>;
  /** Sends a text to every other client of the same registration, on all of its paths, raw and hub. */
  sendMessageToOthers(text: string): Promise<void>;
  /** Sends a text to every client of the same registration, this one included. */
  sendMessageToAll(text: string): Promise<void>;
  /** Ends the connection. */
  close(): void;
}

/** Why a connection of a Senparc handler ended. */
export type SenparcDisconnectInfo = Omit<DisconnectInfo, 'groups'>;

/**
 * What is to be done with the clients of Senparc.WebSocket: an object, or an instance of a class. It serves both the
 * raw path and the hub path. The calls for one connection come one after another; asynchronous ones are waited for.
 *
 * What it throws is logged and ends no connection. A hub client that invoked the message gets an error as its answer.
 */
export interface SenparcHandler {
  /** A client has connected. Its messages wait until this has finished. */
  onConnect?(helper: SenparcHelper): unknown;
  /**
   * A message has come.
   * @param original what the client sent, to the letter
   */
  onMessage(helper: SenparcHelper, message: SenparcMessage, original: string): unknown;
  /** A client has gone. */
  onDisconnect?(helper: SenparcHelper, info: SenparcDisconnectInfo): unknown;
}
