import { clientError } from '../errors.ts';
import { hostTimers } from '../web-socket/host.ts';
import type { EngineSettings } from './engine-needs.ts';
import type { FindHost } from './host.ts';
import { toAbsoluteUrl } from './host-platform.ts';
import { noHttp } from './http.ts';
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

/** What an engine needs, from what the user said. @throws MinihubError MH_CLIENT_INVALID_OPTION, MH_CLIENT_UNSUPPORTED_PLATFORM */
export function toEngineSettings(
  url: Fresh<string>,
  options: HubConnectionOptions,
  findHost: FindHost,
): EngineSettings {
  const { platform, driver, http, isStandard } = findHost(options);
  const {
    statefulReconnect = false,
    protocol = jsonCodec,
    reconnect = {},
    timers = hostTimers,
    random = Math.random,
    negotiate = statefulReconnect || isStandard,
    onError,
  } = options;
  if (negotiate && !http) throw noHttp();
  const binary = protocol.transferFormat === 'Binary';
  const transports: { [name: string]: OpenTransport | undefined } = {};
  if (options.webSockets !== false) transports.WebSockets = webSocketTransport(driver, timers);
  if (http) {
    options.fallbacks?.forEach((fallback) => {
      transports[fallback.name] = fallback.create({ http, timers, binary });
    });
  }
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
    transports,
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
