import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AcceptedConnection } from '../connection/opening.ts';
import type { HttpInbox } from '../transport/http-inbox.ts';
import type { LongPollingTransport } from '../transport/long-polling-transport.ts';
import type { TransportName } from '../transport/transport.ts';
import type { Identity } from './connect-request.ts';

/** A connection that has been negotiated. */
export interface Negotiated {
  readonly id: string;
  /** The secret that a transport must show. */
  readonly token: string;
  readonly identity: Identity | undefined;
  readonly createdMs: number;
  /** Whether stateful reconnect was agreed on. */
  readonly isStateful: boolean;
  /** Called when it is forgotten. */
  readonly released: () => void;
  /** The connection, once a transport has taken it. */
  connection?: AcceptedConnection;
  /** The transport that has taken it. */
  transportName?: TransportName;
  /** The transport itself, where requests go on coming for it. */
  polling?: LongPollingTransport;
  /** Where posts go; made by the first post, or by the transport. */
  inbox?: HttpInbox;
}

const idBytes = 16;
// Each call for random bytes costs as much as a dozen ids, so they are fetched for many at once.
const pooledIds = 256;
let pool: Buffer = Buffer.alloc(0);
let pooled = 0;

/** 128 random bits in 22 characters. @see signalr.md 1.1, "ids" */
export function createId(): string {
  if (pooled === pool.length) {
    pool = randomBytes(idBytes * pooledIds);
    pooled = 0;
  }
  const id = pool.toString('base64url', pooled, pooled + idBytes);
  // What has become a secret is in no other place.
  pool.fill(0, pooled, pooled + idBytes);
  pooled += idBytes;
  return id;
}

/** The ids that negotiate has given out and that are still good. */
export class NegotiatedConnections {
  readonly #byToken = new Map<string, Negotiated>();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxWaiting: number;
  #waiting = 0;

  constructor(clock: Clock, limits: { readonly connectTimeoutMs: number; readonly maxPendingConnections: number }) {
    this.#clock = clock;
    this.#timeoutMs = limits.connectTimeoutMs;
    this.#maxWaiting = limits.maxPendingConnections;
  }

  /** Those that no transport has taken yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** All of them. */
  all(): Iterable<Negotiated> {
    return this.#byToken.values();
  }

  /** Gives out an id. In version 0 the token is the id. `undefined` when too many wait. */
  create(
    version: 0 | 1,
    identity: Identity | undefined,
    isStateful: boolean,
    released: () => void = () => {},
  ): Negotiated | undefined {
    if (this.#maxWaiting > 0 && this.#waiting >= this.#maxWaiting) return undefined;
    const id = createId();
    const token = version === 0 ? id : createId();
    const negotiated: Negotiated = { id, token, identity, isStateful, released, createdMs: this.#clock.now() };
    this.#byToken.set(token, negotiated);
    this.#waiting++;
    return negotiated;
  }

  /** The connection behind a token. */
  get(token: string): Negotiated | undefined {
    return this.#byToken.get(token);
  }

  /** A transport takes it. */
  activate(negotiated: Negotiated, transportName: TransportName): void {
    negotiated.transportName = transportName;
    this.#waiting--;
  }

  /** Forgets an id. */
  release(negotiated: Negotiated): void {
    if (!this.#byToken.delete(negotiated.token)) return;
    negotiated.inbox?.end();
    negotiated.released();
    if (negotiated.transportName === undefined) this.#waiting--;
  }

  /** Forgets what nobody has come for. The oldest are first in the map, so this stops early. */
  sweep(nowMs: number): void {
    if (this.#waiting === 0) return;
    for (const negotiated of this.#byToken.values()) {
      if (negotiated.transportName !== undefined) continue;
      if (nowMs - negotiated.createdMs < this.#timeoutMs) return;
      this.release(negotiated);
    }
  }
}
