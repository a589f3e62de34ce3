import { clientError } from '../errors.ts';
import { containerDriver } from '../web-socket/container-driver.ts';
import type { WxPlatform } from '../web-socket/platform.ts';
import { frameworkDriver } from '../web-socket/promised-port.ts';
import type { Host } from './host.ts';
import { platformHttp, type RequestPlatform } from './http.ts';
import type { HubConnectionOptions } from './hub-options.ts';
import type { PhoneEvents } from './phone-watch.ts';

// The module wrapper of one host hides what another has: each is asked for by `typeof`.
declare const wx: unknown;
declare const tt: unknown;
declare const swan: unknown;
declare const qq: unknown;
declare const ks: unknown;
declare const jd: unknown;

type Wx = WxPlatform & RequestPlatform & PhoneEvents & { readonly tradePay?: unknown };

/**
 * WeChat and its clones, and WeChat's cloud hosting: all that a mini program of theirs needs.
 * @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM also for Alipay's object, whose sockets are others
 */
export function wxHost({ platform, wx: given, container, http }: HubConnectionOptions): Host {
  const found = (platform ||
    given ||
    [
      typeof wx === 'object' && wx,
      typeof tt === 'object' && tt,
      typeof swan === 'object' && swan,
      typeof qq === 'object' && qq,
      typeof ks === 'object' && ks,
      typeof jd === 'object' && jd,
    ].find(Boolean)) as Wx | undefined;
  if (typeof found?.connectSocket !== 'function' || found.tradePay !== undefined) {
    throw clientError('MH_CLIENT_UNSUPPORTED_PLATFORM', 'Pass wx; other platforms need the main entry');
  }
  return {
    platform: found,
    driver: container && found.cloud ? containerDriver(found.cloud, container) : frameworkDriver(found),
    http: http || platformHttp(found),
    isStandard: false,
  };
}
