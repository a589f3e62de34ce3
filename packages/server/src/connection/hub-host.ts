import { clientResultErrors, defaultDecoderLimits, MinihubError } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { HubLimits, SlowClients, StatefulReconnect } from '../defaults.ts';
import { Deadlines } from '../dispatch/deadlines.ts';
import { createMethodTable, type MethodTable } from '../dispatch/method-table.ts';
import { serverError } from '../errors.ts';
import type { FilterChain } from '../filters/filter-chain.ts';
import type { Identity } from '../http/connect-request.ts';
import type { IdentityRefresh } from '../http/identity-refresh.ts';
import type { AnyHub } from '../hub/define-hub.ts';
import type { AskOptions, AskOutcome } from '../hub/hub-clients.ts';
import type { HubGroups, HubUsers } from '../hub/hub-groups.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { EncodedMessage } from '../outbound/encoded-message.ts';
import type { FlushQueue } from '../outbound/flush-queue.ts';
import type { SendRule } from '../outbound/send-options.ts';
import { HubRouter } from '../router/hub-router.ts';
import type { Messenger } from '../router/receivers.ts';
import { RouterGroups, RouterUsers } from '../router/router-groups.ts';
import type { Target } from '../router/target.ts';
import { codecs } from '../session/codecs.ts';
import type { HubSessionOptions } from '../session/hub-session.ts';
import { nodeUtf8 } from '../session/node-utf8.ts';
import { SharedDecoders } from '../session/shared-decoders.ts';
import type { Transport } from '../transport/transport.ts';
import type { DisconnectOptions } from './disconnect-options.ts';
import { HubConnection } from './hub-connection.ts';
import type { Application, Opening } from './opening.ts';
import type { OutboxSetup } from './outbox.ts';
import { refreshMethod } from './refresh-method.ts';

const maxJoinedBytes = 65_536;
const highWaterBytes = 65_536;
// What a chunk may hold besides one message of the largest size: room for the messages that were joined with it,
// and for a message that is a little too large to be refused with a Close that says so.
const chunkAllowanceBytes = 65_536;

/** What a {@link HubHost} is made of. */
export interface HubHostParts {
  readonly hub: AnyHub;
  /** `undefined` when there are none. */
  readonly filters: FilterChain | undefined;
  readonly limits: HubLimits;
  readonly detailedErrors: boolean;
  readonly identityRefresh: IdentityRefresh | undefined;
  readonly closeOnExpiration: boolean;
  /** `undefined` turns it off. */
  readonly statefulReconnect: StatefulReconnect | undefined;
  readonly slowClients: SlowClients;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
  readonly flushQueue: FlushQueue;
}

/** A hub that is mapped: its connections, and everything that they share. */
export class HubHost implements Application, Messenger {
  readonly hub: AnyHub;
  readonly filters: FilterChain | undefined;
  readonly limits: HubLimits;
  readonly detailedErrors: boolean;
  readonly statefulReconnect: StatefulReconnect | undefined;
  readonly slowClients: SlowClients;
  readonly sendRule: SendRule;
  readonly identityRefresh: IdentityRefresh | undefined;
  readonly closeOnExpiration: boolean;
  readonly clock: Clock;
  /** Those of all questions to clients. */
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
  readonly flushQueue: FlushQueue;
  readonly methods: MethodTable;
  readonly outboxSetup: OutboxSetup;
  readonly groups: HubGroups;
  readonly users: HubUsers;
  readonly closeAnswer = 'normal';
  readonly wholeMessages = false;
  readonly #router = new HubRouter<HubConnection>();
  /** Also those that are in their handshake, or whose hooks still run. */
  readonly #open = new Set<HubConnection>();
  readonly #decoders: SharedDecoders;
  readonly #sessionOptions = new Map<Transport['name'], HubSessionOptions>();

