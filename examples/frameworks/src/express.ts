import { type IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';
import session from 'express-session';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

type WithSession = IncomingMessage & { session?: { user?: string } };

/** Express 5, with its sessions: who logged in by a route is known to the hub. */
export function start(port: number): Promise<RunningApp> {
  const sessions = session({ secret: 'change me', resave: false, saveUninitialized: false });
  const app = express();
  app.use(sessions, (_request, response, next) => {
    response.setHeader('X-App', 'express');
    next();
  });
  app.get('/hello', (_request, response) => void response.send('hello'));
  app.post('/login/:name', (request, response) => {
    (request as unknown as WithSession).session = Object.assign(request.session, { user: request.params.name });
    response.sendStatus(204);
  });

  const hubs = createAppHubs({
    authenticate: ({ incoming }) =>
      new Promise((resolve) => {
        if (incoming === undefined) return resolve(undefined);
        const done = (): void => {
          const user = (incoming as WithSession).session?.user;
          resolve(user === undefined ? undefined : { user });
        };
        sessions(incoming as Request, new ServerResponse(incoming) as Response, done);
      }),
  });
  const server = app.listen(port, '127.0.0.1');
  hubs.attach(server);
  return running(server, hubs);
}
