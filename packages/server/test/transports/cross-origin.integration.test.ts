import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Authenticate, HubServerOptions } from '@minihub/server';
import { defineHub, method, unauthorized } from '@minihub/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { recordRequests } from '../support/record-requests.ts';
import { startServer } from '../support/start-server.ts';

const transports = ['WebSockets', 'ServerSentEvents', 'LongPolling'] as const;

const hub = defineHub<{ hello(name: string): void }>()({
  connected: ({ clients, user }) => clients.caller.hello(user ?? 'nobody'),
  methods: { whoAmI: method([], ({ user, connection }) => `${user} over ${connection.transport}`) },
});

const byCookie: Authenticate = ({ headers }) => {
  const user = /\buser=(\w+)/.exec(headers.cookie ?? '')?.[1];
  if (user === undefined) throw unauthorized();
  return { user };
};

/** Serves one page with the official client, and the visitor's cookie: cookies know hosts, origins also ports. */
async function servePages(): Promise<Server> {
  const main = createRequire(import.meta.url).resolve('@microsoft/signalr');
  const script = await readFile(join(dirname(main), '../browser/signalr.js'));
  const pages = createServer((request, response) => {
    if (request.url === '/signalr.js') response.setHeader('Content-Type', 'text/javascript').end(script);
    else response.setHeader('Set-Cookie', 'user=ada').end('<!doctype html><script src="/signalr.js"></script>');
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  return pages;
}

let browser: Browser;
let pages: Server;
let origin: string;
beforeAll(async () => {
  [browser, pages] = await Promise.all([launchBrowser(), servePages()]);
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
});

async function openPage(url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  return page;
}

/** Connects from the page with the official client: what the hub says about it, or why that failed. */
function connectFrom(page: Page, url: string, transport: string): Promise<string> {
  return page.evaluate(
    async ([hubUrl, name]) => {
      const { signalR } = globalThis as unknown as { signalR: typeof import('@microsoft/signalr') };
      const connection = new signalR.HubConnectionBuilder()
        .withUrl(hubUrl as string, {
          transport: signalR.HttpTransportType[name as 'WebSockets'],
          withCredentials: true,
        })
        .configureLogging(signalR.LogLevel.None)
        .build();
      connection.on('hello', () => {});
      try {
        await connection.start();
        const answer = await connection.invoke<string>('whoAmI');
        await connection.stop();
        return answer;
      } catch (error) {
        return `failed: ${error}`;
      }
    },
    [url, transport],
  );
}

function serve(options: HubServerOptions) {
  return startServer((hubs) => hubs.map('/hub', hub), options);
}

describe('a page of another origin', () => {
  it.each(transports)('uses %s with its cookies when it is on the list', async (transport) => {
    await using server = await serve({ authenticate: byCookie, allowedOrigins: [origin] });
    const requests = recordRequests(server.hubs);
    const page = await openPage(origin);
    expect(await connectFrom(page, server.url('/hub'), transport)).toBe(`ada over ${transport}`);
    // The official client's headers make the browser ask first.
    expect(requests.slice(0, 2)).toEqual(['OPTIONS /hub/negotiate', 'POST /hub/negotiate']);
    if (transport === 'LongPolling') expect(requests).toContain('DELETE /hub');
    await page.context().close();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });

  it.each(transports)('cannot use %s when it is not', async (transport) => {
    await using server = await serve({ authenticate: byCookie, allowedOrigins: ['https://example.com'] });
    const page = await openPage(origin);
    expect(await connectFrom(page, server.url('/hub'), transport)).toMatch(/^failed: /);
    expect(server.hubs.connectionCount).toBe(0);
    await page.context().close();
  });

  it('cannot open a socket past negotiation either', async () => {
    await using server = await serve({ allowedOrigins: ['https://example.com'] });
    const page = await openPage(origin);
    const event = await page.evaluate(async (url) => {
      const socket = new globalThis.WebSocket(url);
      return new Promise((resolve) => {
        for (const name of ['open', 'error']) socket.addEventListener(name, () => resolve(name));
      });
    }, server.wsUrl('/hub'));
    expect(event).toBe('error');
    await page.context().close();
  });

  it('may come from anywhere where any origin is allowed, but brings no cookies', async () => {
    await using server = await serve({ allowedOrigins: 'any' });
    const page = await openPage(origin);
    const read = (credentials: string) =>
      page.evaluate(
        async ([url, mode]) => {
          try {
            const response = await fetch(url as string, { method: 'POST', credentials: mode as RequestCredentials });
            return response.status;
          } catch {
            return 'refused';
          }
        },
        [server.url('/hub/negotiate'), credentials],
      );
    expect([await read('omit'), await read('include')]).toEqual([200, 'refused']);
    await page.context().close();
  });
});
