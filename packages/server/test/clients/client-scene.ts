import type { HubHandle, HubServerOptions } from '@minihub/server';
import { onTestFinished } from 'vitest';
import type { EverythingClient } from '../support/everything-hub.ts';
import { Inbox } from '../support/inbox.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';
import { createClientHub, createHubEvents, type HubEvents } from './client-hub.ts';
import type { ClientConnection, ClientKit, ConnectOptions, Mode } from './client-kits.ts';

/** A connection of an official client, with what happens to it. */
export interface WatchedConnection {
  readonly connection: ClientConnection;
  /** The texts of `message` callbacks. */
  readonly messages: Inbox<string>;
  /** The error texts of `onclose`; empty when it closed without complaint. */
  readonly closed: Inbox<string>;
  readonly reconnecting: Inbox<string>;
  readonly reconnected: Inbox<string | undefined>;
}

/** A server, its hub at `/hub`, and a way to connect one kind of client to it. */
export interface ClientScene {
  readonly server: RunningServer;
  readonly events: HubEvents;
  readonly hub: HubHandle<EverythingClient>;
  /** A connection that has not been started. */
  build(options?: Omit<ConnectOptions, 'mode'>, path?: string): WatchedConnection;
  /** A connection that has been started. */
  connect(options?: Omit<ConnectOptions, 'mode'>, path?: string): Promise<WatchedConnection>;
}

/** Sets a scene for one test, and clears it away after it. */
export async function setScene(kit: ClientKit, mode: Mode, options: HubServerOptions = {}): Promise<ClientScene> {
  const events = createHubEvents();
  let hub!: HubHandle<EverythingClient>;
  const server = await startServer((hubs) => {
    hub = hubs.map('/hub', createClientHub(events));
  }, options);
  const open: ClientConnection[] = [];
  onTestFinished(async () => {
    await Promise.all(open.map((connection) => connection.stop()));
    await server[Symbol.asyncDispose]();
  });
  const build: ClientScene['build'] = (connectOptions = {}, path = '/hub') => {
    const watched = watch(kit.build(server.url(path), { mode, ...connectOptions }));
    open.push(watched.connection);
    return watched;
  };
  return {
    server,
    events,
    hub,
    build,
    async connect(connectOptions, path) {
      const watched = build(connectOptions, path);
      await watched.connection.start();
      return watched;
    },
  };
}

/** Notes what happens to a connection. */
export function watch(connection: ClientConnection): WatchedConnection {
  const messages = new Inbox<string>();
  const closed = new Inbox<string>();
  const reconnecting = new Inbox<string>();
  const reconnected = new Inbox<string | undefined>();
  connection.on('message', (_from: string, text: string) => messages.put(text));
  connection.onclose((error) => closed.put(error?.message ?? ''));
  connection.onreconnecting?.((error) => reconnecting.put(error?.message ?? ''));
  connection.onreconnected?.((id) => reconnected.put(id));
  return { connection, messages, closed, reconnecting, reconnected };
}

/** Reads a stream to its end. */
export function collect(connection: ClientConnection, method: string, ...args: unknown[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const items: unknown[] = [];
    connection.stream(method, ...args).subscribe({
      next: (item) => items.push(item),
      complete: () => resolve(items),
      error: reject,
    });
  });
}
