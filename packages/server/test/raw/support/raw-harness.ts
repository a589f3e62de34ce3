import {
  type Clock,
  defaultRawLimits,
  type RawConnection,
  RawEndpoint,
  type RawHandler,
  type RawLimits,
} from '@minihub/server';
import type { RateGuard } from '../../../src/limits/rate-guard.ts';
import type { Log } from '../../../src/log.ts';
import type { EndpointMetrics } from '../../../src/metrics/endpoint-metrics.ts';
import { FlushQueue } from '../../../src/outbound/flush-queue.ts';
import type { SendRule } from '../../../src/outbound/send-options.ts';
import { RawHost } from '../../../src/raw/raw-host.ts';
import type { ProbingTransport } from '../../../src/transport/probing-transport.ts';
import { binaryFraming, textFraming } from '../../../src/transport/web-socket-framing.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryTransport } from '../../support/memory-transport.ts';
import { RecordingLog } from '../../support/recording-log.ts';

/** A WebSocket peer in memory, which can be pinged and sees close reasons. */
export class RawPeer extends MemoryTransport implements ProbingTransport {
  /** Pings that came. */
  probes = 0;
  closeReason: string | undefined;
  #onAnswer: (() => void) | undefined;

  constructor(answersClose = true) {
    super({ framings: { Text: textFraming, Binary: binaryFraming }, answersClose });
  }

  probe(onAnswer: () => void): void {
    this.probes++;
    this.#onAnswer = onAnswer;
  }

  answerProbe(): void {
    this.#onAnswer?.();
  }

  override close(code: number, reason?: string): void {
    this.closeReason ??= reason;
    super.close(code);
  }

  /** What was written, in one piece. */
  get written(): string {
    return Buffer.concat(this.writes).toString('hex');
  }
}

/** A client of the endpoint under test. */
export interface RawClient {
  readonly peer: RawPeer;
  readonly connection: RawConnection;
  /** How often the connection was let go. */
  released: number;
}

/** A raw endpoint without a server around it. */
export interface RawHarness {
  readonly host: RawHost;
  readonly endpoint: RawEndpoint;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  connect(id?: string, peer?: RawPeer, guard?: RateGuard): RawClient;
  /** Lets time pass, with a tick each second. */
  advance(ms: number): void;
}

/** Makes one. */
export function createRawHarness(
  handler: RawHandler,
  limits: Partial<RawLimits> = {},
  metricsFor?: (parts: { clock: Clock; log: Log }) => EndpointMetrics,
): RawHarness {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const flushQueue = new FlushQueue();
  const sendRule: SendRule = { policy: 'disconnect', key: undefined, waitMs: 10_000, compress: true, urgent: false };
  const parts = { sendRule, clock, log: log.log, metrics: metricsFor?.({ clock, log: log.log }), flushQueue };
  const host = new RawHost({
    handler,
    limits: { ...defaultRawLimits, ...limits },
    ...parts,
  });
  return {
    host,
    endpoint: new RawEndpoint(host),
    clock,
    log,
    connect(id = 'a', peer = new RawPeer(), guard = undefined) {
      const client = { peer, released: 0 };
      const request = { path: '/raw', query: new URLSearchParams(), headers: {}, remoteAddress: '127.0.0.1' };
      const released = (): void => {
        client.released++;
      };
      const opening = { id, identity: { user: `user-${id}` }, request, subprotocol: '', isStateful: false, released };
      host.accept(peer, guard === undefined ? opening : { ...opening, guard });
      // There is none when `connecting` has ended it at once.
      return Object.assign(client, { connection: host.connections.get(id) as RawConnection });
    },
    advance(ms) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.advance(1_000);
        host.tick(clock.now());
      }
    },
  };
}
