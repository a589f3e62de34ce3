import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, type HubServerOptions } from '@minihub/server';
import { prometheus } from '@minihub/server/prometheus';
import { createChatHub } from './chat-hub.ts';
import { nameFromQuery } from './chat-name.ts';
import { createPageFiles } from './page-files.ts';
import { mapRooms } from './rooms/map-rooms.ts';
import { createRoomsAccess, type WechatSettings } from './rooms/rooms-access.ts';
import { mapSenparcDemo } from './senparc-demo.ts';

/** What {@link startDemo} takes. */
export interface DemoOptions {
  /** The port; 0 takes a free one. */
  readonly port: number;
  /** The address to listen on. @defaultValue all of the machine's */
  readonly host?: string;
  /** From one number of a countdown to the next, in milliseconds. @defaultValue 1_000 */
  readonly countdownStepMs?: number;
  /** How long the Senparc handler works on a message, in milliseconds. @defaultValue 1_000 */
  readonly workMs?: number;
  /** The mini program whose users may log in at `/rooms`. @defaultValue every device may say who it is */
  readonly wechat?: WechatSettings | undefined;
  /** Options of the hub server: a logger, for instance. */
  readonly hubServer?: HubServerOptions;
}

// Systemd, Docker and others kill after ten seconds or more.
const drainMs = 9_000;

/** The demo, running. */
export interface RunningDemo extends AsyncDisposable {
  readonly port: number;
  /** Tells clients that they may come back, and ends when everybody has gone. */
  close(): Promise<void>;
  /** Moves clients away little by little first: what a SIGTERM asks for. */
  drain(): Promise<void>;
}

/**
 * Starts the demo: the page, the hub behind it, and the other endpoints.
 * @throws what `listen` throws: EADDRINUSE, EACCES
 */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { countdownStepMs = 1_000, workMs = 1_000 } = options;
  const metrics = prometheus();
  const hubs = createHubServer({ health: true, metrics, ...options.hubServer });
  hubs.map('/chat', createChatHub({ countdownStepMs }), { authenticate: nameFromQuery });
  mapRooms(hubs, createRoomsAccess(options.wechat));
  hubs.mapRaw('/echo', { message: (connection, data) => connection.send(data) });
  mapSenparcDemo(hubs, workMs);

  const servePage = createPageFiles();
  const http = createServer((request, response) => {
    // In an application this is no public path: it tells how busy the server is.
    if (request.url === '/metrics') void metrics.answer(request, response);
    else servePage(request, response);
  });
  hubs.attach(http);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port: options.port, host: options.host }, resolve);
  });

  const close = async (): Promise<void> => {
    // Nobody new from here on: who is told to come back comes to the next process that listens.
    const closed = new Promise((resolve) => http.close(resolve));
    await hubs.close();
    http.closeAllConnections();
    await closed;
  };
  const drain = async (): Promise<void> => {
    // It goes on listening meanwhile, so that load balancers hear from /readyz that it is going.
    await hubs.drain({ deadlineMs: drainMs });
    await close();
  };
  return { port: (http.address() as AddressInfo).port, close, drain, [Symbol.asyncDispose]: close };
}
