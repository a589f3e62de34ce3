// The hub connection for mini programs of WeChat and its clones: as `hub.ts`, without the drivers of other hosts.
import { connectOn } from './hub/connect-on.ts';
import type { AnyHub } from './hub/contract.ts';
import type { HubConnection } from './hub/hub-connection.ts';
import type { HubConnectionOptions } from './hub/hub-options.ts';
import type { Fresh } from './hub/route.ts';
import { wxHost } from './hub/wx-host.ts';

/** As `connect` of `hub.ts`. @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM also for other platforms */
export function connect<Hub = AnyHub>(url: Fresh<string>, options: HubConnectionOptions = {}): HubConnection<Hub> {
  return connectOn(wxHost, url, options) as HubConnection<Hub>;
}
