import type { HostTimers } from '../web-socket/host.ts';
import type { SessionSettings } from './client-session.ts';
import type { QueueLimits } from './outgoing.ts';
import type { PhoneEvents } from './phone-watch.ts';
import type { ReconnectDelay } from './reconnect-policy.ts';
import type { RouteSettings } from './route.ts';

/** Everything that an engine has to know; `connect` and the SignalR surface make it from their options. */
export interface EngineSettings extends RouteSettings, SessionSettings, QueueLimits {
  /** How long a lost connection may be resumed, in milliseconds: the server's window. */
  readonly resumeWindowMs: number;
  readonly closeTimeoutMs: number;
  /** Items of one stream that may wait to be read; 0 is no limit. */
  readonly maxStreamItems: number;
  /** `undefined`: never. */
  readonly reconnect: ReconnectDelay | undefined;
  readonly retryFirstStart: boolean;
  /** Whether what is sent while there is no connection waits for one. */
  readonly queueing: boolean;
  readonly platform: PhoneEvents;
  readonly timers: HostTimers;
  readonly random: () => number;
}
