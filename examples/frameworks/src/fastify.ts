import fastify from 'fastify';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

/** Fastify 5. Its `close` hook closes the hubs as well. */
export async function start(port: number): Promise<RunningApp> {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('X-App', 'fastify');
  });
  app.get('/hello', async () => 'hello');

  const hubs = createAppHubs();
  hubs.attach(app.server);
  app.addHook('preClose', () => hubs.close());
  await app.listen({ port, host: '127.0.0.1' });
  return running(app.server, hubs, () => app.close());
}
