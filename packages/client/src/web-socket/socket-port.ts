/** What a driver needs to know to open one socket. */
export interface SocketRequest {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly options: SocketOptions;
}

/** Options of one connection; the class has defaults for all of them. */
export interface SocketOptions {
  /** HTTP headers of the handshake. A browser ignores them; a mini program drops `Referer`. */
  readonly headers?: { readonly [name: string]: string };
  /** How long the handshake may take, in milliseconds; 0 turns the class's own timer off. @defaultValue 60_000 */
  readonly connectTimeoutMs?: number;
  /** WeChat: compression. Left out unless set. */
  readonly perMessageDeflate?: boolean;
  /** WeChat: TCP_NODELAY. Left out unless set. */
  readonly tcpNoDelay?: boolean;
  /** WeChat 2.29.0: use the cellular network even on Wi-Fi. Left out unless set. */
  readonly forceCellularNetwork?: boolean;
}

/** What a socket of a platform tells; each may be called late, twice or never (the session sorts it out). */
export interface SocketPortEvents {
  /** The handshake succeeded. `headers` are the response's, when the platform shows them. */
  open(headers: unknown): void;
  message(data: string | ArrayBuffer): void;
  /** `failure`: the platform's own words for what went wrong, or the result that they are in. */
  error(failure: unknown): void;
  /** `code` is absent where the platform does not say. `truthful`: a standard implementation, taken at its word. */
  close(code: number | undefined, reason: string, truthful?: boolean): void;
}

/** One socket of a platform. Failures are the platform's own words, or the result that they are in. */
export interface SocketPort {
  /** Hands data to the platform. `done` may be called more than once and at any time; with a failure, if it is one. */
  send(data: string | ArrayBuffer, done: (failure?: unknown) => void): void;
  /** Asks for a close. `failed` is called when the platform refuses. */
  close(code: number | undefined, reason: string, failed: (failure: unknown) => void): void;
  /** What the platform itself believes about the socket (0 to 3), where it says; a hint only. */
  readyState(): unknown;
  /** Bytes that a standard implementation has queued. Present there only, and then `done` is not needed. */
  queued?(): number;
}

/** Opens a socket of one platform. May throw, or report an error, before it returns. */
export type SocketDriver = (request: SocketRequest, events: SocketPortEvents) => SocketPort;
