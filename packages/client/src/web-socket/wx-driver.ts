import { failureText, nothing, type PlatformCallbacks, type PlatformResult } from './platform-result.ts';
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

/** The options of `connectSocket`. What is not set is left out, because some platforms refuse `undefined`. */
export function connectOptions(request: SocketRequest, events: SocketPortEvents): WxConnectOptions {
  const { headers, connectTimeoutMs } = request.options;
  const result: WxConnectOptions = {
    url: request.url,
    success: nothing, // uni-app gives a task, not a promise, only to callers that pass a callback
    fail: (failure) => events.error(failureText(failure, 'connectSocket:fail')),
  };
  if (request.protocols.length > 0) result.protocols = request.protocols.slice();
  if (headers !== undefined) result.header = headers;
  if (connectTimeoutMs) result.timeout = connectTimeoutMs;
  const flags = ['perMessageDeflate', 'tcpNoDelay', 'forceCellularNetwork'] as const;
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as (typeof flags)[number];
    const value = request.options[flag];
    if (value !== undefined) result[flag] = value;
  }
  return result;
}

function connectTask(task: WxSocketTask, events: SocketPortEvents): void {
  task.onOpen((result) => events.open(result?.header));
  task.onMessage((result) => events.message(result.data));
  task.onError((result) => events.error(failureText(result, 'socket:fail')));
  task.onClose((result) => {
    // Douyin gives the code as a string now and then.
    const code = Number(result?.code);
    events.close(code > 0 ? code : undefined, result?.reason || '');
  });
}

/** A port over a SocketTask, or over the promise of one (Taro, connectContainer). */
export function taskPort(made: unknown, events: SocketPortEvents): SocketPort {
  let task: WxSocketTask | undefined;
  let abandoned = false;
  const adopt = (value: unknown): void => {
    task = value as WxSocketTask | undefined;
    if (typeof task?.onOpen !== 'function') {
      events.error('connectSocket:fail the platform returned no SocketTask');
    } else {
      connectTask(task, events);
      if (abandoned) port.close(1000, '', nothing);
    }
  };
  const port: SocketPort = {
    send(data, done) {
      task?.send({
        data,
        fail: (failure) => done(failureText(failure, 'send:fail')),
        complete: () => done(),
      });
    },
    close(code, reason, failed) {
      abandoned = true;
      const options: Parameters<WxSocketTask['close']>[0] = {
        fail: (failure) => failed(failureText(failure, 'close:fail')),
      };
      if (code !== undefined) options.code = code;
      if (reason !== '') options.reason = reason;
      task?.close(options);
    },
    readyState: () => task?.readyState,
  };
  const promise = made as { then?(adopt: (value: unknown) => void, fail: (error: unknown) => void): void } | undefined;
  if (typeof promise?.then === 'function') {
    promise.then(adopt, (error) => events.error(failureText(error, 'connectSocket:fail')));
  } else if (made !== undefined && made !== null) adopt(made);
  // No task at all: the call's own `fail` says why, and if it does not, the handshake times out.
  return port;
}

/** WeChat and its clones. */
export function wxDriver(platform: WxSockets): SocketDriver {
  return (request, events) => taskPort(platform.connectSocket(connectOptions(request, events)), events);
}
