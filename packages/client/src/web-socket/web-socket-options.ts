import type { ContainerOptions } from './container-driver.ts';
import type { HostTimers } from './host.ts';
import type { PlatformName } from './platform.ts';
import type { SocketOptions } from './socket-port.ts';

/** Options of {@link createWebSocketClass}. Those of {@link SocketOptions} are defaults for every connection. */
export interface WebSocketClassOptions extends SocketOptions {
  /**
   * The kind of the platform object. Left out, it is found out from the object itself.
   * `wx`: WeChat and its clones (QQ, Baidu, Douyin, Feishu, Kuaishou, JD). `alipay`: Alipay.
   * `container`: WeChat's cloud hosting. `standard`: a constructor of standard WebSockets.
   */
  readonly platform?: PlatformName;
  /** The container of WeChat's cloud hosting to connect to, by `wx.cloud.connectContainer`. */
  readonly container?: ContainerOptions;
  /**
   * How long the platform may take to confirm a `close()`, in milliseconds; 0 turns the check off.
   * @defaultValue 10_000
   */
  readonly closeTimeoutMs?: number;
  /**
   * How long a socket may be silent after the mini program was in the background for five seconds, or after the network
   * changed, before it counts as dead, in milliseconds; 0 turns the check off. Mini programs do not always say that it is.
   * @defaultValue 5_000
   */
  readonly suspectGraceMs?: number;
  /**
   * How long a socket may be silent at any time before it counts as dead, in milliseconds; 0 turns the check off.
   * Only for servers that are known to send something more often than this.
   * @defaultValue 0
   */
  readonly silenceTimeoutMs?: number;
  /** Time and timers, for tests. @defaultValue the host's */
  readonly timers?: HostTimers;
}

/** The defaults of {@link WebSocketClassOptions}, all in milliseconds. */
export const webSocketDefaults = {
  connectTimeoutMs: 60_000,
  closeTimeoutMs: 10_000,
  suspectGraceMs: 5_000,
  silenceTimeoutMs: 0,
} as const;
