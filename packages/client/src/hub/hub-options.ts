import type { HubCodec } from '@minihub/protocol';
import type { ContainerOptions } from '../web-socket/container-driver.ts';
import type { HostTimers } from '../web-socket/host.ts';
import type { Platform } from '../web-socket/platform.ts';
import type { ReportError } from './callbacks.ts';
import type { HttpClient } from './http.ts';
import type { ReconnectDelay, ReconnectOptions } from './reconnect-policy.ts';
import type { Fresh } from './route.ts';
import type { FallbackTransport } from './transports/fallback.ts';

/** Options of `connect`. Durations are in milliseconds, sizes in bytes. */
export interface HubConnectionOptions {
  /**
   * What opens sockets: `wx`, `my`, `tt`… or a WebSocket class (of the `ws` package, on Node before 22).
   * @defaultValue the host's own: a mini program's object, else the global `WebSocket`
   */
  readonly platform?: Platform;
  /** The same as `platform`; for pages that have a `wx` at hand: `connect(url, { wx })`. */
  readonly wx?: Platform;
  /** The container of WeChat's cloud hosting to connect to, by `wx.cloud.connectContainer`. */
  readonly container?: ContainerOptions;
  /** The access token, as a bearer. A function is asked again before each attempt. */
  readonly accessToken?: Fresh<string | undefined>;
  /** Headers of every request. Browsers ignore them on WebSockets. */
  readonly headers?: { readonly [name: string]: string };
  /**
   * Whether to negotiate first. Mini programs do without by default: negotiation needs the host in a second list of
   * domains, and a load balancer that keeps clients on one server. Needed for redirects and for `statefulReconnect`.
   * @defaultValue true with `statefulReconnect`; else false in mini programs and with `container`, true elsewhere
   */
  readonly negotiate?: boolean;
  /**
   * Resume the connection after a loss, inside the server's window, without losing or doubling a message. The server must
   * allow it. Negotiates unless told not to; with `negotiate: false` the server must be one of minihub that allows that.
   * @defaultValue false
   */
  readonly statefulReconnect?: boolean;
  /** How a lost connection, and the first start, are tried again; a function gives each delay; false: not at all. */
  readonly reconnect?: ReconnectOptions | ReconnectDelay | false;
  /** The hub protocol. @defaultValue JSON; `messagePack()` of `@minihub/client/messagepack` is the other */
  readonly protocol?: HubCodec;
  /** How negotiate is sent. @defaultValue the platform's `request`, else the global `fetch` */
  readonly http?: HttpClient;
  /**
   * What to use, in this order, where WebSockets do not get through: `[serverSentEvents(), longPolling()]` of
   * `@minihub/client/fallback`. The server must offer them, and the connection negotiate.
   * @defaultValue none
   */
  readonly fallbacks?: readonly FallbackTransport[];
  /** Whether WebSockets may be used; false leaves the `fallbacks`. @defaultValue true */
  readonly webSockets?: boolean;
  /**
   * Whether several calls of `connect` with the same URL, platform and protocol use one connection (a mini program may
   * have five sockets). The options of the first count; the connection ends when each has been closed.
   * @defaultValue true in mini programs, else false
   */
  readonly share?: boolean;
  /** What happens to calls made while there is no connection: wait for one, or be refused. @defaultValue 'queue' */
  readonly whileAway?: 'queue' | 'refuse';
  /** Time for everything from the request for a token to the open transport; 0 turns it off. @defaultValue 20_000 */
  readonly connectTimeoutMs?: number;
  /** Time for the server's answer to the handshake; 0 turns it off. @defaultValue 15_000 (as SignalR) */
  readonly handshakeTimeoutMs?: number;
  /** How long the client may send nothing before it pings; 0 turns it off. @defaultValue 15_000 (as SignalR) */
  readonly keepAliveIntervalMs?: number;
  /**
   * How long the server may be silent before the connection counts as lost; at least twice its keep-alive interval.
   * By the wall clock. 0 turns it off.
   * @defaultValue 30_000 (as SignalR)
   */
  readonly serverTimeoutMs?: number;
  /**
   * Time for a sign of life after five seconds in the background or a change of network; 0 turns that check off.
   * @defaultValue 3_000
   */
  readonly probeTimeoutMs?: number;
  /** How long a graceful close may take before it is cut. @defaultValue 5_000 */
  readonly closeTimeoutMs?: number;
  /** How long a resume is tried after a loss: the server's window, which it tells by itself without negotiation. At least one attempt is made. @defaultValue 15_000 (as SignalR) */
  readonly resumeWindowMs?: number;
  /** Bytes that may wait for the server's acknowledgement before further messages wait here; 0 is no limit. @defaultValue 100_000 (as SignalR) */
  readonly resumeBufferBytes?: number;
  /** Bytes of calls that may wait for a connection; further ones are refused; 0 is no limit. @defaultValue 1_048_576 */
  readonly maxQueuedBytes?: number;
  /** How long a call may wait for a connection; 0 is no limit. @defaultValue 30_000 */
  readonly maxQueuedMs?: number;
  /** Items of one stream that may wait to be read before it is cancelled; 0 is no limit. @defaultValue 65_536 */
  readonly maxStreamItems?: number;
  /**
   * Is told about errors that no call reports: what a handler threw (`stage` names it), and attempts to connect that
   * failed (`stage` 'connect').
   * @defaultValue what handlers throw is thrown again in a timer, where the platform reports it
   */
  readonly onError?: ReportError;
  /** Time and timers, for tests. @defaultValue the host's */
  readonly timers?: HostTimers;
  /** Numbers from 0 to 1 for the jitter, for tests. @defaultValue Math.random */
  readonly random?: () => number;
}

/** The numbers among the defaults of {@link HubConnectionOptions}. */
export const hubDefaults = {
  connectTimeoutMs: 20_000,
  handshakeTimeoutMs: 15_000,
  keepAliveIntervalMs: 15_000,
  serverTimeoutMs: 30_000,
  probeTimeoutMs: 3_000,
  closeTimeoutMs: 5_000,
  resumeWindowMs: 15_000,
  resumeBufferBytes: 100_000,
  maxQueuedBytes: 1_048_576,
  maxQueuedMs: 30_000,
  maxStreamItems: 65_536,
} as const;
