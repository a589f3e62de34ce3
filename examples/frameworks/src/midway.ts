import * as midway from '@midwayjs/core';
import * as koa from '@midwayjs/koa';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

@midway.Controller('/')
class HelloController {
  @midway.Get('/hello')
  @midway.SetHeader('X-App', 'midway')
  async hello(): Promise<string> {
    return 'hello';
  }
}

/** What Midway loads of an application that lives in one file. */
const controllers: object = { Configuration: class {}, HelloController };

@midway.Configuration({
  imports: [koa, controllers as typeof koa],
  importConfigs: [{ default: { keys: 'change me', midwayLogger: { default: { level: 'none' } } } }],
})
class AppConfiguration {}

/** Midway, on Koa. */
export async function start(port: number): Promise<RunningApp> {
  const container = await midway.initializeGlobalApplicationContext({
    baseDir: import.meta.dirname,
    appDir: import.meta.dirname,
    imports: [AppConfiguration],
    globalConfig: { koa: { port, hostname: '127.0.0.1' } },
  } as never);
  const server = (await container.getAsync(koa.Framework)).getServer();
  const hubs = createAppHubs();
  hubs.attach(server);
  return running(server, hubs, () => midway.destroyGlobalApplicationContext(container));
}
