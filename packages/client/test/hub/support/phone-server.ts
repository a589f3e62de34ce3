import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, createHubServer, type DisconnectInfo, defineHub, type HubServer, method } from '@minihub/server';
import type { FakeClock } from '@minihub/simulator';
import { z } from 'zod';

/**
 * How long the server keeps a lost connection, in milliseconds: longer than a client may take to notice that it has lost its
 * socket, because some phones never say so.
 */
export const windowMs = 45_000;

/** One connection as the server's hub saw it. */
export interface Seen {
  readonly id: string;
  /** The numbers that calls have brought, in order. */
  readonly taken: number[];
  pushed: number;
  end?: DisconnectInfo['cause'];
}

type PushClient = { item(id: string, n: number): void };

/** A server's time on the clock of the phone. */
function clockOf(clock: FakeClock): Clock {
  const after = (delayMs: number, action: () => void): (() => void) => {
    const timer = clock.setTimeout(action, delayMs);
    return () => clock.clearTimeout(timer);
  };
  return {
    now: () => clock.now(),
    epochNow: () => clock.now(),
    after,
    every(intervalMs, action) {
      let stop = (): void => {};
      const arm = (): void => {
        stop = after(intervalMs, () => {
          arm();
          action();
        });
      };
      arm();
      return () => stop();
    },
  };
}

/** A real hub server on a real port, whose time is that of a simulated phone, and which can be restarted. */
export class PhoneServer {
  /** Every connection that there was, oldest first. */
  readonly seen: Seen[] = [];
  readonly url: string;
  readonly host = 'wss://hub.example.com';
  readonly routes: { readonly [prefix: string]: string };
  private readonly clock: FakeClock;
  private readonly http: Server;
  private readonly sockets = new Set<Socket>();
  private hubs: HubServer | undefined;
  private sendTo: ((id: string, n: number) => Promise<void> | undefined) | undefined;

  private constructor(clock: FakeClock, http: Server) {
    this.clock = clock;
    this.http = http;
    const { port } = http.address() as AddressInfo;
    this.url = `${this.host}/hub`;
    this.routes = { [this.host]: `ws://127.0.0.1:${port}`, 'https://hub.example.com': `http://127.0.0.1:${port}` };
    http.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async start(clock: FakeClock): Promise<PhoneServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const server = new PhoneServer(clock, http);
    server.begin();
    return server;
  }

  /** The newest connection. */
  get last(): Seen | undefined {
    return this.seen.at(-1);
  }

  /** Sends the next number to a connection. */
  push(seen: Seen): void {
    if (seen.end === undefined) void this.sendTo?.(seen.id, ++seen.pushed);
  }

  /** The process dies and begins anew: it knows nobody any more, and nobody was told. */
  async restart(): Promise<void> {
    await this.end();
    this.begin();
  }

  async dispose(): Promise<void> {
    await this.end();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private begin(): void {
    const find = (id: string): Seen | undefined => this.seen.find((seen) => seen.id === id);
    const hub = defineHub<PushClient>()({
      connected: ({ connection }) => {
        this.seen.push({ id: connection.id, taken: [], pushed: 0 });
      },
      disconnected: ({ connection }, info) => {
        const seen = find(connection.id);
        if (seen !== undefined) seen.end ??= info.cause;
      },
      methods: {
        take: method([z.number()], ({ connection }, n) => {
          find(connection.id)?.taken.push(n);
          return n;
        }),
      },
    });
    this.hubs = createHubServer({ clock: clockOf(this.clock) });
    this.hubs.map('/hub', hub, { statefulReconnect: { withoutNegotiation: true, windowMs } });
    this.hubs.attach(this.http);
    const { clients } = this.hubs.hub(hub);
    this.sendTo = (id, n) => clients.client(id).item(id, n);
  }

  private async end(): Promise<void> {
    const { hubs } = this;
    this.sendTo = undefined;
    for (const seen of this.seen) seen.end ??= 'shutdown';
    for (const socket of this.sockets) socket.destroy();
    let isClosed = false;
    const closing = hubs?.close({ deadlineMs: 1 }).then(() => {
      isClosed = true;
    });
    while (!isClosed) await this.clock.advance(1);
    await closing;
  }
}
