import type { Clock } from './clock.ts';
import type { Compression, HubLimits, RawLimits, ServerLimits, SlowClients, StatefulReconnect } from './defaults.ts';
import type { HubFilter } from './filters/hub-filter.ts';
import type { TrustProxy } from './http/client-address.ts';
import type { Authenticate, Authorize } from './http/connect-request.ts';
import type { HealthPaths } from './http/health.ts';
import type { OnRefresh } from './http/identity-refresh.ts';
import type { Redirect } from './http/negotiate-answer.ts';
import type { OriginPolicy } from './http/origin-policy.ts';
import type { SelectSubprotocol } from './http/web-socket-handshakes.ts';
import type { RateLimits } from './limits/rate-limits.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { RawSendOptions } from './raw/raw-handler.ts';
import type { TransportName } from './transport/transport.ts';

/** What every endpoint may have for itself, or take from the server. */
export interface EndpointOptions {
  /** Who sends a request. @defaultValue everybody is anonymous */
  readonly authenticate?: Authenticate;
  /** Who may connect at all. @defaultValue everybody whom `authenticate` lets pass */
  readonly authorize?: Authorize;
  /** Which transports are offered, in the order in which clients are to try them. @defaultValue all three */
  readonly transports?: readonly TransportName[];
  /**
   * WebSockets switched off or on, as `system.webServer/webSocket enabled` does it in IIS: `{ enabled: false }` leaves
   * the other two of `transports`. @defaultValue on
   */
  readonly webSocket?: { readonly enabled: boolean };
  /** Sends clients elsewhere when they negotiate. @defaultValue nobody is sent elsewhere */
  readonly redirect?: Redirect;
  /** Which web pages may connect. @defaultValue 'same-origin' */
  readonly allowedOrigins?: OriginPolicy;
  /**
   * Which mini programs may connect, by app id. It asks only those who say that they are one, by their Referer; see
   * {@link MiniProgram}. @defaultValue all of them
   */
  readonly allowedAppIds?: readonly string[];
  /** How often clients may do things. @defaultValue as often as they like */
  readonly rateLimits?: RateLimits;
  /**
   * Whether WebSocket messages are compressed (permessage-deflate) for clients that can; `true` means the defaults.
   * Do not turn it on where secrets are sent beside what others may write, see `compress` of {@link RawSendOptions}.
   * @defaultValue false
   */
  readonly compression?: boolean | Partial<Compression>;
  /** Which WebSocket sub-protocol is agreed on. @defaultValue the first that the client offers */
  readonly selectSubprotocol?: SelectSubprotocol;
}

/** What a hub may have for itself, or take from the server. */
export interface MapOptions<Client = unknown, Items = unknown> extends EndpointOptions {
  /**
   * What goes around methods, `connected` and `disconnected`. Those of the server are outside of those of the hub, each
   * list in its order. @defaultValue none
   */
  readonly filters?: readonly HubFilter<Client, Items>[];
  /** Limits and intervals of this hub. */
  readonly limits?: Partial<HubLimits>;
  /**
   * Lets connections survive the loss of their socket: nothing lost, nothing doubled, order kept. `true` means the
   * defaults. @defaultValue off (as SignalR's AllowStatefulReconnects)
   * @see {@link StatefulReconnect}
   */
  readonly statefulReconnect?: boolean | Partial<StatefulReconnect>;
  /**
   * What happens when a client does not take what is sent to it. A send can have a policy of its own:
   * `clients.group('traders').with({ policy: 'latest', key: 'AAPL' })`.
   * @defaultValue it is disconnected when more than `limits.maxBufferedBytes` wait
   */
  readonly slowClients?: Partial<SlowClients>;
  /**
   * Whether a connection is ended, and may reconnect, when its identity's `expiresAtMs` has come.
   * @defaultValue false (as SignalR's CloseOnAuthenticationExpiration)
   */
  readonly closeOnExpiration?: boolean;
  /**
   * Lets clients renew their token without a reconnect: by `POST {path}/refresh` as in .NET 11, and by the hub method
   * `minihub:refresh` for clients that cannot reach a second endpoint. A function has the last word on each renewal.
   * @defaultValue false (as SignalR's EnableAuthenticationRefresh)
   */
  readonly identityRefresh?: boolean | OnRefresh;
  /**
   * Whether the texts of unexpected errors are sent to clients: for development.
   * `HubError` messages are sent in any case. @defaultValue false
   */
  readonly detailedErrors?: boolean;
}

/** What a raw endpoint may have for itself, or take from the server. */
export interface MapRawOptions extends EndpointOptions {
  /** Limits of this endpoint. */
  readonly limits?: Partial<RawLimits>;
  /** What happens when a client does not take what is sent to it. @defaultValue it is cut off when more than `limits.maxBufferedBytes` wait */
  readonly slowClients?: Pick<RawSendOptions, 'policy'>;
}

/** What {@link createHubServer} takes. */
export interface HubServerOptions extends MapOptions {
  /**
   * Answers `GET /healthz` (alive) and `GET /readyz` (ready for clients), or at paths of one's own.
   * @defaultValue false
   */
  readonly health?: boolean | HealthPaths;
  /** Limits of the whole server. */
  readonly serverLimits?: Partial<ServerLimits>;
  /** Whose `X-Forwarded-For` is believed. @defaultValue nobody's: the address is that of the TCP peer */
  readonly trustProxy?: TrustProxy;
  /** Where events go: anything like pino. @defaultValue silent */
  readonly logger?: Logger;
  /** Where metrics go; several exporters may listen at once. @defaultValue nowhere, which costs nothing */
  readonly metrics?: Metrics | readonly Metrics[];
  /** Time; tests hand in their own. @defaultValue the machine's */
  readonly clock?: Clock;
}

/** How {@link HubServer.attach} attaches. */
export interface AttachOptions {
  /**
   * Whether a plain handshake for a WebSocket at a mapped path is answered without `node:http`, which costs less: sockets of
   * the HTTP server are looked at before its parser sees them, and given to it unless they begin with exactly that.
   * Applications see no difference. It happens only on servers of `node:http` and `node:https` on which nobody else listens
   * for upgrades, and with `headersTimeout` and `requestTimeout` of five seconds at least (or none), and no `timeout`.
   * `false` leaves every request to `node:http`. @defaultValue true
   */
  readonly directUpgrades?: boolean;
}

/** How {@link HubServer.close} takes its time. */
export interface CloseOptions {
  /** How long clients may take to go before they are cut, in milliseconds. @defaultValue 5_000 */
  readonly deadlineMs?: number;
}
