import { nothing, type PlatformCallbacks, type PlatformResult } from './platform-result.ts';
import type { SocketDriver, SocketPort, SocketPortEvents, SocketRequest } from './socket-port.ts';

/** The part of WeChat's SocketTask that is used. */
export interface WxSocketTask {
  readonly readyState?: unknown;
  send(options: { data: string | ArrayBuffer } & PlatformCallbacks): unknown;
  close(options: { code?: number; reason?: string } & PlatformCallbacks): unknown;
  onOpen(listener: (result?: { header?: unknown }) => void): void;
  onMessage(listener: (result: { data: string | ArrayBuffer }) => void): void;
  onError(listener: (result: PlatformResult) => void): void;
  onClose(listener: (result?: { code?: number | string; reason?: string }) => void): void;
}

/** Options of `connectSocket` as the driver fills them. */
export interface WxConnectOptions extends PlatformCallbacks {
  url: string;
  header?: { [name: string]: string };
  protocols?: string[];
  timeout?: number;
  perMessageDeflate?: boolean;
  tcpNoDelay?: boolean;
  forceCellularNetwork?: boolean;
}

/** WeChat's `wx`, and what copies it: `qq`, `swan`, `tt`, `ks`, `jd`. */
export interface WxSockets {
  connectSocket(options: WxConnectOptions): unknown;
}

/** What the options of a socket are called here and there. */
const optionNames = {
  headers: 'header',
  connectTimeoutMs: 'timeout',
  perMessageDeflate: 'perMessageDeflate',
  tcpNoDelay: 'tcpNoDelay',
  forceCellularNetwork: 'forceCellularNetwork',
} as const;

/** The options of `connectSocket`. What is not set is left out, because some platforms refuse `undefined`. */
export function connectOptions({ url, protocols, options }: SocketRequest, events: SocketPortEvents): WxConnectOptions {
  const result: { [name: string]: unknown } = {
    url,
    success: nothing, // uni-app gives a task, not a promise, only to callers that pass a callback
    fail: events.error,
  };
  if (protocols.length > 0) result.protocols = protocols.slice();
  for (const name in optionNames) {
    const value = options[name as keyof typeof optionNames];
    if (value || value === false) result[optionNames[name as keyof typeof optionNames]] = value;
  }
  return result as unknown as WxConnectOptions;
}

/** The options of `close`. */
export function closeOptions(
  code: number | undefined,
  reason: string,
  fail: (failure: unknown) => void,
): Parameters<WxSocketTask['close']>[0] {
  const options: Parameters<WxSocketTask['close']>[0] = { fail };
  if (code) options.code = code;
  if (reason) options.reason = reason;
  return options;
}

/** The options of `send` beside the data. */
export function sendCallbacks(done: (failure?: unknown) => void): PlatformCallbacks {
  return { fail: (failure) => done(failure || 'send:fail'), complete: () => done() };
}

/** A port over a SocketTask. */
export function taskPort(task: WxSocketTask | undefined, events: SocketPortEvents): SocketPort {
  // No task at all: the call's own `fail` says why, and if it does not, the handshake times out.
  if (!task) return { send: nothing, close: nothing, readyState: nothing };
  task.onOpen((result) => events.open(result?.header));
  task.onMessage((result) => events.message(result.data));
  task.onError(events.error);
  task.onClose((result) => {
    // Douyin gives the code as a string now and then.
    events.close(Number(result?.code), result?.reason || '');
  });
  return {
    send(data, done) {
      task.send(Object.assign({ data }, sendCallbacks(done)));
    },
    close(code, reason, failed) {
      task.close(closeOptions(code, reason, failed));
    },
    readyState: () => task.readyState,
  };
}

/** WeChat and its clones. */
export function wxDriver(platform: WxSockets): SocketDriver {
  return (request, events) =>
    taskPort(platform.connectSocket(connectOptions(request, events)) as WxSocketTask | undefined, events);
}
