/**
 * The program that hostile-sessions.integration.test.ts attacks, in a process of its own: with `--expose-gc`, so that
 * what is really still alive can be counted. It answers each message of its parent with how it is.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, defineHub, method, stream, upload } from '@minihub/server';
import { z } from 'zod';

/** How the server is, when nothing that is not needed is left. */
export interface Health {
  readonly port: number;
  /** Connections of all endpoints, hooks included. */
  readonly connections: number;
  readonly sockets: number;
  /** Hub and raw connections that were made and not collected since, however they are held. */
  readonly uncollected: number;
  /** Timers and other things that keep a process busy. */
  readonly resources: number;
  readonly heapBytes: number;
  readonly connectedHooks: number;
  readonly disconnectedHooks: number;
}

declare const gc: () => void;

let uncollected = 0;
let connectedHooks = 0;
let disconnectedHooks = 0;
const collected = new FinalizationRegistry(() => {
  uncollected--;
});
function watch(connection: object): void {
  uncollected++;
  collected.register(connection, undefined);
}

const target = defineHub<{ tick(n: number): void }>()({
  connected: ({ connection }) => {
    connectedHooks++;
    watch(connection);
  },
  disconnected: () => {
    disconnectedHooks++;
  },
  methods: {
    add: method([z.number(), z.number()], (_, a, b) => a + b),
    echo: method([z.unknown()], (_, value) => value),
    listen: method([], ({ groups, connection }) => groups.add(connection.id, 'neighbours')),
    join: method([z.string()], ({ groups, connection }, group) => groups.add(connection.id, group)),
    shout: method([z.string()], ({ clients }, text) => clients.group('hostile').tick(text.length)),
    wait: method([], ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
    fail: method([], () => {
      throw new Error('as it does');
    }),
    ask: method([], ({ clients }) => clients.caller.ask({ timeoutMs: 500 }).tick(1)),
    count: stream([z.int().max(100_000)], async function* ({ signal }, to) {
      for (let n = 0; n < to && !signal.aborted; n++) yield n;
    }),
    sum: method([upload(z.number())], async (_, numbers) => {
      let sum = 0;
      for await (const n of numbers) sum += n;
      return sum;
    }),
  },
});

const http = createServer({ headersTimeout: 1_000, requestTimeout: 2_000, connectionsCheckingInterval: 250 });
// What a stalled peer does not take must be found out soon, or the test takes for ever.
const limits = { handshakeTimeoutMs: 500, maxBufferedBytes: 262_144, disconnectGraceMs: 1_000 };
const hubs = createHubServer({
  limits,
  serverLimits: { connectTimeoutMs: 1_000, pollTimeoutMs: 2_000, sendTimeoutMs: 1_000, closeTimeoutMs: 500 },
});
const handle = hubs.map('/hub', target, { statefulReconnect: { windowMs: 1_000 } });
hubs.map('/limited', defineHub()({ methods: { echo: method([z.unknown()], (_, value) => value) } }), {
  rateLimits: { messages: { perConnection: { perSecond: 50, burst: 50 }, onExcess: 'disconnect' } },
});
hubs.mapRaw('/raw', {
  connecting: (connection) => watch(connection),
  message: (connection, data) => connection.send(data),
});
hubs.attach(http);

let ticks = 0;
setInterval(() => void handle.clients.group('neighbours').tick(ticks++), 20);

async function health(): Promise<Health> {
  // Twice, and a turn between: what was registered is told a turn after it was collected.
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const sockets = await new Promise<number>((resolve) => http.getConnections((_, count) => resolve(count)));
  return {
    port: (http.address() as AddressInfo).port,
    connections: hubs.connectionCount,
    sockets,
    uncollected,
    resources: process.getActiveResourcesInfo().length,
    heapBytes: process.memoryUsage().heapUsed,
    connectedHooks,
    disconnectedHooks,
  };
}

process.on('message', () => void health().then((answer) => process.send?.(answer)));
http.listen(0, '127.0.0.1', () => process.send?.('ready'));
