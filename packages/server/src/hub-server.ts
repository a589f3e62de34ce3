import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from './clock.ts';
import { HubHost } from './connection/hub-host.ts';
import type { Application } from './connection/opening.ts';
import {
  type DrainOptions,
  defaultHubLimits,
  defaultRawLimits,
  defaultServerLimits,
  defaultSlowClients,
  type ServerLimits,
} from './defaults.ts';
import { Drain, toDrainOptions } from './drain.ts';
import { serverError } from './errors.ts';
import { FilterChain } from './filters/filter-chain.ts';
import type { HubFilter } from './filters/hub-filter.ts';
import { refuseUpgrade } from './http/answer.ts';
import { ClientAddress } from './http/client-address.ts';
import { ConnectGate } from './http/connect-gate.ts';
import type { UpgradeRequest } from './http/direct-upgrade.ts';
import { Endpoint } from './http/endpoint.ts';
import { Health } from './http/health.ts';
import { type AttachableServer, type Attached, attachTo } from './http/http-attachment.ts';
import { Identification } from './http/identification.ts';
import { IdentityRefresh } from './http/identity-refresh.ts';
import { guardOriginPolicy } from './http/origin-policy.ts';
import { PathTable } from './http/path-table.ts';
import { Refusal } from './http/refusal.ts';
import { firstSubprotocol } from './http/web-socket-handshakes.ts';
import { assertHub } from './hub/check-hub.ts';
import type { AnyHub, ClientOf, ItemsOf } from './hub/define-hub.ts';
import { HubHandle } from './hub-handle.ts';
import { inspectAs } from './inspect-as.ts';
import { keepingAlive } from './keeping-alive.ts';
import { ConnectionCounts } from './limits/connection-counts.ts';
import { RateLimiter } from './limits/rate-limiter.ts';
import { checkRateLimits, type RateLimits } from './limits/rate-limits.ts';
import { createLog, type Log } from './log.ts';
import { EndpointMetrics } from './metrics/endpoint-metrics.ts';
import { assertHttpServer, assertOptionNames } from './option-names.ts';
import { checkLimits, toCompression, toStatefulReconnect, toTransports } from './options.ts';
import { FlushQueue } from './outbound/flush-queue.ts';
import { toRawSendRule, toSlowClients } from './outbound/send-options.ts';
import { RawEndpoint } from './raw/raw-endpoint.ts';
import type { RawHandler } from './raw/raw-handler.ts';
import { RawHost } from './raw/raw-host.ts';
import type {
  AttachOptions,
  CloseOptions,
  EndpointOptions,
  HubServerOptions,
  MapOptions,
  MapRawOptions,
} from './server-options.ts';
import { InflateTurns } from './web-socket/inflate-turns.ts';

const tickMs = 1_000;

/**
 * Hubs and raw endpoints on one or more HTTP servers. Made by {@link createHubServer}.
 * The HTTP servers stay yours: start and close them yourself.
 */
export class HubServer {
  readonly #options: HubServerOptions;
  readonly #limits: ServerLimits;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #addresses: ClientAddress;
  readonly #connectionCounts: ConnectionCounts;
  readonly #limiter: RateLimiter | undefined;
  readonly #limiters: RateLimiter[] = [];
  readonly #flushQueue: FlushQueue;
  readonly #inflateTurns: InflateTurns | undefined;
  readonly #paths = new PathTable();
  readonly #endpoints: Endpoint[] = [];
  readonly #hosts = new Map<AnyHub, HubHost>();
  readonly #attached: Attached[] = [];
  readonly #health: Health | undefined;
  #drain: Drain | undefined;
  #drained: Promise<void> | undefined;
  #stopTicking: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  /** @internal Use {@link createHubServer}. */
  constructor(options: HubServerOptions) {
    assertOptionNames('createHubServer', options);
    this.#options = options;
    this.#limits = checkLimits(defaultServerLimits, options.serverLimits);
    checkLimits(defaultHubLimits, options.limits);
    toSlowClients(options.slowClients);
    this.#clock = options.clock ?? systemClock;
    this.#log = createLog(options.logger, this.#clock);
    this.#addresses = new ClientAddress(options.trustProxy);
    this.#connectionCounts = new ConnectionCounts(this.#limits);
    this.#limiter = this.#createLimiter(options.rateLimits);
    const { health = false } = options;
    if (health !== false) this.#health = new Health(health === true ? {} : health, () => this.isReady);
    this.#flushQueue = this.#createFlushQueue(0);
    this.#inflateTurns = InflateTurns.of(this.#limits.maxTurnInflatedBytes);
    inspectAs(this, () => `HubServer { endpoints: ${this.#endpoints.length}, connections: ${this.connectionCount} }`);
  }

