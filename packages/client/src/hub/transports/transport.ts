import type { MinihubError } from '@minihub/protocol';

/** Where and how to connect. */
export interface TransportTarget {
  /** Absolute, with the connection token and the user's query. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** How long opening may take, in milliseconds; 0 is no limit of the transport's own. */
  readonly timeoutMs: number;
}

/** What a transport tells. Nothing is told after `closed`, and nothing before the transport was returned. */
export interface TransportEvents {
  opened(): void;
  received(data: string | ArrayBuffer): void;
  /** The end; once. `code` is the WebSocket close code where there is one; `error` is absent after a proper end. */
  closed(error?: MinihubError, code?: number): void;
}

/** Carries bytes, nothing else. */
export interface Transport {
  send(data: string | Uint8Array): void;
  /** Ends it; `closed` follows. `toResume`: the server is to keep the connection, another transport will follow. */
  close(toResume: boolean): void;
  /** Asks the platform whether it still believes in the socket; `closed` follows if not. */
  verify?(): void;
  /** Bytes that were given to `send` and are not on their way. */
  bufferedBytes(): number;
}

/** Opens a transport. */
export type OpenTransport = (target: TransportTarget, events: TransportEvents) => Transport;
