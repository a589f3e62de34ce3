import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { startEgg } from 'egg';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

/** Egg, in one process. Under `egg-scripts` the line with `once` is all of it: it goes into the application's app.js. */
export async function start(port: number): Promise<RunningApp> {
  const app = await startEgg({ baseDir: fileURLToPath(new URL('../egg-app', import.meta.url)) });
  const hubs = createAppHubs();
  app.once('server', (server: Server) => hubs.attach(server));

  const server = createServer(app.callback());
  app.emit('server', server);
  return running(server.listen(port, '127.0.0.1'), hubs, async () => {
    server.close();
    await app.close();
  });
}
