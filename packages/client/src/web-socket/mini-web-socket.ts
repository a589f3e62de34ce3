import type { ClientError } from '../errors.ts';
import type { SocketEvent } from './socket-event.ts';
import type { SocketListener, SocketListenerOptions } from './socket-event-target.ts';
import type { SocketOptions } from './socket-port.ts';

/** A message. `data` is a string or an ArrayBuffer. */
export interface MessageSocketEvent extends SocketEvent {
  readonly data: string | ArrayBuffer;
  readonly origin: string;
  readonly lastEventId: string;
}

/** The end of a connection; dispatched once. */
export interface CloseSocketEvent extends SocketEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** A failure. It is always followed by a close event. */
export interface ErrorSocketEvent extends SocketEvent {
  readonly message: string;
  readonly error: ClientError;
}

/** The events of a {@link MiniWebSocket} by name. */
export interface WebSocketEvents {
  open: SocketEvent;
  message: MessageSocketEvent;
  error: ErrorSocketEvent;
  close: CloseSocketEvent;
}

/**
 * The WHATWG WebSocket. Differences: `binaryType` is 'arraybuffer' and cannot be 'blob'; in mini programs exceptions are not
 * DOMExceptions (but have their `name` and `code`).
 * @see https://websockets.spec.whatwg.org/#the-websocket-interface
 */
export interface MiniWebSocket {
  readonly url: string;
  /** 0 not yet established, 1 open, 2 closing, 3 closed or could not be opened. */
  readonly readyState: 0 | 1 | 2 | 3;
  /** Bytes given to `send` and not yet taken by the platform. Does not go back to zero when the connection closes. */
  readonly bufferedAmount: number;
  readonly extensions: string;
  /** The subprotocol that the server chose, or ''. */
  readonly protocol: string;
  binaryType: 'arraybuffer';
  onopen: ((event: SocketEvent) => unknown) | null;
  onmessage: ((event: MessageSocketEvent) => unknown) | null;
  onerror: ((event: ErrorSocketEvent) => unknown) | null;
  onclose: ((event: CloseSocketEvent) => unknown) | null;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  /** Sends a copy of `data`. @throws `InvalidStateError` before the connection is open */
  send(data: string | ArrayBufferLike | ArrayBufferView): void;
  /**
   * Closes; works while connecting too.
   * @throws `InvalidAccessError` for a code that is neither 1000 nor from 3000 to 4999,
   * `SyntaxError` for a reason of more than 123 bytes
   */
  close(code?: number, reason?: string): void;
  addEventListener<K extends keyof WebSocketEvents>(
    type: K,
    listener: SocketListener<WebSocketEvents[K]> | null,
    options?: boolean | SocketListenerOptions,
  ): void;
  removeEventListener<K extends keyof WebSocketEvents>(
    type: K,
    listener: SocketListener<WebSocketEvents[K]> | null,
    options?: boolean | SocketListenerOptions,
  ): void;
  dispatchEvent(event: { readonly type: string }): boolean;
}

/** The class that `createWebSocketClass` makes. */
export interface MiniWebSocketClass {
  /** A third argument, as the `ws` package has it, is for this connection's headers and timeout. */
  new (
    url: string | { toString(): string },
    protocols?: string | readonly string[],
    options?: SocketOptions,
  ): MiniWebSocket;
  readonly prototype: MiniWebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
}