  constructor(parts: HubHostParts) {
    this.hub = parts.hub;
    this.filters = parts.filters;
    this.limits = parts.limits;
    this.detailedErrors = parts.detailedErrors;
    this.statefulReconnect = parts.statefulReconnect;
    this.slowClients = parts.slowClients;
    this.sendRule = {
      policy: parts.slowClients.policy,
      key: undefined,
      waitMs: parts.slowClients.waitMs,
      compress: true,
      urgent: false,
    };
    this.identityRefresh = parts.identityRefresh;
    this.closeOnExpiration = parts.closeOnExpiration;
    this.clock = parts.clock;
    this.deadlines = new Deadlines(parts.clock);
    this.log = parts.log;
    this.metrics = parts.metrics;
    this.flushQueue = parts.flushQueue;
    this.methods = createMethodTable(parts.hub, parts.identityRefresh === undefined ? [] : [refreshMethod]);
    const outboxLimits = { maxJoinedBytes, highWaterBytes, maxBufferedBytes: parts.limits.maxBufferedBytes };
    this.outboxSetup = { queue: parts.flushQueue, limits: outboxLimits, metrics: parts.metrics };
    this.#decoders = new SharedDecoders({
      ...defaultDecoderLimits,
      maxMessageBytes: parts.limits.maxMessageBytes,
      maxRecordsPerChunk: parts.limits.maxRecordsPerChunk,
    });
    this.groups = new RouterGroups(this.#router);
    this.users = new RouterUsers(this.#router, parts.log);
  }

  get maxChunkBytes(): number {
    return this.limits.maxMessageBytes === 0 ? 0 : this.limits.maxMessageBytes + chunkAllowanceBytes;
  }

  get maxFragments(): number {
    return this.limits.maxFragments;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  get bufferedBytes(): number {
    let sum = 0;
    for (const connection of this.#open) sum += connection.bufferedBytes;
    return sum;
  }

  /** Connections that have finished their handshake. */
  get connectionCount(): number {
    return this.#router.connections.size;
  }

  accept(transport: Transport, opening: Opening): HubConnection {
    const connection = new HubConnection(this, transport, opening);
    this.#open.add(connection);
    return connection;
  }

  tick(nowMs: number): void {
    let bytesAway = 0;
    for (const connection of this.#open) {
      connection.tick(nowMs);
      bytesAway += connection.bytesAway;
    }
    const maxTotalBytes = this.statefulReconnect?.maxTotalBytes ?? 0;
    if (maxTotalBytes > 0 && bytesAway > maxTotalBytes) this.#giveUp(bytesAway - maxTotalBytes);
  }

  /** Gives up connections that are away, those that cost most first. */
  #giveUp(excessBytes: number): void {
    let excess = excessBytes;
    for (const connection of [...this.#open].sort((a, b) => b.bytesAway - a.bytesAway)) {
      if (excess <= 0) return;
      excess -= connection.bytesAway;
      connection.overflow();
    }
  }

  move(count: number, isImpatient: boolean): number {
    let moved = 0;
    for (const connection of this.#router.connections.values()) {
      if (moved === count) break;
      if (!isImpatient && !connection.isIdle) continue;
      connection.disconnect({ allowReconnect: true }, 'shutdown');
      moved++;
    }
    return moved;
  }

  shutdown(): void {
    for (const connection of this.#open) connection.disconnect({ allowReconnect: true }, 'shutdown');
  }

  terminateAll(): void {
    for (const connection of this.#open) connection.terminate();
  }

  /** What a session on that transport needs to know; one object for all of them. */
  sessionOptions(transport: Transport): HubSessionOptions {
    const known = this.#sessionOptions.get(transport.name);
    if (known !== undefined) return known;
    const { limits, detailedErrors } = this;
    const options: HubSessionOptions = {
      codecs,
      utf8: nodeUtf8,
      transferFormats: transport.transferFormats,
      inherentKeepAlive: transport.inherentKeepAlive,
      detailedErrors,
      handshakeTimeoutMs: limits.handshakeTimeoutMs,
      keepAliveIntervalMs: limits.keepAliveIntervalMs,
      clientTimeoutMs: limits.clientTimeoutMs,
      decoders: this.#decoders,
    };
    this.#sessionOptions.set(transport.name, options);
    return options;
  }

  /** Whether a connection of that identity is to end, because its credentials have. */
  isExpired(identity: Identity | undefined): boolean {
    const expiresAtMs = identity?.expiresAtMs;
    return this.closeOnExpiration && expiresAtMs !== undefined && expiresAtMs <= this.clock.epochNow();
  }

  /** The handshake is done: the connection can be reached. */
  opened(connection: HubConnection): void {
    this.#router.add(connection);
    this.log('connectionOpened', { connectionId: connection.id, user: connection.user });
  }

  /** The connection can be reached no more. Says in which groups it was. */
  unlist(connection: HubConnection): readonly string[] {
    return this.#router.remove(connection);
  }

  /** The connection is over, hooks included. */
  closed(connection: HubConnection): void {
    // The end of the hooks and the end of the transport may both come to this; the id is let go once.
    if (this.#open.delete(connection)) connection.opening.released();
  }

  send(target: Target, message: EncodedMessage): Promise<void> | undefined {
    this.#router.send(target, message);
    const { rooms, rule } = message;
    return rooms === undefined || rule === undefined ? undefined : this.#waitFor(rooms, rule.waitMs);
  }

  /** Settled when all receivers have room, or have gone, or at the deadline. */
  #waitFor(rooms: readonly Promise<void>[], waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const stopWaiting = this.clock.after(waitMs, resolve);
      void Promise.all(rooms).then(() => {
        stopWaiting();
        resolve();
      });
    });
  }

  askOne(connectionId: string, callback: string, args: readonly unknown[], options: AskOptions): Promise<unknown> {
    const connection = this.#router.connections.get(connectionId);
    if (connection !== undefined) return connection.ask(callback, args, options);
    const text = clientResultErrors.noConnection(connectionId);
    return Promise.reject(serverError('MH_SERVER_CONNECTION_NOT_FOUND', text));
  }

  askAll(
    target: Target,
    callback: string,
    args: readonly unknown[],
    options: AskOptions,
  ): Promise<AskOutcome<unknown>[]> {
    const askOne = async (connection: HubConnection): Promise<AskOutcome<unknown>> => {
      const about = { connectionId: connection.id, user: connection.user };
      try {
        return { ...about, status: 'answered', value: await connection.ask(callback, args, options) };
      } catch (error) {
        // Arguments that cannot be encoded are the asker's fault, not the client's.
        if (!MinihubError.is(error) || error.code === 'MH_PROTO_UNENCODABLE') throw error;
        return { ...about, status: 'failed', error };
      }
    };
    return Promise.all(this.#router.resolve(target).map(askOne));
  }

  /** Ends the connections of a target; says how many. */
  disconnect(target: Target, options: DisconnectOptions): number {
    const connections = this.#router.resolve(target);
    for (const connection of connections) connection.disconnect(options);
    return connections.length;
  }
}
