import type { AnyHub } from './contract.ts';
import { toEngineSettings } from './engine-settings.ts';
import { createHandle, type HubConnection } from './hub-connection.ts';
import { HubEngine } from './hub-engine.ts';
import { type HubConnectionOptions, hubDefaults } from './hub-options.ts';
import type { Fresh } from './route.ts';

interface Shared {
  readonly url: Fresh<string>;
  readonly platform: unknown;
  readonly protocol: string;
  readonly engine: HubEngine;
  holders: number;
}

let sharedEngines: Shared[] = [];

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
  const settings = toEngineSettings(url, options);
  const { platform, codec } = settings;
  const mayShare = options.share ?? !settings.tokenInQuery;
  const create = (): HubEngine => new HubEngine(settings);
  const take = () => {
    let shared = sharedEngines.find(
      (other) => mayShare && other.url === url && other.platform === platform && other.protocol === codec.name,
    );
    if (shared === undefined) {
      shared = { url, platform, protocol: codec.name, engine: create(), holders: 0 };
      if (mayShare) sharedEngines.push(shared);
    }
    const entry = shared;
    entry.holders++;
    return {
      engine: entry.engine,
      release: () => {
        if (--entry.holders > 0) return undefined;
        sharedEngines = sharedEngines.filter((other) => other !== entry);
        return entry.engine.stop();
      },
    };
  };
  const connection = createHandle(take, create, options.maxStreamItems ?? hubDefaults.maxStreamItems);
  // Told by the state; `start()` tells who asks.
  connection.start().then(undefined, () => {});
  return connection as HubConnection<Hub>;
}
