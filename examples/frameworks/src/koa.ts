import { createServer, ServerResponse } from 'node:http';
import Koa from 'koa';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

/** Koa, with its signed cookies: who logged in by a route is known to the hub. */
export function start(port: number): Promise<RunningApp> {
  const app = new Koa();
  app.keys = ['change me'];
  app.use(async (context, next) => {
    context.set('X-App', 'koa');
    if (context.path === '/hello') context.body = 'hello';
    else if (context.method === 'POST' && context.path.startsWith('/login/')) {
      context.cookies.set('user', context.path.slice('/login/'.length), { signed: true });
      context.status = 204;
    } else await next();
  });

  const hubs = createAppHubs({
    authenticate: ({ incoming }) => {
      if (incoming === undefined) return undefined;
      const user = app.createContext(incoming, new ServerResponse(incoming)).cookies.get('user', { signed: true });
      return user === undefined ? undefined : { user };
    },
  });
  const server = createServer(app.callback());
  hubs.attach(server);
  return running(server.listen(port, '127.0.0.1'), hubs);
}
