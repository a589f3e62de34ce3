import type { ApiCallbacks } from './api-result.ts';
import { ListenerSet } from './listener-set.ts';
import type { Phone } from './phone.ts';
import type { NetworkStatus } from './phone-network.ts';
import { type RequestTask, request } from './wx-request.ts';
import { type ConnectSocketOptions, connectSocket, type SocketTask } from './wx-sockets.ts';

/** What every event of Alipay's sockets looks like: nested. */
export interface AlipaySocketEvent {
  readonly data: {
    readonly socketTaskID: string;
    readonly data?: string;
    readonly isBuffer?: boolean;
    readonly error?: number;
    readonly errorMessage?: string;
  };
}

/** What Alipay's `fail` gets. */
export interface AlipayFailure {
  readonly error: number;
  readonly errorMessage: string;
}

interface AlipayCallbacks {
  success?: (result: object) => void;
  fail?: (failure: AlipayFailure) => void;
  complete?: (result: object) => void;
}

type Listen = (listener: (event: AlipaySocketEvent) => void) => void;

/** Alipay's SocketTask, as `multiple: true` gives it. */
export interface AlipaySocketTask {
  send(options: AlipayCallbacks & { data: string; isBuffer?: boolean }): void;
  close(options?: AlipayCallbacks & { code?: number; reason?: string }): void;
  onOpen: Listen;
  onMessage: Listen;
  onError: Listen;
  onClose: Listen;
  offOpen: Listen;
  offMessage: Listen;
  offError: Listen;
  offClose: Listen;
}

/** What `my.request` reports on success: `status` and `headers`, where WeChat says `statusCode` and `header`. */
export interface AlipayResponse {
  readonly data: unknown;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
}

/** Options of `my.request`. */
export interface AlipayRequestOptions extends Omit<AlipayCallbacks, 'success'> {
  url: string;
  method?: string;
  headers?: { [name: string]: string };
  data?: unknown;
  dataType?: string;
  timeout?: number;
  success?: (response: AlipayResponse) => void;
}

/** What of `my` is simulated. */
export interface SimulatedMy {
  request(options: AlipayRequestOptions): RequestTask;
  connectSocket(
    options: Omit<ConnectSocketOptions, 'success' | 'fail' | 'complete'> & AlipayCallbacks & { multiple?: boolean },
  ): AlipaySocketTask | undefined;
  onAppShow(listener: (options: object) => void): void;
  onAppHide(listener: (options: object) => void): void;
  onNetworkStatusChange(listener: (status: NetworkStatus) => void): void;
  getAuthCode(options: { success?: (result: { authCode: string }) => void }): void;
  readonly SDKVersion: string;
}

// Alipay's numbers for what can go wrong; 50 stands for what has no own one.
function toFailure(errMsg: string): AlipayFailure {
  const table: readonly (readonly [RegExp, number])[] = [
    [/max concurrent/, 3],
    [/invalid url/, 20],
    [/time ?out/, 6],
    [/Sec-WebSocket/, 8],
  ];
  return { error: table.find(([pattern]) => pattern.test(errMsg))?.[1] ?? 50, errorMessage: errMsg };
}

function toCallbacks(callbacks: AlipayCallbacks): Required<ApiCallbacks> {
  return {
    success: (result) => callbacks.success?.(result),
    fail: (result) => callbacks.fail?.(toFailure(result.errMsg)),
    complete: (result) => callbacks.complete?.(result),
  };
}

function toTask(task: SocketTask, socketTaskID: string): AlipaySocketTask {
  const sets = {
    open: new ListenerSet(),
    message: new ListenerSet(),
    error: new ListenerSet(),
    close: new ListenerSet(),
  };
  const { open, message, error, close } = sets as { [name in keyof typeof sets]: ListenerSet<AlipaySocketEvent> };
  task.onOpen(() => open.emit({ data: { socketTaskID } }));
  task.onMessage(({ data }) => {
    const isBuffer = typeof data !== 'string';
    message.emit({ data: { socketTaskID, isBuffer, data: isBuffer ? Buffer.from(data).toString('base64') : data } });
  });
  task.onError(({ errMsg }) => error.emit({ data: { socketTaskID, ...toFailure(errMsg) } }));
  // Neither code nor reason.
  task.onClose(() => close.emit({ data: { socketTaskID } }));
  return {
    send: (options) => {
      const data =
        options.isBuffer === true ? new Uint8Array(Buffer.from(options.data, 'base64')).buffer : options.data;
      task.send({ ...toCallbacks(options), data });
    },
    close: (options = {}) => {
      const { code = 1000, reason = '' } = options;
      task.close({ ...toCallbacks(options), code, reason });
    },
    onOpen: open.on,
    onMessage: message.on,
    onError: error.on,
    onClose: close.on,
    offOpen: open.off,
    offMessage: message.off,
    offError: error.off,
    offClose: close.off,
  };
}

/** Makes the `my` object of a phone. Only `multiple: true` is simulated: without it a socket is global, and one at a time. */
export function createMyShape(phone: Phone): SimulatedMy {
  let lastId = 0;
  return {
    SDKVersion: '2.9.0',
    request: ({ success, fail, complete, headers = {}, dataType = 'JSON', ...options }) =>
      request(phone, {
        ...options,
        header: headers,
        dataType: dataType.toLowerCase(),
        responseType: dataType.toLowerCase() === 'arraybuffer' ? 'arraybuffer' : 'text',
        success: ({ data, statusCode, header }) => success?.({ data, status: statusCode, headers: header }),
        fail: ({ errMsg }) => fail?.({ error: 12, errorMessage: errMsg }),
        complete: (result) => complete?.(result),
      }),
    connectSocket(options) {
      if (options.multiple !== true) {
        phone.thread.later(() => options.fail?.({ error: 3, errorMessage: 'only `multiple: true` is simulated' }));
        return undefined;
      }
      const { multiple, success, fail, complete, ...rest } = options;
      const task = connectSocket(phone, { ...rest, ...toCallbacks(options) });
      return task === undefined ? undefined : toTask(task, String(++lastId));
    },
    onAppShow: phone.app.showListeners.on,
    onAppHide: phone.app.hideListeners.on,
    onNetworkStatusChange: phone.network.statusListeners.on,
    getAuthCode: (options) => phone.thread.later(() => options.success?.({ authCode: 'auth-code' })),
  };
}
