import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createHubServer, defineHub } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { DirectScene, wasReadByNode } from './direct-scene.ts';
import { headOf, needed } from './plain-heads.ts';

const handshake = (path = '/raw'): string => headOf(needed, `GET ${path} HTTP/1.1`);
const answered = /^HTTP\/1\.1 101 Switching Protocols\r\n/;

/** What a client sends, masked with nothing. */
const message = (text: string): string => `\x81${String.fromCharCode(0x80 + text.length)}\0\0\0\0${text}`;
/** What it hears. */
const reply = (text: string): string => `\x81${String.fromCharCode(text.length)}${text}`;

function forAll<Item>(next: () => Item | null, use: (item: Item) => unknown): void {
  for (let item = next(); item !== null; item = next()) use(item);
}

const echo = (scene: DirectScene): void => void scene.attachEcho();

describe('an HTTP server whose sockets are looked at first', () => {
  trapFaults();

  it('answers a plain handshake without node:http, and what came behind it', async () => {
    const scene = await DirectScene.start(echo);
    const client = await scene.client(handshake() + message('one') + message('two').slice(0, 3));
    expect(await scene.heard(client, /one$/)).toMatch(answered);
    client.write(Buffer.from(message('two').slice(3), 'latin1'));
    expect(await scene.heard(client, /two$/)).toBe(reply('two'));
    expect(wasReadByNode(scene.sockets[0])).toBe(false);
    expect(scene.hubs.connectionCount).toBe(1);
  });

  it.each([
    ['a handshake in two pieces', handshake().slice(0, 40), handshake().slice(40)],
    ['a handshake that begins with one byte', 'G', handshake().slice(1)],
    ['a handshake whose end comes late', handshake().slice(0, -2), '\r\n'],
  ])('leaves %s to node:http', async (_, first, second) => {
    const scene = await DirectScene.start(echo);
    const client = await scene.client(first);
    await expect.poll(() => wasReadByNode(scene.sockets[0])).toBe(true);
    client.write(Buffer.from(second + message('hello'), 'latin1'));
    expect(await scene.heard(client, /hello$/)).toMatch(answered);
  });

  it('reads on after a handshake that came with a large request in front of it', async () => {
    const scene = await DirectScene.start(echo, {
      route: (request, response) => request.resume().on('end', () => response.end('theirs')),
    });
    const size = 16_384;
    const post = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n${'a'.repeat(size)}`;
    const client = await scene.client(post + handshake());
    await scene.heard(client, /101 Switching Protocols/);
    client.write(Buffer.from(message('hello'), 'latin1'));
    expect(await scene.heard(client, /hello$/)).toContain(reply('hello'));
    client.end();
    await expect.poll(() => scene.hubs.connectionCount).toBe(0);
  });

  it('gives sockets that say nothing to node:http, whose deadlines they have', async () => {
    const scene = await DirectScene.start(echo, { http: { headersTimeout: 5_000 } });
    const client = await scene.client();
    expect(wasReadByNode(scene.sockets[0])).toBe(false);
    scene.clock.advance(1_000);
    expect(wasReadByNode(scene.sockets[0])).toBe(false);
    scene.clock.advance(1_000);
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
    client.write(handshake());
    expect(await scene.heard(client, /\r\n\r\n/)).toMatch(answered);
  });

  it('has no timer for them, and forgets those that are gone', async () => {
    const scene = await DirectScene.start(echo);
    const pending = scene.clock.pending;
    const clients = [await scene.client(), await scene.client()];
    expect(scene.clock.pending).toBe(pending);
    clients[0]?.resetAndDestroy();
    await expect.poll(() => scene.sockets[0]?.destroyed).toBe(true);
    scene.clock.advance(2_000);
    expect(scene.sockets.map(wasReadByNode)).toEqual([false, true]);
  });

  it.each([{ headersTimeout: 4_999 }, { requestTimeout: 4_999, headersTimeout: 0 }])(
    'leaves all sockets to node:http where its deadlines are as short as %j',
    async (http) => {
      const scene = await DirectScene.start(echo, { http });
      await scene.client();
      expect(wasReadByNode(scene.sockets[0])).toBe(true);
    },
  );

  it.each(['closeAllConnections', 'closeIdleConnections', 'close'] as const)(
    'knows of silent sockets when %s is called',
    async (method) => {
      const scene = await DirectScene.start(echo);
      const client = await scene.client();
      const closed = once(client, 'close');
      const stopped = method === 'close' ? once(scene.http, 'close') : undefined;
      scene.http[method]();
      expect(wasReadByNode(scene.sockets[0])).toBe(true);
      if (method !== 'closeAllConnections') scene.http.closeAllConnections();
      await closed;
      await stopped;
    },
  );

  it('ends a socket whose other side ends it, and says so of one that breaks', async () => {
    const scene = await DirectScene.start(echo);
    const ended = await scene.client();
    ended.end();
    await once(ended.resume(), 'close');
    expect(wasReadByNode(scene.sockets[0])).toBe(false);

    const broken = await scene.client();
    const complaint = once(scene.http, 'clientError');
    broken.resetAndDestroy();
    expect(await complaint).toEqual([expect.objectContaining({ code: 'ECONNRESET' }), scene.sockets[1]]);

    scene.http.removeAllListeners('clientError');
    (await scene.client()).resetAndDestroy();
    await expect.poll(() => scene.sockets[2]?.destroyed).toBe(true);
  });

  it('lets a socket wait until authenticate has answered, and loses nothing meanwhile', async () => {
    let admit = (): void => {};
    const admitted = new Promise<undefined>((resolve) => (admit = () => resolve(undefined)));
    const scene = await DirectScene.start(echo, { hubs: { authenticate: () => admitted } });
    const client = await scene.client(handshake() + message('one'));
    await expect.poll(() => scene.sockets[0]?.bytesRead).toBeGreaterThan(0);
    const before = scene.sockets[0]?.bytesRead ?? 0;
    client.write(Buffer.from(message('two'), 'latin1'));
    await expect.poll(() => scene.sockets[0]?.bytesRead).toBeGreaterThan(before);
    expect(scene.sockets[0]?.bytesWritten).toBe(0);
    admit();
    expect(await scene.heard(client, /two$/)).toMatch(new RegExp(`${reply('one')}${reply('two')}$`));
    expect(wasReadByNode(scene.sockets[0])).toBe(false);
  });

  it('bears it when a socket breaks while authenticate is asked', async () => {
    let refuse = (_: Error): void => {};
    const asked = new Promise<undefined>((_, reject) => (refuse = reject));
    const scene = await DirectScene.start(echo, { hubs: { authenticate: () => asked } });
    const client = await scene.client(handshake());
    await expect.poll(() => scene.sockets[0]?.bytesRead).toBeGreaterThan(0);
    client.resetAndDestroy();
    await expect.poll(() => scene.sockets[0]?.destroyed).toBe(true);
    refuse(new Error('down'));
    await expect.poll(() => scene.hubs.connectionCount).toBe(0);
  });

  it('shows authenticate the request that node:http would have shown', async () => {
    const seen: object[] = [];
    const own = { X: 'one', Cookie: 'a=b; c=d', Referer: 'https://example.com/', Authorization: 'Bearer t' };
    const head = headOf([...needed, ...Object.entries(own)], 'GET /raw?a=1&id= HTTP/1.1');
    for (const directUpgrades of [true, false]) {
      const scene = await DirectScene.start((each) => each.attachEcho({ directUpgrades }), {
        hubs: {
          trustProxy: ['loopback'],
          authenticate(request) {
            const { method, url, headers, rawHeaders, headersDistinct, socket, ...rest } =
              request.incoming as IncomingMessage;
            const { httpVersion, httpVersionMajor, httpVersionMinor, complete, trailers, rawTrailers } = rest;
            const { aborted, destroyed, readableEnded, readableLength } = request.incoming as IncomingMessage;
            expect(request.incoming).toBe(request.incoming);
            expect(socket).toBe(scene.sockets[0]);
            seen.push({
              ...{ ...request, incoming: request.incoming?.constructor, query: String(request.query) },
              ...{
                method,
                url,
                incomingHeaders: headers,
                rawHeaders,
                distinct: { ...headersDistinct },
                complete,
                aborted,
              },
              ...{ httpVersion, httpVersionMajor, httpVersionMinor, trailers, rawTrailers, destroyed, readableEnded },
              ...{ readableLength, upgrade: Reflect.get(request.incoming ?? {}, 'upgrade') },
            });
            return undefined;
          },
        },
      });
      expect(await scene.ask(head)).toMatch(answered);
      expect(wasReadByNode(scene.sockets[0])).toBe(!directUpgrades);
    }
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
  });
});

describe('who else is interested in sockets', () => {
  trapFaults();

  it('hears of each once, at once, and before anything is done about it', async () => {
    const heard: [string, Socket][] = [];
    const scene = await DirectScene.start((each) => {
      each.http.on('connection', (socket) => heard.push(['before', socket]));
      each.attachEcho();
      each.http.on('connection', (socket) => heard.push(['after', socket]));
      each.http.prependListener('connection', (socket) => heard.push(['first', socket]));
    });
    const texts = [handshake(), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'nonsense\r\n\r\n', handshake('/elsewhere'), ''];
    for (const text of texts) {
      heard.length = 0;
      await scene.client(text);
      scene.clock.advance(3_000);
      expect(heard.map(([who]) => who)).toEqual(['first', 'before', 'after']);
      expect(new Set(heard.map(([, socket]) => socket))).toEqual(new Set([scene.sockets.at(-1)]));
    }
  });

  it('is not told again of a socket whose offer of HTTP/2 is ignored', async () => {
    const scene = await DirectScene.start(echo);
    const offer = headOf([
      ['Host', 'x'],
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'AA'],
    ]);
    expect(await scene.ask(offer, /theirs/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(scene.sockets).toHaveLength(1);
  });

  it.each(['data', 'readable'] as const)('reads along from the first byte when it listens for %s', async (event) => {
    const read: string[] = [];
    const scene = await DirectScene.start((each) => {
      each.attachEcho();
      each.http.on('connection', (socket: Socket) => {
        const note = (chunk: Buffer): unknown => read.push(chunk.toString('latin1'));
        if (event === 'data') socket.on('data', note);
        else socket.on('readable', () => forAll(() => socket.read() as Buffer | null, note));
      });
    });
    for (const text of ['GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', handshake()]) {
      expect(await scene.ask(text, /theirs|\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 /);
      expect(read.splice(0)).toEqual([text]);
    }
    expect(scene.sockets.map(wasReadByNode)).toEqual([true, true]);
  });

  it('reads along from the first byte when it listens a little later', async () => {
    const read: string[] = [];
    const scene = await DirectScene.start(echo);
    for (const text of ['GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', handshake()]) {
      const client = await scene.client();
      scene.sockets.at(-1)?.on('data', (chunk) => read.push(chunk.toString('latin1')));
      client.write(text);
      expect(await scene.heard(client, /theirs|\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 /);
      expect(read.splice(0)).toEqual([text]);
    }
    expect(scene.sockets.map(wasReadByNode)).toEqual([true, true]);
  });

  it('may set a timeout, which node:http then applies', async () => {
    const scene = await DirectScene.start((each) => {
      each.attachEcho();
      each.http.on('connection', (socket: Socket) => socket.setTimeout(20));
    });
    const client = await scene.client();
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
    await once(client.resume(), 'close');
  });

  it('may be the server itself, with its timeout', async () => {
    const scene = await DirectScene.start((each) => {
      each.attachEcho();
      each.http.setTimeout(20);
    });
    await once((await scene.client()).resume(), 'close');
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
  });

  it('does not lose a socket for others when it throws', async () => {
    const scene = await DirectScene.start(echo);
    const { emit } = scene.http;
    const thrown: unknown[] = [];
    scene.http.on('connection', () => {
      throw new Error('a mistake of theirs');
    });
    // The net module has no one to throw it to.
    scene.http.emit = function (event: string, ...args: never[]): boolean {
      try {
        return Reflect.apply(emit, this, [event, ...args]);
      } catch (error) {
        thrown.push(error);
        return true;
      }
    };
    expect(await scene.ask(handshake())).toMatch(answered);
    expect(thrown).toEqual([expect.objectContaining({ message: 'a mistake of theirs' })]);
  });

  it('hears of all upgrades when it listens for them, ours included', async () => {
    const upgrades: (string | undefined)[] = [];
    const scene = await DirectScene.start(echo);
    expect(await scene.ask(handshake())).toMatch(answered);
    scene.http.on('upgrade', ({ url }: IncomingMessage, socket) => {
      upgrades.push(url);
      if (url === '/theirs') socket.end('HTTP/1.1 101 Theirs\r\n\r\n');
    });
    expect(await scene.ask(handshake())).toMatch(answered);
    expect(await scene.ask(handshake('/theirs'))).toBe('HTTP/1.1 101 Theirs\r\n\r\n');
    expect(upgrades).toEqual(['/raw', '/theirs']);
    expect(scene.sockets.map(wasReadByNode)).toEqual([false, true, true]);
  });

  it('sees upgrades among the events of the server when it watches those', async () => {
    const events = new Set<string>();
    const scene = await DirectScene.start(echo);
    const { emit } = scene.http;
    scene.http.emit = function (event: string, ...args: never[]): boolean {
      events.add(event);
      return Reflect.apply(emit, this, [event, ...args]);
    };
    expect(await scene.ask(handshake())).toMatch(answered);
    expect(events).toContain('upgrade');
  });

  it('may bring sockets of its own, which are read as before', async () => {
    const scene = await DirectScene.start(echo);
    const { createServer } = await import('node:net');
    const front = createServer((socket) => scene.http.emit('connection', socket)).listen(0, '127.0.0.1');
    onTestFinished(() => void front.close());
    await once(front, 'listening');
    const client = connect((front.address() as { port: number }).port, '127.0.0.1', () => client.write(handshake()));
    onTestFinished(() => void client.destroy());
    expect(await scene.heard(client, /\r\n\r\n/)).toMatch(answered);
    expect(wasReadByNode(scene.sockets[0])).toBe(true);
  });
});

describe('a server with several hub servers', () => {
  trapFaults();

  it('serves the paths of all of them directly, and refuses what belongs to none', async () => {
    const second = createHubServer();
    onTestFinished(() => second.close({ deadlineMs: 0 }));
    second.mapRaw('/second', { message: (connection, data) => connection.send(data) });
    let detach = (): void => {};
    const scene = await DirectScene.start((each) => {
      each.attachEcho();
      detach = second.attach(each.http);
    });
    for (const path of ['/raw', '/second']) {
      expect(await scene.ask(handshake(path) + message('hi'), /hi$/)).toMatch(answered);
      expect(wasReadByNode(scene.sockets.at(-1))).toBe(false);
    }
    expect(await scene.ask(handshake('/third'))).toMatch(/^HTTP\/1\.1 404 /);
    expect([scene.hubs.connectionCount, second.connectionCount]).toEqual([1, 1]);

    detach();
    detach();
    expect(await scene.ask(handshake('/second'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await scene.ask(handshake('/raw'))).toMatch(answered);
    expect(wasReadByNode(scene.sockets.at(-1))).toBe(false);
  });

  it('answers directly for those alone that may', async () => {
    const second = createHubServer();
    onTestFinished(() => second.close({ deadlineMs: 0 }));
    second.map('/second', defineHub()({ methods: {} }));
    const scene = await DirectScene.start((each) => {
      each.attachEcho();
      second.attach(each.http, { directUpgrades: false });
    });
    expect(await scene.ask(handshake('/raw'))).toMatch(answered);
    expect(await scene.ask(handshake('/second'))).toMatch(answered);
    expect(scene.sockets.map(wasReadByNode)).toEqual([false, true]);
  });
});
