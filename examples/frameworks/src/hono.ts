import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

/** Hono on Node.js. */
export function start(port: number): Promise<RunningApp> {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('X-App', 'hono');
  });
  app.get('/hello', (context) => context.text('hello'));

  const hubs = createAppHubs();
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }) as Server;
  hubs.attach(server);
  return running(server, hubs);
}
