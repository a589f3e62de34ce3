import { promisedPort } from './promised-port.ts';
import type { SocketDriver } from './socket-port.ts';
import { connectOptions, type WxConnectOptions } from './wx-driver.ts';

/** Options of `connectContainer` as the driver fills them. */
export interface ContainerConnectOptions extends WxConnectOptions {
  service: string;
  path: string;
  config?: { env: string };
}

/** WeChat's `wx.cloud`. */
export interface WxCloud {
  connectContainer(options: ContainerConnectOptions): PromiseLike<{ socketTask: unknown }>;
}

/** Which container of WeChat's cloud hosting to reach. */
export interface ContainerOptions {
  readonly service: string;
  /** The cloud environment, when it is not the one that `wx.cloud.init` chose. */
  readonly env?: string;
}

/** `wx.cloud.connectContainer`: no domain list; only path and query of the URL are used. */
export function containerDriver(cloud: WxCloud, container: ContainerOptions): SocketDriver {
  return (request, events) => {
    const options = connectOptions(request, events) as ContainerConnectOptions;
    options.path = options.url.replace(/^\w+:\/\/[^/]*/, '');
    options.service = container.service;
    // No callbacks: with them the promise would not come.
    delete options.success;
    delete options.fail;
    if (container.env !== undefined) options.config = { env: container.env };
    const made = cloud.connectContainer(options).then((result) => result.socketTask);
    return promisedPort(made, events);
  };
}
