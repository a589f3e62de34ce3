import type { HttpClient as MinihubHttpClient } from '../hub/http.ts';
import type { HubConnectionOptions } from '../hub/hub-options.ts';
import type { HttpTransportType } from './hub-protocol.ts';
import type { ILogger, LogLevel } from './logging.ts';

/** An HTTP client of Microsoft's kind. */
export interface HttpClientLike {
  send(request: {
    readonly method?: string;
    readonly url?: string;
    readonly content?: string | ArrayBuffer;
    readonly headers?: { [name: string]: string };
    readonly responseType?: string;
    readonly timeout?: number;
    readonly withCredentials?: boolean;
  }): PromiseLike<{ readonly statusCode: number; readonly content?: string | ArrayBuffer }>;
}

/**
 * Options of `withUrl`, as Microsoft's client has them; `logMessageContent` is accepted and means nothing. Those of
 * `connect` are accepted too (`platform`, `container`, …), and win.
 */
export interface IHttpConnectionOptions extends HubConnectionOptions {
  /** Is asked for the access token before each attempt. */
  accessTokenFactory?(): string | Promise<string>;
  /** The transports that may be used. @defaultValue all that there are */
  readonly transport?: HttpTransportType;
  /** Connects a WebSocket right away. Only with `transport: HttpTransportType.WebSockets`. @defaultValue false */
  readonly skipNegotiation?: boolean;
  /** Whether HTTP requests carry cookies to other origins. @defaultValue true */
  readonly withCredentials?: boolean;
  /** Time for an attempt, in milliseconds. @defaultValue 20_000 */
  readonly timeout?: number;
  readonly httpClient?: HttpClientLike;
  readonly logger?: ILogger | LogLevel;
  readonly logMessageContent?: boolean;
  /** A WebSocket class to use. */
  readonly WebSocket?: unknown;
  /** A class of EventSource to use. */
  readonly EventSource?: unknown;
}

/** How often and how long a lost connection is tried again. */
export interface IRetryPolicy {
  /** The delay in milliseconds, or null to give up. */
  nextRetryDelayInMilliseconds(retryContext: RetryContext): number | null;
}

/** What an {@link IRetryPolicy} is told. */
export interface RetryContext {
  readonly previousRetryCount: number;
  readonly elapsedMilliseconds: number;
  readonly retryReason: Error;
}

/** Options of `withStatefulReconnect`. */
export interface IStatefulReconnectOptions {
  /** Bytes that may wait for the server's acknowledgement. @defaultValue 100_000 */
  readonly bufferSize: number;
}

/** Makes an {@link HttpClientLike} one of ours. */
export function toHttp(client: HttpClientLike, withCredentials: boolean): MinihubHttpClient {
  return ({ method, url, headers, body, timeoutMs, responseType }) =>
    Promise.resolve(
      client.send({
        method,
        url,
        headers: { ...headers },
        responseType: responseType ?? 'text',
        withCredentials,
        ...(timeoutMs > 0 ? { timeout: timeoutMs } : {}),
        ...(body === undefined
          ? {}
          : { content: typeof body === 'string' ? body : (body.slice().buffer as ArrayBuffer) }),
      }),
    ).then(
      ({ statusCode, content }) => ({ status: statusCode, body: content ?? '' }),
      (error: { statusCode?: number }) => {
        // Microsoft's clients reject for an error status, where ours resolve.
        if (typeof error.statusCode === 'number') return { status: error.statusCode, body: '' };
        throw error;
      },
    );
}
