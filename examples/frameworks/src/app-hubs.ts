import { createHubServer, defineHub, type HubServer, type HubServerOptions, method } from '@minihub/server';
import { z } from 'zod';

type Client = { message(from: string, text: string): void };

/** Says who is there, and passes on what is said. */
export const chat = defineHub<Client>()({
  methods: {
    say: method([z.string().max(500)], ({ clients, user }, text) => clients.all.message(user ?? 'nobody', text)),
    whoAmI: method([], ({ user }) => user ?? 'nobody'),
  },
});

/** A second hub, on the same server. */
export const news = defineHub()({ methods: { latest: method([], () => 'No news is good news.') } });

/** What every example serves: two hubs and a raw endpoint, under the prefix of the application's own routes. */
export function createAppHubs(options: HubServerOptions = {}): HubServer {
  const hubs = createHubServer(options);
  hubs.map('/api/chat', chat);
  hubs.map('/api/news', news);
  hubs.mapRaw('/api/echo', { message: (connection, data) => connection.send(data) });
  return hubs;
}
