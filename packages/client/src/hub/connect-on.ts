import { toEngineSettings } from './engine-settings.ts';
import type { FindHost } from './host.ts';
import { createHandle, type HubConnection } from './hub-connection.ts';
import { HubEngine } from './hub-engine.ts';
import type { HubConnectionOptions } from './hub-options.ts';
import type { Fresh } from './route.ts';

interface Shared {
  readonly url: Fresh<string>;
  readonly platform: unknown;
  readonly protocol: string;
  readonly engine: HubEngine;
  holders: number;
}

let sharedEngines: Shared[] = [];

/** Connects on a host; see `connect`. */
export function connectOn(findHost: FindHost, url: Fresh<string>, options: HubConnectionOptions): HubConnection {
  const settings = toEngineSettings(url, options, findHost);
  const { platform, codec } = settings;
  const mayShare = options.share ?? !settings.tokenInQuery;
  const create = (): HubEngine => new HubEngine(settings);
  const take = () => {
    let shared = sharedEngines.find(
      (other) => mayShare && other.url === url && other.platform === platform && other.protocol === codec.name,
    );
    if (!shared) {
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
  const connection = createHandle(take, create, settings.maxStreamItems);
  // Told by the state; `start()` tells who asks.
  connection.start().then(undefined, () => {});
  return connection;
}
