/** Bun's own server and its `publish`; runs on Bun. The messages are those of `ws.mjs`. */
import { readSettings, tellHarness } from './control.mjs';
import { Seating } from './seating.mjs';

const settings = readSettings();
const seating = new Seating(settings);
const end = '\x1e';
const { Bun } = /** @type {any} */ (globalThis);

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(/** @type {Request} */ request, /** @type {any} */ self) {
    const { pathname } = new URL(request.url);
    return self.upgrade(request, { data: { pathname } }) ? undefined : new Response('', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    backpressureLimit: 64 * 1024 * 1024,
    open(/** @type {any} */ client) {
      for (const name of seating.next()) client.subscribe(name);
    },
    message(/** @type {any} */ client, /** @type {string} */ text) {
      if (client.data.pathname === '/bytes') {
        client.send(text);
        return;
      }
      const message = JSON.parse(text.slice(0, -1));
      if (message.target === 'publish') {
        server.publish(seating.target(), JSON.stringify({ type: 1, target: 'm', arguments: message.arguments }) + end);
      } else {
        const { invocationId } = message;
        client.send(JSON.stringify({ type: 3, invocationId, result: message.arguments[0] }) + end);
      }
    },
  },
});
tellHarness(server.port, { '/reset': () => seating.reset(), '/connections': () => server.pendingWebSockets });
