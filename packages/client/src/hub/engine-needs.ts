import type { HostTimers } from '../web-socket/host.ts';
import type { ReportError } from './callbacks.ts';
import type { SessionSettings } from './client-session.ts';
import type { PhoneEvents } from './phone-watch.ts';
import type { ReconnectDelay } from './reconnect-policy.ts';
import type { RouteSettings } from './route.ts';
import type { QueueLimits } from './send-queue.ts';

/** Everything that an engine has to know; `connect` and the SignalR surface make it from their options. */
export interface EngineSettings
  extends RouteSettings,
    Omit<SessionSettings, 'resumeBufferBytes' | 'isUndecided'>,
    QueueLimits {
  readonly resumeBufferBytes: number;
  /** How long a lost connection may be resumed, in milliseconds: the server's window. */
  readonly resumeWindowMs: number;
  readonly closeTimeoutMs: number;
  /** `undefined`: never. */
  readonly reconnect: ReconnectDelay | undefined;
  readonly retryFirstStart: boolean;
  /** Whether what is sent while there is no connection waits for one. */
  readonly queueing: boolean;
  readonly platform: PhoneEvents;
  readonly timers: HostTimers;
  readonly random: () => number;
  readonly report: ReportError;
}
