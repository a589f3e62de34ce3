import { type ApiCallbacks, type ApiResult, settle } from './api-result.ts';
import type { Phone } from './phone.ts';
import type { HideReason } from './phone-app.ts';
import type { NetworkStatus } from './phone-network.ts';
import { type RequestOptions, type RequestTask, request } from './wx-request.ts';
import { type ConnectSocketOptions, connectSocket, type SocketTask } from './wx-sockets.ts';

type On<Event> = (listener: (event: Event) => void) => void;
type Off<Event> = (listener?: (event: Event) => void) => void;

/** What of `wx` is simulated. */
export interface SimulatedWx {
  connectSocket(options: ConnectSocketOptions): SocketTask | undefined;
  onSocketOpen: On<{ header: object }>;
  onSocketMessage: On<{ data: string | ArrayBuffer }>;
  onSocketError: On<{ errMsg: string }>;
  onSocketClose: On<{ code: number; reason: string }>;
  onAppShow: On<object>;
  offAppShow: Off<object>;
  onAppHide: On<{ reason: HideReason }>;
  offAppHide: Off<{ reason: HideReason }>;
  onNetworkStatusChange: On<NetworkStatus>;
  offNetworkStatusChange: Off<NetworkStatus>;
  onNetworkWeakChange: On<{ weakNet: boolean; networkType: string }>;
  offNetworkWeakChange: Off<{ weakNet: boolean; networkType: string }>;
  getNetworkType(options?: ApiCallbacks<{ networkType: string; weakNet: boolean }>): Promise<unknown> | undefined;
  request(options: RequestOptions): RequestTask;
  login(options?: ApiCallbacks<{ code: string }>): Promise<unknown> | undefined;
  getRandomValues(
    options: ApiCallbacks<{ randomValues: ArrayBuffer }> & { length: number },
  ): Promise<unknown> | undefined;
  canIUse(schema: string): boolean;
  getAppBaseInfo(): { SDKVersion: string; language: string };
  getDeviceInfo(): { platform: string };
  getSystemInfoSync(): { SDKVersion: string; language: string; platform: string };
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: unknown): void;
  removeStorageSync(key: string): void;
  readonly cloud: {
    init(options?: object): void;
    connectContainer(
      options: Omit<ConnectSocketOptions, 'url'> & { service: string; path?: string },
    ): Promise<{ socketTask: SocketTask }>;
  };
}

/** A call that takes callbacks, and returns a promise when it gets none. */
function answer<Result extends object>(
  phone: Phone,
  options: ApiCallbacks<Result> | undefined,
  result: Result & ApiResult,
): Promise<Result> | undefined {
  if (options?.success ?? options?.fail ?? options?.complete) {
    phone.thread.later(() => settle(options as ApiCallbacks<Result>, result));
    return undefined;
  }
  return new Promise((resolve) => phone.thread.later(() => resolve(result)));
}

function randomBytes(phone: Phone, length: number): ArrayBuffer {
  return Uint8Array.from({ length }, () => Math.floor(phone.random() * 256)).buffer;
}

function connectContainer(
  phone: Phone,
  options: Omit<ConnectSocketOptions, 'url'> & { service: string; path?: string },
): Promise<{ socketTask: SocketTask }> {
  return new Promise((resolve, reject) => {
    const url = `wss://${options.service}.container${options.path ?? '/'}`;
    const task = connectSocket(phone, { ...options, url, fail: (failure) => reject(failure) });
    if (task !== undefined) phone.thread.later(() => resolve({ socketTask: task }));
  });
}

/** Makes the `wx` object of a phone. */
export function createWxShape(phone: Phone): SimulatedWx {
  const { app, network, globalSocket } = phone;
  const base = { SDKVersion: phone.baseLibrary, language: 'zh_CN' };
  const storage = new Map<string, unknown>();
  let logins = 0;
  return {
    connectSocket: (options) => connectSocket(phone, options),
    onSocketOpen: globalSocket.open.on,
    onSocketMessage: globalSocket.message.on,
    onSocketError: globalSocket.error.on,
    onSocketClose: globalSocket.close.on,
    onAppShow: app.showListeners.on,
    offAppShow: app.showListeners.off,
    onAppHide: app.hideListeners.on,
    offAppHide: app.hideListeners.off,
    onNetworkStatusChange: network.statusListeners.on,
    offNetworkStatusChange: network.statusListeners.off,
    onNetworkWeakChange: network.weakListeners.on,
    offNetworkWeakChange: network.weakListeners.off,
    getNetworkType: (options) =>
      answer(phone, options, { networkType: network.type, weakNet: network.isWeak, errMsg: 'getNetworkType:ok' }),
    request: (options) => request(phone, options),
    login: (options) => answer(phone, options, { code: `code-${++logins}`, errMsg: 'login:ok' }),
    getRandomValues: (options) =>
      answer(phone, options, { randomValues: randomBytes(phone, options.length), errMsg: 'getRandomValues:ok' }),
    canIUse: () => true,
    getAppBaseInfo: () => base,
    getDeviceInfo: () => ({ platform: phone.platform }),
    getSystemInfoSync: () => ({ ...base, platform: phone.platform }),
    getStorageSync: (key) => storage.get(key) ?? '',
    setStorageSync: (key, value) => {
      storage.set(key, structuredClone(value));
    },
    removeStorageSync: (key) => {
      storage.delete(key);
    },
    cloud: { init: () => undefined, connectContainer: (options) => connectContainer(phone, options) },
  };
}
