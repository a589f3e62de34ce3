import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { defineHub, type HubServer, type HubServerOptions, unauthorized } from '@minihub/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything } from '../support/everything-hub.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { handshake } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

/** Sends bytes, and reads until the answer matches. */
async function tell(server: RunningServer, text: string, until: RegExp): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += (chunk as Buffer).toString('latin1');
    if (until.test(answer)) return answer;
  }
  throw new Error(`The server has closed: ${answer}`);
}

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** As Java's HTTP client sends each plain request. */
const offeringHttp2 = (path: string, body = ''): string =>
  `POST ${path} HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: ${body.length}\r\nHost: x\r\n` +
  `HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\nUser-Agent: Java-http-client\r\n\r\n${body}`;

/** A route of somebody else, which says what it was sent. */
async function parrot(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  response.end(`${incoming.method} ${incoming.url} ${body} ${Object.keys(incoming.headers).join()}`);
}

async function serve(
  prepare: (hubs: HubServer) => void = (hubs) => hubs.map('/hub', everything),
  options: HubServerOptions = {},
): Promise<RunningServer> {
  const server = await startServer(prepare, options, 0, (incoming, response) => void parrot(incoming, response));
  onTestFinished(async () => server[Symbol.asyncDispose]());
  return server;
}

async function negotiate(server: RunningServer, path: string): Promise<string> {
  const response = await fetch(server.url(`${path}/negotiate?negotiateVersion=1`), { method: 'POST' });
  return `${path}?id=${((await response.json()) as { connectionToken: string }).connectionToken}`;
}

const stream = { accept: 'text/event-stream' };

