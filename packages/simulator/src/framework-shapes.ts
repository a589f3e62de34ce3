import type { SimulatedWx } from './wx-shape.ts';
import type { ConnectSocketOptions, SocketTask } from './wx-sockets.ts';

/** uni-app's `uni`: a task only for callers that pass a callback, otherwise a promise. */
export interface SimulatedUni {
  connectSocket(options: ConnectSocketOptions): SocketTask | undefined | Promise<SocketTask>;
}

/** Taro's `Taro`: always a promise of a task, with the result's members written over the task's. */
export interface SimulatedTaro {
  connectSocket(options: ConnectSocketOptions): Promise<SocketTask>;
}

function promised(wx: SimulatedWx, options: ConnectSocketOptions): Promise<SocketTask> {
  return new Promise((resolve, reject) => {
    const task = wx.connectSocket({
      ...options,
      success: (result) => {
        options.success?.(result);
        if (task !== undefined) resolve(Object.assign(task, result));
      },
      fail: (failure) => {
        options.fail?.(failure);
        reject(failure);
      },
    });
  });
}

/** Makes uni-app's shape over a `wx`. */
export function createUniShape(wx: SimulatedWx): SimulatedUni {
  return {
    connectSocket: (options) =>
      (options.success ?? options.fail ?? options.complete) ? wx.connectSocket(options) : promised(wx, options),
  };
}

/** Makes Taro's shape over a `wx`. */
export function createTaroShape(wx: SimulatedWx): SimulatedTaro {
  return { connectSocket: (options) => promised(wx, options) };
}
