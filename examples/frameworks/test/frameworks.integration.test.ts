import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { expect, it } from 'vitest';
import * as egg from '../src/egg.ts';
import * as express from '../src/express.ts';
import * as fastify from '../src/fastify.ts';
import * as hono from '../src/hono.ts';
import * as koa from '../src/koa.ts';
import * as midway from '../src/midway.ts';
import * as nest from '../src/nest.ts';
import * as nodeHttp from '../src/node-http.ts';
import { frameworkSpec } from './framework-spec.ts';

frameworkSpec('node:http', nodeHttp.start, { sessions: false });
frameworkSpec('Express', express.start, { sessions: true });
frameworkSpec('Koa', koa.start, { sessions: true });
frameworkSpec('Fastify', fastify.start, { sessions: false });
frameworkSpec('NestJS', nest.start, { sessions: false });
frameworkSpec('Hono', hono.start, { sessions: false });
frameworkSpec('Egg', egg.start, { sessions: false });
frameworkSpec('Midway', midway.start, { sessions: false });

it('gives a hub of NestJS what it injects', async () => {
  const app = await nest.start(0);
  const url = `http://127.0.0.1:${app.port}/api/greeting`;
  const client = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
  await client.start();
  expect(await client.invoke('greet')).toBe('hello nobody');
  await client.stop();
  await app.close();
});
