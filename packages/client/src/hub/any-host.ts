import { detectPlatform, driverFor, type Platform, type PlatformName } from '../web-socket/platform.ts';
import type { Host } from './host.ts';
import { findFetch, findPlatform } from './host-platform.ts';
import { fetchHttp, type HttpClient, platformHttp, type RequestPlatform } from './http.ts';
import type { HubConnectionOptions } from './hub-options.ts';
import type { PhoneEvents } from './phone-watch.ts';

function httpFor(platform: Platform, name: PlatformName | undefined): HttpClient | undefined {
  if (name === 'wx' || name === 'alipay') return platformHttp(platform as RequestPlatform);
  const fetch = findFetch();
  return fetch && fetchHttp(fetch);
}

/** Every mini program, browsers and Node. @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM, MH_CLIENT_INVALID_OPTION */
export function anyHost(options: HubConnectionOptions): Host {
  const platform = options.platform ?? options.wx ?? findPlatform();
  const name = detectPlatform(platform, options.container);
  return {
    platform: platform as PhoneEvents,
    driver: driverFor(platform, name, options.container),
    http: options.http ?? httpFor(platform, name),
    isStandard: name === 'standard',
  };
}
