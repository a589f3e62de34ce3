import type { Clock } from '../clock.ts';
import type { Application, Opening } from '../connection/opening.ts';
import type { RawLimits } from '../defaults.ts';
import type { Log } from '../log.ts';
import type { FlushQueue } from '../outbound/flush-queue.ts';
import type { Transport } from '../transport/transport.ts';
import type { RawConnection, RawHandler } from './raw-handler.ts';

/** What a {@link RawEndpoint} is made of. */
export interface RawEndpointParts {
  readonly handler: RawHandler;
  readonly limits: RawLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly flushQueue: FlushQueue;
}

/** A mapped raw endpoint: its connections. */
export class RawEndpoint implements Application {
  readonly closeAnswer = 'echo';
  readonly #parts: RawEndpointParts;
  readonly #connections = new Map<string, RawConnection>();

  constructor(parts: RawEndpointParts) {
    this.#parts = parts;
  }

  /** The connections, by id. */
  get connections(): ReadonlyMap<string, RawConnection> {
    return this.#connections;
  }

  get maxChunkBytes(): number {
    return this.#parts.limits.maxMessageBytes;
  }

  get maxFragments(): number {
    return this.#parts.limits.maxFragments;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  accept(_transport: Transport, _opening: Opening): void {
    throw new Error('to be written');
  }

  tick(_nowMs: number): void {}

  shutdown(): void {}

  terminateAll(): void {}
}
