import type { HubCodec } from '@minihub/protocol';
import { anyHost } from '../hub/any-host.ts';
import { toEngineSettings } from '../hub/engine-settings.ts';
import { toAbsoluteUrl } from '../hub/host-platform.ts';
import type { HubConnectionOptions } from '../hub/hub-options.ts';
import type { Platform } from '../web-socket/platform.ts';
import {
  type IHttpConnectionOptions,
  type IRetryPolicy,
  type IStatefulReconnectOptions,
  type RetryContext,
  toHttp,
} from './connection-options.ts';
import { HubConnection } from './hub-connection.ts';
import { HttpTransportType, type IHubProtocol, JsonHubProtocol, toCodec } from './hub-protocol.ts';
import { type ILogger, type LogLevel, NullLogger, toLogger } from './logging.ts';

/** Microsoft's: at once, then after 2, 10 and 30 seconds. */
const defaultDelays = [0, 2_000, 10_000, 30_000];

/** What an entry adds to the options of `connect`: fall-back transports, HTTP with cookies. */
export type Extend = (options: IHttpConnectionOptions) => Pick<HubConnectionOptions, 'fallbacks' | 'http'>;

/** Builds a {@link HubConnection}. */
export class HubConnectionBuilder {
  /** What the entry that this class is exported from has besides WebSockets. */
  protected readonly extend: Extend = () => ({});
  private url: string | undefined;
  private options: IHttpConnectionOptions = {};
  private protocol: IHubProtocol | HubCodec | undefined;
  private nextDelay: ((context: RetryContext) => number | null) | undefined;
  private logger: ILogger | undefined;
  private serverTimeoutMs: number = 30_000;
  private keepAliveIntervalMs: number = 15_000;
  private stateful: { readonly bufferSize?: number } | undefined;

  /**
   * Logs, to the console from a level up, or to a logger. Without it nothing is logged, where Microsoft's client writes to
   * the console.
   */
  configureLogging(logging: LogLevel | string | ILogger): this {
    this.logger = toLogger(required(logging, 'logging'));
    return this;
  }

  /** Where the hub is, and how to get there. */
  withUrl(url: string, transportTypeOrOptions?: HttpTransportType | IHttpConnectionOptions): this {
    if (!required(url, 'url')) throw new Error("The 'url' argument should not be empty.");
    this.url = url;
    this.options =
      typeof transportTypeOrOptions === 'object' ? transportTypeOrOptions : withTransport(transportTypeOrOptions);
    return this;
  }

  /** Which hub protocol to speak. @defaultValue JSON */
  withHubProtocol(protocol: IHubProtocol | HubCodec): this {
    this.protocol = required(protocol, 'protocol');
    return this;
  }

  /** Comes back after a loss: after these delays in milliseconds, or as the policy says. @defaultValue [0, 2000, 10000, 30000] */
  withAutomaticReconnect(retryDelaysOrReconnectPolicy: readonly number[] | IRetryPolicy = defaultDelays): this {
    if (this.nextDelay !== undefined) throw new Error('A reconnectPolicy has already been set.');
    const given = retryDelaysOrReconnectPolicy;
    this.nextDelay =
      'nextRetryDelayInMilliseconds' in given
        ? (context) => given.nextRetryDelayInMilliseconds(context)
        : ({ previousRetryCount }) => given[previousRetryCount] ?? null;
    return this;
  }

  /** How long the server may be silent, in milliseconds. @defaultValue 30_000 */
  withServerTimeout(milliseconds: number): this {
    this.serverTimeoutMs = required(milliseconds, 'milliseconds');
    return this;
  }

  /** How long the client may send nothing before it pings, in milliseconds. @defaultValue 15_000 */
  withKeepAliveInterval(milliseconds: number): this {
    this.keepAliveIntervalMs = required(milliseconds, 'milliseconds');
    return this;
  }

  /** Resumes a lost connection where the server allows it. */
  withStatefulReconnect(options: Partial<IStatefulReconnectOptions> = {}): this {
    this.stateful = options;
    return this;
  }

  /** @throws Error without `withUrl`, MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM */
  build(): HubConnection {
    const { url, options, stateful } = this;
    if (url === undefined) {
      throw new Error("The 'HubConnectionBuilder.withUrl' method must be called before building the connection.");
    }
    const logger = this.logger ?? (options.logger === undefined ? NullLogger.instance : toLogger(options.logger));
    const connectOptions: { -readonly [Name in keyof HubConnectionOptions]: HubConnectionOptions[Name] } = {
      ...toConnectOptions(options, this.extend(options)),
      protocol: toCodec(this.protocol ?? new JsonHubProtocol(), logger),
      statefulReconnect: stateful !== undefined,
    };
    if (stateful?.bufferSize !== undefined) connectOptions.resumeBufferBytes = stateful.bufferSize;
    return new HubConnection({
      baseUrl: url,
      logger,
      serverTimeoutMs: this.serverTimeoutMs,
      keepAliveIntervalMs: this.keepAliveIntervalMs,
      nextDelay: this.nextDelay,
      settings: (current) => toEngineSettings(() => toAbsoluteUrl(current()), connectOptions, anyHost),
    });
  }
}

function required<T>(value: T, name: string): T {
  if (value === undefined || value === null) throw new Error(`The '${name}' argument is required.`);
  return value;
}

function withTransport(transport: HttpTransportType | undefined): IHttpConnectionOptions {
  return transport === undefined ? {} : { transport };
}

function toConnectOptions(options: IHttpConnectionOptions, extra: ReturnType<Extend>): HubConnectionOptions {
  const { accessTokenFactory, skipNegotiation = false, httpClient, timeout, withCredentials = true } = options;
  const all = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
  // 0 stands for "no preference", as there.
  const transport = options.transport || all;
  if (skipNegotiation && transport !== HttpTransportType.WebSockets) {
    throw new Error('Negotiation can only be skipped when using the WebSocket transport directly.');
  }
  const result: { -readonly [Name in keyof HubConnectionOptions]: HubConnectionOptions[Name] } = {
    ...extra,
    negotiate: !skipNegotiation,
    webSockets: (transport & HttpTransportType.WebSockets) !== 0,
    fallbacks: (extra.fallbacks ?? []).filter(({ name }) => (transport & HttpTransportType[name]) !== 0),
  };
  if (accessTokenFactory !== undefined) result.accessToken = () => accessTokenFactory();
  if (httpClient !== undefined) result.http = toHttp(httpClient, withCredentials);
  if (timeout !== undefined) result.connectTimeoutMs = timeout;
  if (options.WebSocket !== undefined) result.platform = options.WebSocket as Platform;
  return { ...result, ...options };
}
