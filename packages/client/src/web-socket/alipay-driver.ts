import { fromBase64, toBase64 } from './base64.ts';
import { nothing, type PlatformCallbacks } from './platform-result.ts';
import type { SocketDriver } from './socket-port.ts';
import { closeOptions, connectOptions, sendCallbacks, type WxConnectOptions } from './wx-driver.ts';

/** An event of Alipay: what matters is nested in `data`. */
export interface AlipayEvent {
  readonly data?: unknown;
}

/** The part of Alipay's SocketTask that is used. */
export interface AlipaySocketTask {
  send(options: { data: string; isBuffer?: boolean } & PlatformCallbacks): unknown;
  close(options: { code?: number; reason?: string } & PlatformCallbacks): unknown;
  onOpen(listener: (event: AlipayEvent) => void): void;
  onMessage(listener: (event: AlipayEvent) => void): void;
  onError(listener: (event: AlipayEvent) => void): void;
  onClose(listener: (event: AlipayEvent) => void): void;
}

/** Alipay's `my`. */
export interface AlipaySockets {
  connectSocket(options: WxConnectOptions & { multiple: boolean }): unknown;
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

// The documents nest every event; older clients do not.
function bodyOf(event: unknown): { [name: string]: unknown } {
  const outer = isObject(event) ? event : {};
  return isObject(outer.data) && !('byteLength' in outer.data) ? outer.data : outer;
}

/** Alipay: a task only with `multiple`, binary as base64, nested events, and no code or reason in a close. */
export function alipayDriver(platform: AlipaySockets): SocketDriver {
  return (request, events) => {
    const options = connectOptions(request, events) as WxConnectOptions & { multiple: boolean };
    options.multiple = true;
    const task = platform.connectSocket(options) as AlipaySocketTask | undefined;
    // No task at all: the call's own `fail` says why, and if it does not, the handshake times out.
    if (task === undefined) return { send: nothing, close: nothing, readyState: nothing };
    task.onOpen((event) => {
      events.open(bodyOf(event).header);
    });
    task.onMessage((event) => {
      const { data, isBuffer } = bodyOf(event);
      events.message((isBuffer && typeof data === 'string' ? fromBase64(data) : data) as string | ArrayBuffer);
    });
    task.onError((event) => {
      events.error(bodyOf(event));
    });
    task.onClose((event) => {
      const { code, reason } = bodyOf(event);
      events.close(typeof code === 'number' ? code : undefined, typeof reason === 'string' ? reason : '');
    });
    return {
      send(data, done) {
        const text = typeof data === 'string';
        task.send(Object.assign({ data: text ? data : toBase64(data), isBuffer: !text }, sendCallbacks(done)));
      },
      close(code, reason, failed) {
        task.close(closeOptions(code, reason, failed));
      },
      readyState: nothing,
    };
  };
}
