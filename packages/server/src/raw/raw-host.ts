import type { Clock } from '../clock.ts';
import type { CloseCode } from '../close-codes.ts';
import type { Application, Opening } from '../connection/opening.ts';
import type { OutboxSetup } from '../connection/outbox.ts';
import type { RawLimits } from '../defaults.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { FlushQueue } from '../outbound/flush-queue.ts';
import { type SendRule, toRawSendRule } from '../outbound/send-options.ts';
import type { Transport } from '../transport/transport.ts';
import type { RawConnection, RawHandler, RawSendOptions } from './raw-handler.ts';
import { RawMessage } from './raw-message.ts';
import { RawSession } from './raw-session.ts';

const maxJoinedBytes = 65_536;
const highWaterBytes = 65_536;
const goingAway: CloseCode = 1001;

/** What a {@link RawHost} is made of. */
export interface RawHostParts {
  readonly handler: RawHandler;
  readonly limits: RawLimits;
  readonly sendRule: SendRule;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
  readonly flushQueue: FlushQueue;
}

/** A raw endpoint that is mapped: its connections, and everything that they share. */
export class RawHost implements Application {
  readonly closeAnswer = 'echo';
  readonly wholeMessages = true;
  readonly handler: RawHandler;
  readonly limits: RawLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
  readonly flushQueue: FlushQueue;
  readonly #outboxSetup: OutboxSetup;
  readonly #pollingSetup: OutboxSetup;
  readonly #sendRule: SendRule;
  readonly #connections = new Map<string, RawConnection>();
  readonly #listed = new Map<string, RawSession>();
  /** Also those that are closing, or whose handlers still run. */
  readonly #open = new Set<RawSession>();

  constructor(parts: RawHostParts) {
    this.handler = parts.handler;
    this.limits = parts.limits;
    this.#sendRule = parts.sendRule;
    this.clock = parts.clock;
    this.log = parts.log;
    this.metrics = parts.metrics;
    this.flushQueue = parts.flushQueue;
    const limits = { maxJoinedBytes, highWaterBytes, maxBufferedBytes: parts.limits.maxBufferedBytes };
    this.#outboxSetup = { queue: parts.flushQueue, limits, metrics: parts.metrics };
    this.#pollingSetup = { ...this.#outboxSetup, limits: { ...limits, maxJoinedBytes: 0 } };
  }

  /** Frames say where a message ends, so writes can be joined; the answer to a poll has nothing else to say it. */
  outboxSetupFor({ name }: Transport): OutboxSetup {
    return name === 'LongPolling' ? this.#pollingSetup : this.#outboxSetup;
  }

  get maxChunkBytes(): number {
    return this.limits.maxMessageBytes;
  }

  get maxFragments(): number {
    return this.limits.maxFragments;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  get bufferedBytes(): number {
    let sum = 0;
    for (const session of this.#open) sum += session.bufferedBytes;
    return sum;
  }

  /** The connections that can be sent to, by id. */
  get connections(): ReadonlyMap<string, RawConnection> {
    return this.#connections;
  }

  accept(transport: Transport, opening: Opening): undefined {
    const session = new RawSession(this, transport, opening);
    this.#open.add(session);
    this.#listed.set(opening.id, session);
    this.#connections.set(opening.id, session.connection);
    this.log('connectionOpened', { connectionId: opening.id, user: opening.identity?.user });
    session.start();
  }

  tick(nowMs: number): void {
    for (const session of this.#open) session.tick(nowMs);
  }

  move(count: number, isImpatient: boolean): number {
    let moved = 0;
    for (const session of this.#listed.values()) {
      if (moved === count) break;
      if (!isImpatient && session.isBusy) continue;
      session.close(goingAway, '', 'shutdown');
      moved++;
    }
    return moved;
  }

  shutdown(): void {
    for (const session of this.#open) session.close(goingAway, '', 'shutdown');
  }

  terminateAll(): void {
    for (const session of this.#open) session.terminate();
  }

  /** The rule for a message that is sent with these options. @throws MH_SERVER_INVALID_OPTION */
  ruleFor(options: RawSendOptions | undefined): SendRule {
    return options === undefined ? this.#sendRule : toRawSendRule(this.#sendRule, options);
  }

  /** Sends to every connection but some; says to how many. */
  broadcast(data: string | Uint8Array, except: ReadonlySet<string>, options?: RawSendOptions): number {
    const rule = this.ruleFor(options);
    const message = new RawMessage(data, rule.compress);
    let receivers = 0;
    for (const [id, session] of this.#listed) {
      if (except.has(id)) continue;
      session.send(message, rule);
      receivers++;
    }
    return receivers;
  }

  /** Ends every connection; says how many there were. */
  disconnectAll(code: number, reason: string): number {
    const sessions = [...this.#listed.values()];
    for (const session of sessions) session.close(code, reason);
    return sessions.length;
  }

  /** The connection can be reached no more. */
  unlist({ opening }: RawSession): void {
    this.#listed.delete(opening.id);
    this.#connections.delete(opening.id);
  }

  /** The connection is over, handlers included. */
  closed(session: RawSession): void {
    this.#open.delete(session);
    session.opening.released();
  }
}
