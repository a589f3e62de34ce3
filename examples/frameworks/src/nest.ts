import { defineHub, method } from '@minihub/server';
import { Controller, Get, Header, Inject, Injectable, Module } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { createAppHubs } from './app-hubs.ts';
import { type RunningApp, running } from './running-app.ts';

@Injectable()
class Greeter {
  greet = (name: string): string => `hello ${name}`;
}

/** A hub that Nest injects into. */
@Injectable()
class GreetingHub {
  @Inject(Greeter) private readonly greeter!: Greeter;
  readonly hub = defineHub()({ methods: { greet: method([], ({ user = 'nobody' }) => this.greeter.greet(user)) } });
}

@Controller()
class HelloController {
  @Get('hello')
  @Header('X-App', 'nest')
  hello(): string {
    return 'hello';
  }
}

@Module({ providers: [Greeter, GreetingHub], controllers: [HelloController] })
class AppModule {
  @Inject(HttpAdapterHost) private readonly adapter!: HttpAdapterHost;
  @Inject(GreetingHub) private readonly greeting!: GreetingHub;
  readonly hubs = createAppHubs();

  onApplicationBootstrap(): void {
    this.hubs.map('/api/greeting', this.greeting.hub);
    this.hubs.attach(this.adapter.httpAdapter.getHttpServer());
  }
}

/** NestJS. */
export async function start(port: number): Promise<RunningApp> {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(port, '127.0.0.1');
  return running(app.getHttpServer(), app.get(AppModule).hubs, () => app.close());
}
