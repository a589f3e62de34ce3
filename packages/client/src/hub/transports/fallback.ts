import type { HostTimers } from '../../web-socket/host.ts';
import type { HttpClient } from '../http.ts';
import type { OpenTransport } from './transport.ts';

/** What a fall-back transport is made of. */
export interface FallbackHost {
  readonly http: HttpClient;
  readonly timers: HostTimers;
  /** Whether the hub protocol is binary. */
  readonly binary: boolean;
}

/** A transport for where WebSockets do not get through. They come from `@minihub/client/fallback`. */
export interface FallbackTransport {
  /** As in the answer to negotiate. */
  readonly name: 'ServerSentEvents' | 'LongPolling';
  /** Makes it; undefined when this host cannot have it. */
  create(host: FallbackHost): OpenTransport | undefined;
}
