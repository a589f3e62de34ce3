import { createServer } from 'node:http';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

/** Plain node:http. */
export function start(port: number): Promise<RunningApp> {
  const hubs = createAppHubs();
  const server = createServer((request, response) => {
    response.setHeader('X-App', 'node-http');
    if (request.url === '/hello') response.end('hello');
    else response.writeHead(404).end('not here');
  });
  hubs.attach(server);
  return running(server.listen(port, '127.0.0.1'), hubs);
}