  /** @internal The server's log, for what is built on top of it. */
  get log(): Log {
    return this.#log;
  }

  /**
   * Serves a hub at a path. A hub can be mapped once.
   * @throws MH_SERVER_PATH_TAKEN, MH_SERVER_INVALID_HUB, MH_SERVER_INVALID_OPTION, MH_SERVER_CLOSED
   * @example hubs.map('/chat', chat);
   */
  map<Hub extends AnyHub>(
    path: string,
    hub: Hub,
    options: MapOptions<ClientOf<Hub>, ItemsOf<Hub>> = {},
  ): HubHandle<ClientOf<Hub>> {
    assertHub(hub);
    assertOptionNames('map', options);
    if (this.#hosts.has(hub)) throw serverError('MH_SERVER_INVALID_HUB', 'The hub is mapped already.');
    const limits = checkLimits(defaultHubLimits, { ...this.#options.limits, ...options.limits });
    const { flushIntervalMs } = limits;
    const host = new HubHost({
      hub,
      filters: this.#filtersOf(options),
      limits,
      detailedErrors: options.detailedErrors ?? this.#options.detailedErrors ?? false,
      statefulReconnect: toStatefulReconnect(options.statefulReconnect ?? this.#options.statefulReconnect),
      slowClients: toSlowClients({ ...this.#options.slowClients, ...options.slowClients }),
      identityRefresh: this.#identityRefresh(options),
      closeOnExpiration: options.closeOnExpiration ?? this.#options.closeOnExpiration ?? false,
      clock: this.#clock,
      log: this.#log,
      metrics: this.#metricsOf(path),
      flushQueue: flushIntervalMs === 0 ? this.#flushQueue : this.#createFlushQueue(flushIntervalMs),
    });
    this.#add(path, host, options);
    this.#hosts.set(hub, host);
    return new HubHandle(host);
  }

  /**
   * Serves a raw endpoint at a path: messages as they are, no hub protocol.
   * @throws MH_SERVER_PATH_TAKEN, MH_SERVER_INVALID_OPTION, MH_SERVER_CLOSED
   * @example hubs.mapRaw('/echo', { message: (connection, data) => connection.send(data) });
   */
  mapRaw(path: string, handler: RawHandler, options: MapRawOptions = {}): RawEndpoint {
    assertOptionNames('mapRaw', options);
    if (typeof handler !== 'object') {
      throw serverError('MH_SERVER_INVALID_OPTION', "A raw endpoint takes an object with 'message' and others.");
    }
    const host = new RawHost({
      handler,
      limits: checkLimits(defaultRawLimits, options.limits),
      sendRule: toRawSendRule(
        { ...defaultSlowClients, key: undefined, compress: true, urgent: false },
        options.slowClients ?? {},
      ),
      clock: this.#clock,
      log: this.#log,
      metrics: this.#metricsOf(path),
      flushQueue: this.#flushQueue,
    });
    this.#add(path, host, options);
    return new RawEndpoint(host);
  }

  /**
   * A mapped hub, for sending from outside of its methods.
   * @throws MH_SERVER_UNKNOWN_HUB
   * @example await hubs.hub(chat).clients.all.message('system', 'Good morning');
   */
  hub<Hub extends AnyHub>(hub: Hub): HubHandle<ClientOf<Hub>> {
    const host = this.#hosts.get(hub);
    if (host === undefined) throw serverError('MH_SERVER_UNKNOWN_HUB', 'The hub is not mapped on this server.');
    return new HubHandle(host);
  }

  /**
   * Serves the mapped paths on an HTTP server. Its other routes and other upgrade handlers stay as they are.
   * The answer detaches it again.
   * @throws MH_SERVER_INVALID_OPTION for what is no HTTP server, MH_SERVER_CLOSED
   * @example hubs.attach(httpServer);
   */
  attach(server: AttachableServer, { directUpgrades = true }: AttachOptions = {}): () => void {
    assertHttpServer(server);
    this.#assertOpen();
    const attached = attachTo(server, {
      takesDirectUpgrades: directUpgrades,
      request: (request, response) => this.handleRequest(request, response),
      owns: (request) => this.#paths.find(request.url) !== undefined,
      upgrade: (request, socket, head) => {
        const route = this.#paths.find(request.url);
        if (route === undefined) return false;
        if (route.action === 'connect') {
          this.#upgrade(route.endpoint, request, socket, head);
        } else refuseUpgrade(socket, new Refusal(405));
        return true;
      },
    });
    this.#attached.push(attached);
    this.#stopTicking ??= this.#clock.every(tickMs, () => this.#tick());
    return () => attached.detach();
  }

  /** Answers a request if its path is mapped here; false leaves it to others. {@link HubServer.attach} calls it. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const route = this.#paths.find(request.url);
    if (route === undefined) return this.#health?.handle(request, response) ?? false;
    route.endpoint.answer(route.action, request, response).catch((error: unknown) => this.#failed(error, response));
    return true;
  }

  /** Connections of all endpoints. */
  get connectionCount(): number {
    return this.#endpoints.reduce((sum, { application }) => sum + application.openConnections, 0);
  }

  /** Whether clients may connect: until a drain or a close begins. For a readiness check of one's own. */
  get isReady(): boolean {
    return this.#closed === undefined && this.#drained === undefined;
  }

  /**
   * Moves everybody away in peace, and then closes: nobody may connect any more (503 with Retry-After), the readiness
   * path says 503, and clients are told little by little that they may reconnect, which they do elsewhere. Methods
   * that run are waited for until half of the time has passed. Clients with stateful reconnect that are away may come
   * back meanwhile, and are told then. Calling it again gives the same promise; `close` cuts it short.
   * @throws MH_SERVER_INVALID_OPTION
   * @example process.once('SIGTERM', () => hubs.drain({ deadlineMs: 25_000 }).then(() => httpServer.close()));
   */
  drain(options: Partial<DrainOptions> = {}): Promise<void> {
    const checked = toDrainOptions(options);
    this.#drained ??= this.#closed ?? keepingAlive(this.#moveAway(checked));
    return this.#drained;
  }

  async #moveAway(options: DrainOptions): Promise<void> {
    for (const endpoint of this.#endpoints) endpoint.close();
    const applications = this.#endpoints.map(({ application }) => application);
    const drain = new Drain(applications, this.#clock, options);
    this.#drain = drain;
    this.#log('draining', { connections: this.connectionCount, ...options });
    await drain.run();
    await this.close({ deadlineMs: drain.leftMs });
  }

  /**
   * Ends everything: nobody may connect any more, clients are told that they may reconnect (elsewhere, or later), and
   * who has not gone at the deadline is cut. Calling it again gives the same promise.
   * The HTTP servers stay yours to close.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closed ??= keepingAlive(this.#close(options.deadlineMs ?? 5_000));
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #add(path: string, application: Application, options: EndpointOptions): void {
    this.#assertOpen();
    const limiter = this.#createLimiter(options.rateLimits) ?? this.#limiter;
    const allowedAppIds = options.allowedAppIds ?? this.#options.allowedAppIds;
    const endpoint = new Endpoint({
      allowedAppIds: allowedAppIds === undefined ? undefined : new Set(allowedAppIds),
      addresses: this.#addresses,
      gate: new ConnectGate({ limiter, counts: this.#connectionCounts, clock: this.#clock }),
      application,
      transports: toTransports({ ...this.#options, ...options }),
      redirect: options.redirect ?? this.#options.redirect,
      identification: this.#identification(options),
      allowedOrigins: guardOriginPolicy(
        options.allowedOrigins ?? this.#options.allowedOrigins ?? 'same-origin',
        this.#log,
      ),
      compression: toCompression(options.compression ?? this.#options.compression),
      inflateTurns: this.#inflateTurns,
      selectSubprotocol: options.selectSubprotocol ?? this.#options.selectSubprotocol ?? firstSubprotocol,
      limits: this.#limits,
      clock: this.#clock,
      log: this.#log,
    });
    this.#paths.add(path, endpoint);
    this.#endpoints.push(endpoint);
    application.metrics?.gauge('bufferedBytes', () => application.bufferedBytes);
  }

  #createFlushQueue(intervalMs: number): FlushQueue {
    return new FlushQueue({ intervalMs, clock: this.#clock, onPieces: (pieces) => this.#log('flushInPieces', pieces) });
  }

  #filtersOf({ filters = [] }: { readonly filters?: readonly HubFilter<never, never>[] }): FilterChain | undefined {
    const all = [...(this.#options.filters ?? []), ...(filters as readonly HubFilter[])];
    return all.length === 0 ? undefined : new FilterChain(all);
  }

  #metricsOf(endpoint: string): EndpointMetrics | undefined {
    const sinks = [this.#options.metrics ?? []].flat();
    if (sinks.length === 0) return undefined;
    return new EndpointMetrics(sinks, { endpoint, clock: this.#clock, log: this.#log });
  }

  #identification({ authenticate, authorize }: EndpointOptions): Identification {
    return new Identification({
      authenticate: authenticate ?? this.#options.authenticate,
      authorize: authorize ?? this.#options.authorize,
      limits: this.#limits,
      clock: this.#clock,
    });
  }

  #identityRefresh(options: EndpointOptions & Pick<MapOptions, 'identityRefresh'>): IdentityRefresh | undefined {
    const given = options.identityRefresh ?? this.#options.identityRefresh ?? false;
    const hasIdentities = (options.authenticate ?? this.#options.authenticate) !== undefined;
    if (given === false || !hasIdentities) return undefined;
    return new IdentityRefresh({
      identification: this.#identification(options),
      onRefresh: given === true ? undefined : given,
      clock: this.#clock,
      log: this.#log,
    });
  }

  #createLimiter(limits: RateLimits | undefined): RateLimiter | undefined {
    if (limits === undefined) return undefined;
    const limiter = new RateLimiter(checkRateLimits(limits), this.#limits.maxRateKeys);
    this.#limiters.push(limiter);
    return limiter;
  }

  #tick(): void {
    const nowMs = this.#clock.now();
    for (const limiter of this.#limiters) limiter.sweep(nowMs);
    for (const endpoint of this.#endpoints) endpoint.tick(nowMs);
    for (const attached of this.#attached) attached.tick();
  }

  async #close(deadlineMs: number): Promise<void> {
    this.#drain?.stop();
    for (const endpoint of this.#endpoints) endpoint.close();
    for (const { application } of this.#endpoints) application.shutdown();
    await this.#gone(deadlineMs);
    for (const { application } of this.#endpoints) application.terminateAll();
    this.#stopTicking?.();
    for (const attached of this.#attached) attached.detach();
  }

  /** Waits until everybody has gone, or for the deadline. */
  #gone(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = (): void => {
        stopLooking();
        stopWaiting();
        resolve();
      };
      const stopWaiting = this.#clock.after(deadlineMs, stop);
      const stopLooking = this.#clock.every(10, () => {
        if (this.connectionCount === 0) stop();
      });
      if (this.connectionCount === 0) stop();
    });
  }

  #upgrade(endpoint: Endpoint, request: UpgradeRequest, socket: Duplex, head: Buffer): void {
    try {
      endpoint.upgrade(request, socket, head)?.catch((error: unknown) => this.#failed(error, socket));
    } catch (error) {
      this.#failed(error, socket);
    }
  }

  /** A mistake of ours, which costs one request and nothing else: a rejection that nobody holds would end the process. */
  #failed(error: unknown, peer: { destroy(): unknown }): void {
    this.#log('requestFailed', { error });
    peer.destroy();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw serverError('MH_SERVER_CLOSED', 'The server is closed.');
  }
}

/**
 * Makes a server for hubs and raw endpoints.
 * @throws MH_SERVER_INVALID_OPTION
 * @example
 * const hubs = createHubServer();
 * hubs.map('/chat', chat);
 * hubs.attach(httpServer);
 */
export function createHubServer(options: HubServerOptions = {}): HubServer {
  return new HubServer(options);
}
