import { clientError } from '../errors.ts';
import { type AlipaySockets, alipayDriver } from './alipay-driver.ts';
import type { AppEvents } from './app-watch.ts';
import { type ContainerOptions, containerDriver, type WxCloud } from './container-driver.ts';
import { frameworkDriver } from './promised-port.ts';
import type { SocketDriver } from './socket-port.ts';
import { type StandardSocketClass, standardDriver } from './standard-driver.ts';
import type { WxSockets } from './wx-driver.ts';

/** Names of the drivers; see `WebSocketClassOptions.platform`. */
export type PlatformName = 'wx' | 'alipay' | 'container' | 'standard';

/** WeChat's `wx` (or `qq`, `swan`, `tt`, `ks`, `jd`): the native object, not a framework's wrapper. */
export interface WxPlatform extends WxSockets, AppEvents {
  readonly cloud?: WxCloud;
}

/** Alipay's `my`. */
export interface AlipayPlatform extends AlipaySockets, AppEvents {}

/** What a class of WebSockets can be made for. A constructor stands for a standard implementation. */
export type Platform = WxPlatform | AlipayPlatform | WxCloud | { readonly WebSocket: unknown } | StandardConstructor;

/** Any constructor that looks like a standard WebSocket's: a browser's, Node's, or the `ws` package's. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters of these constructors have no common type.
export type StandardConstructor = new (...parameters: any[]) => object;

type Probe = { readonly [member: string]: unknown };

/** Finds out what kind of platform an object is; undefined when it cannot open sockets. */
export function detectPlatform(platform: unknown, container: ContainerOptions | undefined): PlatformName | undefined {
  if (typeof platform === 'function') return 'standard';
  const probe = (platform ?? {}) as Probe;
  if (container !== undefined) return 'container';
  if (typeof probe.connectSocket === 'function') {
    // Members that Alipay has and no clone of WeChat.
    return typeof probe.tradePay === 'function' || typeof probe.getAuthCode === 'function' ? 'alipay' : 'wx';
  }
  if (typeof probe.connectContainer === 'function') return 'container';
  return typeof probe.WebSocket === 'function' ? 'standard' : undefined;
}

/** Chooses the driver. @throws MinihubError `MH_CLIENT_UNSUPPORTED_PLATFORM`, `MH_CLIENT_INVALID_OPTION` */
export function driverFor(platform: unknown, name?: PlatformName, container?: ContainerOptions): SocketDriver {
  const probe = platform as Probe;
  switch (name ?? detectPlatform(platform, container)) {
    case 'wx':
      return frameworkDriver(platform as WxSockets);
    case 'alipay':
      return alipayDriver(platform as AlipaySockets);
    case 'standard':
      return standardDriver((typeof platform === 'function' ? platform : probe.WebSocket) as StandardSocketClass);
    case 'container':
      if (container === undefined) throw clientError('MH_CLIENT_INVALID_OPTION', '`container.service` is needed');
      return containerDriver((probe.connectContainer === undefined ? probe.cloud : platform) as WxCloud, container);
    case undefined:
      throw clientError('MH_CLIENT_UNSUPPORTED_PLATFORM', 'Pass wx, my, another platform object, or a WebSocket class');
  }
}
