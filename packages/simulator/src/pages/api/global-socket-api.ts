import { type ApiCalls, CallFailure, type CallOptions } from './api-call.ts';

type AnyFunction = (...args: never[]) => unknown;
type Api = { [name: string]: AnyFunction };

interface Task {
  readonly readyState?: number;
  send(options: object): void;
  close(options: object): void;
}

interface SocketPlatform {
  connectSocket?(options: object): unknown;
}

/**
 * The old calls that name no socket, over whatever `wx` makes sockets: `wx.sendSocketMessage` and `wx.closeSocket` mean the
 * oldest one that is open. As on a phone, `closeSocket` before the socket is open does nothing.
 */
export function globalSocketApi(calls: ApiCalls, platform: SocketPlatform): Api {
  let tasks: Task[] = [];
  const openTask = (): Task | undefined => {
    tasks = tasks.filter(({ readyState }) => readyState !== 3);
    return tasks.find(({ readyState }) => readyState === undefined || readyState === 1);
  };
  // Through the task, so that the task's own answer is the call's.
  const through = (name: string, options: CallOptions, act: (task: Task, callbacks: object) => void): unknown => {
    const task = openTask();
    return calls.answer(
      name,
      options,
      () =>
        new Promise((resolve, reject) => {
          if (task === undefined) reject(new CallFailure('WebSocket is not connected'));
          else {
            act(task, {
              success: () => resolve({}),
              fail: ({ errMsg }: { errMsg: string }) => reject(new CallFailure(errMsg.replace(/^\w+:fail\s*/, ''))),
            });
          }
        }),
    );
  };
  return {
    connectSocket: ((options: object) => {
      const task = platform.connectSocket?.(options);
      if (typeof task === 'object' && task !== null && 'send' in task) tasks.push(task as Task);
      return task;
    }) as AnyFunction,
    sendSocketMessage: ((options: CallOptions) =>
      through('sendSocketMessage', options, (task, callbacks) =>
        task.send({ data: options.data, ...callbacks }),
      )) as AnyFunction,
    closeSocket: ((options: CallOptions = {}) =>
      through('closeSocket', options, (task, callbacks) => {
        const { code, reason } = options;
        task.close({ ...(code !== undefined && { code }), ...(reason !== undefined && { reason }), ...callbacks });
      })) as AnyFunction,
  };
}
