import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HubServer } from '@minihub/server';

/** An example, running. */
export interface RunningApp {
  readonly port: number;
  close(): Promise<void>;
}

/** Waits until the server listens, and says how it is closed: the hubs first, so that clients are told. */
export async function running(server: Server, hubs: HubServer, closeApp?: () => unknown): Promise<RunningApp> {
  if (!server.listening) await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await hubs.close();
      server.closeAllConnections();
      await (closeApp ?? (() => server.close()))();
    },
  };
}
