import { nothing } from './platform-result.ts';
import type { SocketDriver, SocketPort, SocketPortEvents } from './socket-port.ts';
import { connectOptions, taskPort, type WxSockets, type WxSocketTask } from './wx-driver.ts';

interface Promised {
  then(adopt: (task: WxSocketTask) => void): { then(done: undefined, failed: (error: unknown) => void): unknown };
}

/** A port over a SocketTask that is promised (Taro, `connectContainer`), or over one that is there. */
export function promisedPort(made: unknown, events: SocketPortEvents): SocketPort {
  const promise = Object(made) as Promised;
  if (typeof promise.then !== 'function') return taskPort(made as WxSocketTask | undefined, events);
  let port: SocketPort | undefined;
  let abandoned = false;
  promise
    .then((task) => {
      port = taskPort(task, events);
      if (abandoned) port.close(1000, '', nothing);
    })
    .then(undefined, events.error);
  return {
    send(data, done) {
      port?.send(data, done);
    },
    close(code, reason, failed) {
      abandoned = true;
      port?.close(code, reason, failed);
    },
    readyState: () => port?.readyState(),
  };
}

/** WeChat, its clones, and what frameworks make of them. */
export function frameworkDriver(platform: WxSockets): SocketDriver {
  return (request, events) => promisedPort(platform.connectSocket(connectOptions(request, events)), events);
}
