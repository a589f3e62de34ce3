import { clientError } from '../errors.ts';
import { hostTimers } from '../web-socket/host.ts';
import type { EngineSettings } from './engine-needs.ts';
import type { FindHost } from './host.ts';
import { toAbsoluteUrl } from './host-platform.ts';
import { type HttpClient, noHttp } from './http.ts';
import { type HubConnectionOptions, hubDefaults } from './hub-options.ts';
import { jsonCodec } from './json-codec.ts';
import { fullJitter } from './reconnect-policy.ts';
import type { Fresh } from './route.ts';
import type { OpenTransport } from './transports/transport.ts';
import { webSocketTransport } from './transports/web-socket-transport.ts';

type Numbers = { -readonly [Name in keyof typeof hubDefaults]: number };

/** The numbers of the options, or their defaults. @throws MinihubError MH_CLIENT_INVALID_OPTION */
export function readNumbers(options: HubConnectionOptions): Numbers {
  const numbers = {} as Numbers;
  (Object.keys(hubDefaults) as (keyof Numbers)[]).forEach((name) => {
    const value = options[name] ?? hubDefaults[name];
    if (!(value >= 0)) throw clientError('MH_CLIENT_INVALID_OPTION', `'${name}' must be a number from 0 up`);
    numbers[name] = value;
  });
  return numbers;
}

/** The transports that this host can have, by their names in negotiate. */
function transportsFor(
  options: HubConnectionOptions,
  webSockets: OpenTransport,
  http: HttpClient | undefined,
  host: Pick<EngineSettings, 'timers' | 'binary'>,
): { [name: string]: OpenTransport | undefined } {
  const transports: { [name: string]: OpenTransport | undefined } = {};
  if (options.webSockets ?? true) transports.WebSockets = webSockets;
  if (http) {
    options.fallbacks?.forEach((fallback) => {
      transports[fallback.name] = fallback.create({ http, timers: host.timers, binary: host.binary });
    });
  }
  return transports;
}

/** What an engine needs, from what the user said. @throws MinihubError MH_CLIENT_INVALID_OPTION, MH_CLIENT_UNSUPPORTED_PLATFORM */
export function toEngineSettings(
  url: Fresh<string>,
  options: HubConnectionOptions,
  findHost: FindHost,
): EngineSettings {
  const { platform, driver, http, isStandard } = findHost(options);
  const { statefulReconnect = false, protocol = jsonCodec, reconnect = {}, onError } = options;
  const timers = options.timers || hostTimers;
  const random = options.random || Math.random;
  const negotiate = options.negotiate ?? (statefulReconnect || isStandard);
  if (negotiate && !http) {
    throw noHttp();
  }
  const binary = protocol.transferFormat === 'Binary';
  return {
    ...readNumbers(options),
    url: typeof url === 'string' ? toAbsoluteUrl(url) : url,
    accessToken: options.accessToken,
    tokenInQuery: isStandard,
    headers: options.headers || {},
    http: negotiate ? http : undefined,
    statefulReconnect,
    codec: protocol,
    binary,
    transports: transportsFor(options, webSocketTransport(driver, timers), http, { timers, binary }),
    reconnect:
      reconnect === false ? undefined : typeof reconnect === 'function' ? reconnect : fullJitter(reconnect, random),
    retryFirstStart: true,
    queueing: options.whileAway !== 'refuse',
    platform,
    timers,
    random,
    report:
      onError ||
      ((error, { stage }) => {
        if (stage !== 'connect') {
          timers.setTimeout(() => {
            throw error;
          }, 0);
        }
      }),
  };
}
