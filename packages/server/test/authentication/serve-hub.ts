import type { AnyHub, HubServerOptions } from '@minihub/server';
import { onTestFinished } from 'vitest';
import { type RunningServer, startServer } from '../support/start-server.ts';

/** A server with a hub at `/hub`, for one test. Connections that are left open at its end are cut at once. */
export async function serveHub(hub: AnyHub, options: HubServerOptions): Promise<RunningServer> {
  const server = await startServer((hubs) => hubs.map('/hub', hub), options);
  onTestFinished(async () => {
    void server.hubs.close({ deadlineMs: 1 });
    await server[Symbol.asyncDispose]();
  });
  return server;
}
