import { createHubServer, defineHub, type HubFilter, method } from '@minihub/server';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

type Client = { message(text: string): void };
type Items = { visits: number };

const hub = defineHub<Client, Items>()({ methods: { add: method([z.number()], (_, n) => n) } });
const hubs = createHubServer();

// A filter of one hub knows the hub's clients and items.
hubs.map('/typed', hub, {
  filters: [
    {
      invoke({ context, arguments: args, kind, method: name }, next) {
        expectTypeOf(context.items).toEqualTypeOf<Items>();
        expectTypeOf(args).toEqualTypeOf<readonly unknown[]>();
        expectTypeOf(kind).toEqualTypeOf<'method' | 'stream'>();
        expectTypeOf(name).toEqualTypeOf<string>();
        context.clients.caller.message('hello');
        // @ts-expect-error The clients have no such callback.
        context.clients.caller.shout('hello');
        return next([1]);
      },
      connected: ({ items }, next) => {
        items.visits = 1;
        return next();
      },
      disconnected: (_context, info, next) => {
        expectTypeOf(info.groups).toEqualTypeOf<readonly string[]>();
        return next();
      },
    },
  ],
});

// A filter for whichever hub fits every hub, and the server.
const anyHub: HubFilter = { invoke: (_, next) => next() };
hubs.map('/any', defineHub<Client>()({ methods: {} }), { filters: [anyHub] });
createHubServer({ filters: [anyHub] });

// @ts-expect-error Arguments are a list.
const wrong: HubFilter = { invoke: (_, next) => next('text') };
wrong.invoke;
