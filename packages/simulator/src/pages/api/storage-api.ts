import { type ApiCalls, CallFailure, type CallOptions } from './api-call.ts';
import type { TextStorage } from './platform-hooks.ts';

type Api = { [name: string]: (...args: never[]) => unknown };

function keysOf(storage: TextStorage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
}

function infoOf(storage: TextStorage): { keys: string[]; currentSize: number; limitSize: number } {
  const keys = keysOf(storage);
  const bytes = keys.reduce((sum, key) => sum + key.length + (storage.getItem(key)?.length ?? 0), 0);
  return { keys, currentSize: Math.ceil(bytes / 1024), limitSize: 10_240 };
}

/** Storage by key, with and without waiting. Values are kept as JSON, as on a phone. */
export function storageApi(calls: ApiCalls, storage: TextStorage): Api {
  const get = (key: string): unknown => {
    const text = storage.getItem(key);
    return text === null ? '' : JSON.parse(text);
  };
  const set = (key: string, value: unknown): void => storage.setItem(key, JSON.stringify(value ?? null));
  const clear = (): void => {
    for (const key of keysOf(storage)) storage.removeItem(key);
  };
  return {
    getStorageSync: get,
    setStorageSync: set,
    removeStorageSync: (key: string) => storage.removeItem(key),
    clearStorageSync: clear,
    getStorageInfoSync: () => infoOf(storage),
    batchGetStorageSync: (keys: string[]) => keys.map(get),
    batchSetStorageSync: (pairs: { key: string; value: unknown }[]) => {
      for (const { key, value } of pairs) set(key, value);
    },
    getStorage: (options: CallOptions & { key: string }) =>
      calls.answer('getStorage', options, () => {
        if (storage.getItem(options.key) === null) throw new CallFailure('data not found');
        return { data: get(options.key) };
      }),
    setStorage: (options: CallOptions & { key: string; data: unknown }) =>
      calls.answer('setStorage', options, () => {
        set(options.key, options.data);
        return {};
      }),
    removeStorage: (options: CallOptions & { key: string }) =>
      calls.answer('removeStorage', options, () => {
        storage.removeItem(options.key);
        return {};
      }),
    clearStorage: (options?: CallOptions) =>
      calls.answer('clearStorage', options, () => {
        clear();
        return {};
      }),
    getStorageInfo: (options?: CallOptions) => calls.answer('getStorageInfo', options, () => infoOf(storage)),
  };
}