describe('an HTTP server with hubs', () => {
  trapFaults();

  it('says to those between as well that another version needs another upgrade', async () => {
    const server = await serve((hubs) => hubs.mapRaw('/raw', {}));
    const answer = await tell(server, upgrade('/raw').replace('Version: 13', 'Version: 8'), /must be 13\.$/);
    expect(answer).toMatch(/^HTTP\/1\.1 426 /);
    expect(answer).toContain('\r\nConnection: close, Upgrade\r\n');
    expect(answer).toContain('\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n');
  });

  it.each(['/hub/negotiate', '/hub/refresh'])('opens no WebSocket at %s', async (path) => {
    const server = await serve();
    expect(await tell(server, upgrade(path), /\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 405 /);
    expect(server.hubs.connectionCount).toBe(0);
  });

  it('takes a request that offers HTTP/2 as the plain one that it is', async () => {
    const server = await serve();
    const answer = await tell(server, offeringHttp2('/hub/negotiate?negotiateVersion=1'), /\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('connectionToken');
    const posted = await tell(server, offeringHttp2(await negotiate(server, '/hub'), handshake()), /\r\n\r\n$/);
    expect(posted).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('leaves such requests to its other routes, body and headers included', async () => {
    const server = await serve();
    const answer = await tell(server, offeringHttp2('/other', 'body'), /connection$/);
    expect(answer).toMatch(/POST \/other body content-length,host,user-agent,connection$/);
  });

  it('leaves upgrades that are not ours to others who want them', async () => {
    const server = await serve();
    server.http.on('upgrade', (incoming: IncomingMessage, socket) => {
      if (incoming.url === '/theirs') socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n');
    });
    expect(await tell(server, offeringHttp2('/theirs'), /\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 101 /);
    expect(await tell(server, offeringHttp2('/hub/negotiate'), /\}$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('finds its paths where a request names the whole address', async () => {
    const server = await serve();
    const text = 'POST http://x/hub/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
    expect(await tell(server, text, /\}$/)).toContain('connectionToken');
  });

  it('lets a client go on that waits for 100 Continue, also where others listen for that', async () => {
    const server = await serve();
    server.http.on('checkContinue', (_, response: ServerResponse) => response.writeHead(417).end());
    const posting = request(server.url(await negotiate(server, '/hub')), {
      method: 'POST',
      headers: { expect: '100-continue' },
    });
    posting.flushHeaders();
    await once(posting, 'continue');
    posting.end(handshake());
    const [response] = (await once(posting, 'response')) as [IncomingMessage];
    expect(response.resume().statusCode).toBe(200);
  });

  it('asks who sends a request before it says that its version is wrong', async () => {
    const authenticate = (): never => {
      throw unauthorized();
    };
    const server = await serve((hubs) => hubs.map('/hub', everything, { authenticate }));
    const response = await fetch(server.url('/hub/negotiate?negotiateVersion=x'), { method: 'POST' });
    expect(response.status).toBe(401);
  });
});

describe('server-sent events', () => {
  trapFaults();

  it('carry what is sent, and the end, before the client is told that it is connected', async () => {
    const large = 'x'.repeat(60_000);
    const server = await serve((hubs) =>
      hubs.mapRaw('/raw', {
        connecting(connection) {
          for (let n = 0; n < 3; n++) connection.send(large);
          connection.close();
        },
      }),
    );
    const response = await fetch(server.url(await negotiate(server, '/raw')), { headers: stream });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(`:\r\n${`data: ${large}\r\n\r\n`.repeat(3)}`);
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it('end for a client that takes nothing once it had its time', async () => {
    const clock = new FakeClock();
    const server = await serve((hubs) => hubs.map('/hub', everything), { clock });
    const target = await negotiate(server, '/hub');
    const socket = connect(server.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    await fetch(server.url(target), { method: 'POST', body: handshake() });
    const hub = server.hubs.hub(everything);
    await expect.poll(() => hub.groups.members('everybody')).toHaveLength(1);
    const waiting = (): number => Math.max(...[...server.sockets].map(({ writableLength }) => writableLength));
    while (waiting() < 1_000_000) {
      await hub.clients.all.message('server', 'x'.repeat(1_000_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hub.disconnect({ group: 'everybody' });
    clock.advance(4_000);
    expect(server.hubs.connectionCount).toBe(1);
    clock.advance(1_000);
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
    expect(clock.pending).toBe(1);
  });
});

describe('posts and polls', () => {
  trapFaults();

  it('keep their socket when a post is refused in the middle', async () => {
    const server = await serve((hubs) => hubs.mapRaw('/raw', {}));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const target = await negotiate(server, '/raw');
    await fetch(server.url(target));
    for (const [size, status] of [
      [1_000_000, 413],
      [10, 200],
    ] as const) {
      const posting = request(server.url(target), { method: 'POST', agent });
      posting.end('x'.repeat(size));
      const [response] = (await once(posting, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(status);
      await once(response.resume(), 'end');
    }
  });

  it('learn that the connection is over in the middle of a post', async () => {
    const server = await serve((hubs) => hubs.mapRaw('/raw', {}));
    const target = await negotiate(server, '/raw');
    const posting = request(server.url(target), { method: 'POST' });
    posting.write('half');
    await fetch(server.url(target));
    expect((await fetch(server.url(target), { method: 'DELETE' })).status).toBe(202);
    posting.end('the rest');
    const [response] = (await once(posting, 'response')) as [IncomingMessage];
    expect(response.resume().statusCode).toBe(404);
  });

  it('are told that it is over while the hub still says goodbye', async () => {
    let goodbye = (): void => {};
    const server = await serve((hubs) =>
      hubs.map(
        '/hub',
        defineHub()({
          connected: () => {},
          disconnected: () => new Promise<void>((resolve) => (goodbye = resolve)),
          methods: {},
        }),
      ),
    );
    const target = await negotiate(server, '/hub');
    await fetch(server.url(target));
    await fetch(server.url(target), { method: 'POST', body: handshake() });
    await fetch(server.url(target));
    await fetch(server.url(target), { method: 'DELETE' });
    expect(server.hubs.connectionCount).toBe(1);
    expect((await fetch(server.url(target))).status).toBe(204);
    expect((await fetch(server.url(target), { method: 'POST', body: '' })).status).toBe(404);
    goodbye();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });
});
