import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { DirectScene, wasReadByNode } from './direct-scene.ts';
import { headOf, needed } from './plain-heads.ts';

const handshake = headOf(needed, 'GET /raw HTTP/1.1');
const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const ping = '\x81\x82\0\0\0\0hi';

const ways = [{ directUpgrades: true }, { directUpgrades: false }];

describe('what a request keeps in an AsyncLocalStorage', () => {
  trapFaults();

  it.each(ways)('stays out of sockets that came later, also when hubs were attached within it: %j', async (how) => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const scene = await DirectScene.start(
      (each) => storage.run('of whoever attached', () => void each.attachEcho(how)),
      { route: (_, response) => void response.end(`has ${seen.push(storage.getStore())}`) },
    );
    const silent = await scene.client();
    // Silent for so long that it is given to node:http by a timer.
    storage.run('of whoever looks at the time', () => scene.clock.advance(2_000));
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
    silent.write(request);
    await scene.heard(silent, /has/);
    const idle = await scene.client();
    storage.run('of whoever closes', () => scene.http.closeIdleConnections());
    expect(wasReadByNode(scene.sockets[1])).toBe(true);
    idle.write(request);
    await scene.heard(idle, /has/);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('is what it would be without a look at sockets first, where the server listens within it; upgrades have it too', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: string[][] = [];
    for (const how of ways) {
      const stores: string[] = [];
      const note = (what: string): unknown => stores.push(`${what}: ${storage.getStore()}`);
      const scene = await storage.run('of whoever listens', () =>
        DirectScene.start((each) => void each.attachEcho(how), {
          hubs: { authenticate: () => void note('authenticate') },
          route: (_, response) => void response.end(`noted ${note('request')}`),
        }),
      );
      await scene.ask(request, /noted/);
      const silent = await scene.client();
      scene.clock.advance(2_000);
      silent.write(request);
      await scene.heard(silent, /noted/);
      await scene.ask(handshake);
      seen.push(stores);
    }
    const requests = ['request: of whoever listens', 'request: of whoever listens'];
    expect(seen[0]).toEqual([...requests, 'authenticate: of whoever listens']);
    // Whether node:http takes the context along to its upgrades depends on its version: Node.js 24 does.
    expect(seen[1]?.slice(0, 2)).toEqual(requests);
    expect(seen[1]).toHaveLength(3);
  });

  it.each(ways)('ends with the handshake when authenticate has entered it: %j', async (how) => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    let users = 0;
    const scene = await DirectScene.start(
      ({ hubs, http }) => {
        hubs.mapRaw('/raw', {
          message(connection, data) {
            seen.push(storage.getStore());
            connection.send(data);
          },
        });
        hubs.attach(http, how);
      },
      {
        hubs: {
          authenticate() {
            seen.push(storage.getStore());
            storage.enterWith(`user ${++users}`);
            return undefined;
          },
        },
      },
    );
    const say = async (client: Socket): Promise<void> => {
      client.write(Buffer.from(ping, 'latin1'));
      await scene.heard(client, /hi$/);
    };
    const clients = [await scene.client(handshake), await scene.client(handshake)];
    for (const client of clients) await scene.heard(client, /\r\n\r\n/);
    for (const client of clients) await say(client);
    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  });
});
