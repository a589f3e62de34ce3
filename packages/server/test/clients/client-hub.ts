import { type DisconnectInfo, defineHub, method, stream, upload } from '@minihub/server';
import { z } from 'zod';
import { type EverythingClient, everything } from '../support/everything-hub.ts';
import { Inbox } from '../support/inbox.ts';

/** What the hub of the client tests tells the test. */
export interface HubEvents {
  /** One for each `forever` stream that has been ended, by whomever. */
  readonly streamsEnded: Inbox<string>;
  /** One for each method that has begun to hang. */
  readonly hanging: Inbox<string>;
  /** One for each connection that has ended. */
  readonly gone: Inbox<DisconnectInfo>;
  /** What `note` was called with. */
  readonly notes: Inbox<string>;
}

/** Inboxes for the events of one hub. */
export function createHubEvents(): HubEvents {
  return { streamsEnded: new Inbox(), hanging: new Inbox(), gone: new Inbox(), notes: new Inbox() };
}

/** The everything hub, and what tests of whole clients want besides. */
export function createClientHub(events: HubEvents): ReturnType<typeof define> {
  return define(events);
}

// The type of a hub is inferred from its methods; spelling it out would be saying everything twice.
const define = (events: HubEvents) =>
  defineHub<EverythingClient>()({
    connected: ({ groups, connection }) => groups.add(connection.id, 'everybody'),
    disconnected: (_, info) => events.gone.put(info),
    methods: {
      ...everything.methods,
      whoAmI: method([], ({ user }) => user ?? null),
      request: method([], ({ connection: { request } }) => ({
        path: request.path,
        query: Object.fromEntries(request.query),
        header: request.headers['x-tenant'] ?? null,
      })),
      note: method([z.string()], (_, text) => events.notes.put(text)),
      tellUsers: method([z.array(z.string()), z.string()], ({ clients, connection }, users, text) =>
        clients.users(users).message(connection.id, text),
      ),
      tellOthersIn: method([z.string(), z.string()], ({ clients, connection }, group, text) =>
        clients.othersInGroup(group).message(connection.id, text),
      ),
      tellAll: method([z.string()], ({ clients, connection }, text) => clients.all.message(connection.id, text)),
      tellOne: method([z.string(), z.string()], ({ clients, connection }, id, text) =>
        clients.client(id).message(connection.id, text),
      ),
      hang: method([], ({ signal, connection }) => {
        events.hanging.put(connection.id);
        return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      }),
      forever: stream([], async function* ({ signal, connection }) {
        try {
          yield 'first';
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        } finally {
          events.streamsEnded.put(connection.id);
        }
      }),
      join2: method([upload(z.string()), z.string(), upload(z.string())], async (_, left, between, right) => {
        const read = async (items: AsyncIterable<string>): Promise<string> => {
          let text = '';
          for await (const item of items) text += item;
          return text;
        };
        return (await Promise.all([read(left), read(right)])).join(between);
      }),
    },
  });
