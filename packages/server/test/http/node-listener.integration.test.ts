import { EventEmitter, once } from 'node:events';
import { createServer, IncomingMessage, type Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createNetServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { nodeListenerOf } from '../../src/http/node-listener.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { DirectScene, wasReadByNode } from './direct-scene.ts';
import { headOf, needed } from './plain-heads.ts';

const handshake = headOf(needed, 'GET /raw HTTP/1.1');
const answered = /^HTTP\/1\.1 101 /;

class OwnMessage extends IncomingMessage {}

function changed(change: (server: Server) => void): Server {
  const server = createServer();
  change(server);
  return server;
}

describe('nodeListenerOf', () => {
  it('is the same for all servers of this Node.js, which can be looked at', () => {
    const [first, second] = [nodeListenerOf(createServer()), nodeListenerOf(createServer({ keepAlive: true }))];
    expect(first).toEqual({ event: 'connection', listener: expect.any(Function) });
    expect(second).toEqual(first);
  });

  it.each<[string, object]>([
    ['no server', new EventEmitter()],
    ['a server of node:net', createNetServer()],
    ['a server of node:http2', createHttp2Server()],
    ['a server that makes requests of its own class', createServer({ IncomingMessage: OwnMessage })],
    ['a server whose parser was taken out', changed((server) => void server.removeAllListeners('connection'))],
    [
      'a server with somebody in front of the parser',
      changed((server) => void server.prependListener('connection', () => {})),
    ],
    ['a server whose events somebody watches', changed((server) => Object.assign(server, { emit: () => true }))],
    [
      'a server that asks about upgrades',
      changed((server) => Object.assign(server, { shouldUpgradeCallback: () => true })),
    ],
  ])('is not known of %s', (_, server) => {
    expect(nodeListenerOf(server)).toBeUndefined();
  });
});

describe('attaching', () => {
  trapFaults();

  it('leaves every request to node:http when it is told so', async () => {
    const scene = await DirectScene.start((each) => each.attachEcho({ directUpgrades: false }));
    expect(await scene.ask(handshake)).toMatch(answered);
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
  });

  it('leaves every request to node:http where that reads in a way of its own', async () => {
    const server = createServer({ IncomingMessage: OwnMessage });
    let incoming: unknown;
    const scene = await DirectScene.start((each) => each.attachEcho(), {
      server,
      hubs: {
        authenticate(request) {
          incoming = request.incoming;
          return undefined;
        },
      },
    });
    expect(await scene.ask(handshake)).toMatch(answered);
    expect(incoming).toBeInstanceOf(OwnMessage);
  });

  it('stands aside when somebody takes the parser out later', async () => {
    const scene = await DirectScene.start((each) => each.attachEcho());
    scene.http.removeAllListeners('connection');
    scene.http.on('connection', (socket) => socket.end('mine'));
    const { connect } = await import('node:net');
    const client = connect(scene.port, '127.0.0.1');
    expect(await scene.heard(client, /mine/)).toBe('mine');
  });

  it.each(['while nobody is there', 'while somebody is silent'])('is undone without a trace, %s', async (when) => {
    let detach = (): void => {};
    const before = createServer();
    const scene = await DirectScene.start((each) => {
      detach = each.attachEcho();
    });
    const own = Object.keys(before).filter((name) => !name.startsWith('_'));
    if (when === 'while somebody is silent') await scene.client();
    detach();
    expect(
      Object.keys(scene.http)
        .filter((name) => !name.startsWith('_'))
        .sort(),
    ).toEqual(own.sort());
    expect(scene.http.listeners('connection')[0]).toBe(before.listeners('connection')[0]);
    expect(scene.http.listenerCount('connection')).toBe(2);
    expect(scene.http.listenerCount('upgrade')).toBe(0);
    expect(scene.sockets.map(wasReadByNode)).toEqual(when === 'while nobody is there' ? [] : [true]);
    expect(await scene.ask('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /theirs/)).toMatch(/ 200 /);
  });

  it('leaves a socket to node:http that comes while it is undone', async () => {
    const scene = await DirectScene.start((each) => {
      const detach = each.attachEcho();
      each.http.on('connection', detach);
    });
    await scene.client();
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
  });

  it('stands aside when the parser was taken out between two attachments', async () => {
    const scene = await DirectScene.start((each) => {
      each.attachEcho({ directUpgrades: false });
      each.http.removeAllListeners('connection');
      each.http.on('connection', (socket: Socket) => {
        each.sockets.push(socket);
        socket.end('mine');
      });
      each.hubs.attach(each.http);
    });
    expect(await scene.ask(handshake, /mine/)).toBe('mine');
    expect(scene.sockets.map(wasReadByNode)).toEqual([false]);
    expect(scene.http.listenerCount('connection')).toBe(1);
  });

  it('can be done and undone while the server runs', async () => {
    let detach = (): void => {};
    const scene = await DirectScene.start((each) => {
      detach = each.attachEcho();
    });
    const client = await scene.client(handshake);
    expect(await scene.heard(client, /\r\n\r\n/)).toMatch(answered);
    detach();
    // Who is connected stays.
    client.write(Buffer.from('\x81\x82\0\0\0\0hi', 'latin1'));
    expect(await scene.heard(client, /hi$/)).toContain('hi');
    scene.hubs.attach(scene.http);
    expect(await scene.ask(handshake)).toMatch(answered);
    expect(scene.sockets.map(wasReadByNode)).toEqual([false, false]);
    await once(client.end(), 'close');
  });
});
