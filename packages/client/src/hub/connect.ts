import { anyHost } from './any-host.ts';
import { connectOn } from './connect-on.ts';
import type { AnyHub } from './contract.ts';
import type { HubConnection } from './hub-connection.ts';
import type { HubConnectionOptions } from './hub-options.ts';
import type { Fresh } from './route.ts';

/**
 * Connects to a hub. The connection begins at once and comes back by itself; a call made meanwhile waits for it.
 * The type argument is the server's own hub, imported as a type: names, arguments and results are then checked.
 *
 * @param url absolute (`wss://`, `https://`), or a path in a web page; a function is asked again before each new connection
 * @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM, MH_CLIENT_INVALID_OPTION
 * @example
 * import type { chat as chatHub } from '../server/chat.ts';
 * const chat = connect<typeof chatHub>('wss://example.com/chat');
 * chat.on('message', (from, text) => this.setData({ from, text }));
 * await chat.invoke('say', '你好');
 */
export function connect<Hub = AnyHub>(url: Fresh<string>, options: HubConnectionOptions = {}): HubConnection<Hub> {
  return connectOn(anyHost, url, options) as HubConnection<Hub>;
}
