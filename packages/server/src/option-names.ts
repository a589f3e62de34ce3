import { serverError } from './errors.ts';
import type { EndpointOptions, HubServerOptions, MapOptions, MapRawOptions } from './server-options.ts';

/** The names of the options of a type. A new option is missed by the compiler until it stands here. */
type NamesOf<Options> = Readonly<Record<keyof Options, true>>;

const ofEndpoints: NamesOf<EndpointOptions> = {
  authenticate: true,
  authorize: true,
  transports: true,
  webSocket: true,
  redirect: true,
  allowedOrigins: true,
  allowedAppIds: true,
  rateLimits: true,
  compression: true,
  selectSubprotocol: true,
};

const ofHubs: NamesOf<MapOptions> = {
  ...ofEndpoints,
  filters: true,
  limits: true,
  statefulReconnect: true,
  slowClients: true,
  closeOnExpiration: true,
  identityRefresh: true,
  detailedErrors: true,
};

const ofRawEndpoints: NamesOf<MapRawOptions> = { ...ofEndpoints, limits: true, slowClients: true };

const ofServers: NamesOf<HubServerOptions> = {
  ...ofHubs,
  health: true,
  serverLimits: true,
  trustProxy: true,
  logger: true,
  metrics: true,
  clock: true,
};

/** What takes options. */
type Taker = 'map' | 'mapRaw' | 'createHubServer';

const names: Readonly<Record<Taker, object>> = {
  map: ofHubs,
  mapRaw: ofRawEndpoints,
  createHubServer: ofServers,
};

/** Whether one letter is missing, too many, or another one. */
function isSlip(word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 1) return false;
  let at = 0;
  while (at < word.length && word[at] === other[at]) at++;
  const [rest, otherRest] = [word.slice(at), other.slice(at)];
  return rest.slice(1) === otherRest.slice(1) || rest === otherRest.slice(1) || rest.slice(1) === otherRest;
}

/**
 * Refuses options that do not exist: in JavaScript a slip would otherwise leave a default in force, unseen.
 * @throws MH_SERVER_INVALID_OPTION
 */
export function assertOptionNames(of: Taker, given: object): void {
  const known = Object.keys(names[of]);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = known.find((candidate) => isSlip(name.toLowerCase(), candidate.toLowerCase()));
    const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean '${near}'?`;
    throw serverError('MH_SERVER_INVALID_OPTION', `There is no option '${name}'. ${hint}`);
  }
}

/**
 * Refuses what no HTTP server is: nothing, or the application in the place of its server.
 * @throws MH_SERVER_INVALID_OPTION
 */
export function assertHttpServer(server: unknown): void {
  const { on, off, emit, listenerCount, callback } = Object(server) as Readonly<Record<string, unknown>>;
  const isServer = [on, off, emit, listenerCount].every((part) => typeof part === 'function');
  // An application of Express is a function, one of Koa has a `callback`: both emit events as well.
  if (isServer && typeof server === 'object' && callback === undefined) return;
  const wanted = 'what createServer(…) or app.listen(…) gives, not the app';
  throw serverError('MH_SERVER_INVALID_OPTION', `'attach' takes an HTTP server: ${wanted}.`);
}
