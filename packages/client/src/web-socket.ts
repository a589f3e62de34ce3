// The entry for who needs the WebSocket class on WeChat or one of its clones, and nothing else.
import { clientError } from './errors.ts';
import type { MiniWebSocketClass } from './web-socket/mini-web-socket.ts';
import type { WxPlatform } from './web-socket/platform.ts';
import { defineWebSocketClass } from './web-socket/web-socket-class.ts';
import type { WebSocketClassOptions } from './web-socket/web-socket-options.ts';
import { wxDriver } from './web-socket/wx-driver.ts';

export type { MiniWebSocketClass, WebSocketClassOptions, WxPlatform };

/**
 * As `createWebSocketClass` of the main entry, for WeChat and its clones only (`wx`, `qq`, `swan`, `tt`, `ks`, `jd`): the
 * smallest thing that makes a WebSocket class.
 * @throws MinihubError `MH_CLIENT_UNSUPPORTED_PLATFORM`
 */
export function createWebSocketClass(
  wx: WxPlatform,
  options?: Omit<WebSocketClassOptions, 'platform' | 'container'>,
): MiniWebSocketClass {
  if (typeof (wx as WxPlatform | undefined)?.connectSocket !== 'function')
    throw clientError('MH_CLIENT_UNSUPPORTED_PLATFORM', 'Pass wx');
  return defineWebSocketClass(wxDriver(wx), wx, options);
}
