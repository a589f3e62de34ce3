/** minihub itself: a hub at `/hub`, a raw endpoint at `/raw`. `settings.bundle` is the server's code, as one file. */
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { published, readSettings, socketsOf, tellHarness } from './control.mjs';
import { Seating } from './seating.mjs';

const settings = readSettings();
const { createHubServer, defineHub, method, stream } = await import(pathToFileURL(settings.bundle).href);

const anything = {
  '~standard': { version: 1, vendor: 'bench', validate: (/** @type {unknown} */ value) => ({ value }) },
};
const seating = new Seating(settings);
let resumed = 0;

const connected = ({ groups, connection }) => {
  for (const name of seating.next()) groups.add(connection.id, name);
};

const hub = defineHub()({
  ...(settings.size === -1 ? {} : { connected }),
  ...(settings.options?.statefulReconnect === undefined ? {} : { resumed: () => resumed++ }),
  methods: {
    publish: method([anything], async ({ clients }, payload) => {
      published();
      await clients.group(seating.target()).send('m', payload);
    }),
    echo: method([anything], (_context, payload) => payload),
    // The caller is asked, and its answer is the result.
    ask: method([anything], async ({ clients, connection }, payload) =>
      clients.client(connection.id).ask().question(payload),
    ),
    count: stream([anything], function* (_context, last) {
      for (let i = 0; i < last; i++) yield i;
    }),
  },
});

// Without keep-alive, as raw ws has none; Socket.IO's first ping comes after 25 s, when each sample is over.
const { limits, ...options } = settings.options ?? {};
const hubs = createHubServer({ ...options, limits: { keepAliveIntervalMs: 0, ...limits } });
hubs.map('/hub', hub);
hubs.mapRaw('/raw', { message: (connection, data) => connection.send(data) });
const server = createServer();
hubs.attach(server);
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  tellHarness(typeof address === 'object' ? (address?.port ?? 0) : 0, {
    '/reset': () => seating.reset(),
    '/connections': () => socketsOf(server),
    '/resumed': () => resumed,
  });
});
