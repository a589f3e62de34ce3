import { createHubServer, defineHub, method } from '@minihub/server';
import { mapSenparc, type SenparcCallbacks } from '@minihub/server/senparc';
import { z } from 'zod';

// Checked by tsc, not run. A hub that is defined where it is mapped has the types of one that was defined before.

type Client = { message(from: string, text: string): void };
const hubs = createHubServer();

const handle = hubs.map(
  '/inline',
  defineHub<Client>()({
    connected: ({ clients }) => clients.all.message('a', 'b'),
    methods: {
      say: method([z.string()], ({ clients }, text) => clients.all.message('a', text)),
      // @ts-expect-error: no such callback
      shout: method([z.string()], ({ clients }, text) => clients.all.shout(text)),
    },
  }),
);
handle.clients.all.message('a', 'b') satisfies Promise<void>;
// @ts-expect-error: no such callback
handle.clients.all.shout('a');

const endpoint = mapSenparc(hubs, {
  handler: { onMessage: (helper, { message }) => helper.sendMessage(message) },
  hub: defineHub<SenparcCallbacks & Client>()({
    methods: { say: method([z.string()], ({ clients }, text) => clients.all.message('a', text)) },
  }),
});
endpoint.hubs[0]?.clients.all.message('a', 'b') satisfies Promise<void> | undefined;
