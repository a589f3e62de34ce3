import type { SocketDriver } from '../web-socket/socket-port.ts';
import type { HttpClient } from './http.ts';
import type { HubConnectionOptions } from './hub-options.ts';
import type { PhoneEvents } from './phone-watch.ts';

/** What an entry knows about where it runs: how to open sockets there, and how to send requests. */
export interface Host {
  readonly platform: PhoneEvents;
  readonly driver: SocketDriver;
  readonly http: HttpClient | undefined;
  /** A browser or Node: a WebSocket takes no headers, and requests go where sockets go. */
  readonly isStandard: boolean;
}

/** Finds the host, or takes the one that the options name. @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM, MH_CLIENT_INVALID_OPTION */
export type FindHost = (options: HubConnectionOptions) => Host;
