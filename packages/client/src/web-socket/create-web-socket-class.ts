import type { MiniWebSocketClass } from './mini-web-socket.ts';
import { driverFor, type Platform } from './platform.ts';
import { defineWebSocketClass } from './web-socket-class.ts';
import type { WebSocketClassOptions } from './web-socket-options.ts';

/**
 * Makes a WHATWG `WebSocket` class over a mini program's platform object, for any library that takes a WebSocket constructor.
 * Nothing global is read or patched. uni-app and Taro: pass the native object (`wx`, `my`, `tt`…), not the framework's wrapper.
 *
 * @example
 * const WebSocket = createWebSocketClass(wx);
 * const socket = new WebSocket('wss://example.com/chat');
 * socket.onmessage = (event) => this.setData({ text: event.data });
 *
 * @throws MinihubError `MH_CLIENT_UNSUPPORTED_PLATFORM`, `MH_CLIENT_INVALID_OPTION`
 * @see https://websockets.spec.whatwg.org/
 */
export function createWebSocketClass(platform: Platform, options: WebSocketClassOptions = {}): MiniWebSocketClass {
  return defineWebSocketClass(driverFor(platform, options.platform, options.container), platform, options);
}
