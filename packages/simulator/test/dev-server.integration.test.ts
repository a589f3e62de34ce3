import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type DevServer, startDevServer } from '../src/dev-server/index.ts';
import { startEchoServer } from './fixtures.ts';
import { fixture } from './pages/support/jsdom-run.ts';

const serve = (): Promise<DevServer> => startDevServer({ dir: fixture('tabs'), port: 0 });

/** The status of a request whose Host header says something else than where it goes. */
function statusFor(url: string, headers: { [name: string]: string }, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

function opened(url: string, origin?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, origin === undefined ? {} : { origin });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('error', (error) => resolve(error.message));
  });
}

describe('the development server', () => {
  it('serves the program, the pages and nothing outside of the folder', async () => {
    await using server = await serve();
    const program = await (await fetch(`${server.url}program.json`)).json();
    expect(program).toMatchObject({
      program: { pages: ['pages/home/home', 'pages/form/form', 'pages/detail/detail'] },
    });
    const status = async (path: string): Promise<number> => (await fetch(server.url + path)).status;
    expect(await status('')).toBe(200);
    expect(await status('phone')).toBe(200);
    expect(await status('files/app.json')).toBe(404);
    expect(await status('files/..%2f..%2f..%2fpackage.json')).toBe(404);
    expect(await status('files/%00.png')).toBe(404);
    expect(await status('nothing')).toBe(404);
  });

  it('lets only its own page use the relay, and only by a name of this machine', async () => {
    await using server = await serve();
    const relay = `${server.url.replace('http', 'ws')}relay/socket`;
    expect(await opened(relay)).toContain('403');
    expect(await opened(relay, 'https://evil.test')).toContain('403');
    expect(await opened(relay, server.url.slice(0, -1))).toBe('open');
    expect(await statusFor(server.url, { host: 'evil.test' })).toBe(403);
    expect(await statusFor(`${server.url}relay/http`, { origin: 'https://evil.test' }, 'POST')).toBe(404);
  });

  it('relays messages as they are, and says why a handshake failed', async () => {
    await using server = await serve();
    await using echo = await startEchoServer();
    const speak = (url: string, frames: (string | Buffer)[], until: (heard: string[]) => boolean): Promise<string[]> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}relay/socket`, {
          origin: server.url.slice(0, -1),
        });
        const heard: string[] = [];
        socket.on('open', () => {
          const dial = { url, headers: { 'X-Mine': 'yes' }, perMessageDeflate: false };
          socket.send(`c${JSON.stringify({ type: 'dial', request: dial })}`);
        });
        socket.on('message', (data: Buffer, binary) => {
          heard.push(binary ? data.toString('hex') : data.toString('utf8').replace(/"headers".*/, '…'));
          if (heard.length === 1) for (const frame of frames) socket.send(frame);
          if (!until(heard)) return;
          socket.terminate();
          resolve([...heard]);
        });
      });
    expect(await speak(echo.url, ['tthis', Buffer.from([1, 2])], (heard) => heard.length === 3)).toEqual([
      'c{"type":"open",…',
      'tthis',
      '0102',
    ]);
    expect(echo.headers[0]?.['x-mine']).toBe('yes');
    expect(await speak('ws://127.0.0.1:1', [], () => true)).toEqual(['c{"type":"failed","kind":"refused"}']);
    expect(await speak('no address', [], () => true)).toEqual(['c{"type":"failed","kind":"refused"}']);
    expect(await speak(server.url.replace('http', 'ws'), [], () => true)).toEqual([
      'c{"type":"failed","kind":"status"}',
    ]);
  });

  it('says that its port is taken', async () => {
    await using server = await serve();
    const port = Number(new URL(server.url).port);
    await expect(startDevServer({ dir: fixture('tabs'), port })).rejects.toMatchObject({ code: 'MH_SIM_PORT_TAKEN' });
  });
});
