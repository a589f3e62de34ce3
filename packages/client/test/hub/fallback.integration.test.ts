import { createServer, type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { connect, type HubConnectionOptions, type MinihubError } from '@minihub/client';
import { longPolling, serverSentEvents } from '@minihub/client/fallback';
import { messagePack } from '@minihub/client/messagepack';
import type { EndpointOptions } from '@minihub/server';
import { createWx } from '@minihub/simulator';
import { build } from 'esbuild';
import { EventSource } from 'eventsource';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { everything } from '../../../server/test/support/everything-hub.ts';
import { type RunningServer, startServer } from '../../../server/test/support/start-server.ts';
import { until } from '../../../simulator/test/fixtures.ts';

const fallbacks = [serverSentEvents({ EventSource }), longPolling()];

/** A server, and what was asked of it: `POST /hub/negotiate`, `GET /hub (sse)`… */
async function serve(
  options: EndpointOptions = {},
  page = '',
): Promise<RunningServer & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = await startServer(
    (hubs) => hubs.map('/hub', everything, options),
    {},
    0,
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  );
  const emit = server.http.emit.bind(server.http) as (event: string, ...args: unknown[]) => boolean;
  server.http.emit = (event: string, ...args: unknown[]): boolean => {
    if (event === 'upgrade') asked.push('upgrade');
    if (event === 'request') {
      const { method, url, headers } = args[0] as IncomingMessage;
      const kind = headers.accept === 'text/event-stream' ? ' (sse)' : '';
      asked.push(`${method} ${url?.replace(/\?.*/, '')}${kind}`);
    }
    return emit(event, ...args);
  };
  return Object.assign(server, { asked });
}

describe('fall-back transports', () => {
  it.each<[string, HubConnectionOptions, EndpointOptions, string]>([
    [
      'server-sent events first, when WebSockets are not offered',
      {},
      { webSocket: { enabled: false } },
      'GET /hub (sse)',
    ],
    ['long polling, when it is all that is offered', {}, { transports: ['LongPolling'] }, 'GET /hub'],
    ['long polling for MessagePack', { protocol: messagePack() }, { webSocket: { enabled: false } }, 'GET /hub'],
    [
      'long polling, when WebSockets are not wanted and there is no EventSource',
      { webSockets: false, fallbacks: [longPolling()] },
      {},
      'GET /hub',
    ],
  ])('use %s', async (_, options, endpoint, expected) => {
    await using server = await serve(endpoint);
    const hub = connect<typeof everything>(server.url('/hub'), { platform: WebSocket, fallbacks, ...options });
    expect(await hub.invoke('add', 1, 2)).toBe(3);
    const got: unknown[] = [];
    hub.on('echo', (value) => {
      got.push(value);
    });
    await hub.invoke('callMe', '你好 🍵\nsecond line');
    await until(() => got.length === 1, 'the callback');
    expect(got).toEqual(['你好 🍵\nsecond line']);
    await hub.close();
    expect(server.asked[0]).toBe('POST /hub/negotiate');
    expect(server.asked).toContain(expected);
    expect(server.asked).not.toContain('upgrade');
  });

  it('are tried after WebSockets that a proxy does not let through, each with a new negotiation', async () => {
    await using server = await serve();
    // A proxy that has never heard of Upgrade.
    const proxy = createServer((incoming, outgoing) => {
      const { upgrade: _, connection: __, ...headers } = incoming.headers;
      const onward = request(server.url(incoming.url ?? '/'), { method: incoming.method, headers }, (answer) =>
        answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)),
      );
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
      outgoing.on('close', () => onward.destroy());
    });
    proxy.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    const hub = connect<typeof everything>(`http://127.0.0.1:${port}/hub`, {
      platform: WebSocket,
      fallbacks,
      reconnect: { baseDelayMs: 1 },
    });
    expect(await hub.invoke('add', 2, 3)).toBe(5);
    expect(server.asked.filter((line) => line === 'POST /hub/negotiate')).toHaveLength(2);
    expect(server.asked).toContain('GET /hub (sse)');
    await hub.close();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('say so when nothing is left', async () => {
    await using server = await serve({ transports: ['LongPolling'] });
    const hub = connect(server.url('/hub'), { platform: WebSocket, reconnect: false });
    const error = await hub.start().catch((e: MinihubError) => e);
    expect(error).toMatchObject({ code: 'MH_CLIENT_NEGOTIATE' });
  });

  it.each(['ServerSentEvents', 'LongPolling'] as const)('come back after %s broke off', async (name) => {
    await using server = await serve({ transports: [name] });
    const hub = connect<typeof everything>(server.url('/hub'), {
      platform: WebSocket,
      fallbacks,
      reconnect: { baseDelayMs: 1 },
    });
    await hub.start();
    const states: string[] = [];
    hub.onStateChange(({ to }) => states.push(to));
    server.cut();
    await until(() => states.includes('connected'), 'the way back');
    expect(states).toEqual(['reconnecting', 'connected']);
    expect(await hub.invoke('add', 1, 1)).toBe(2);
    await hub.close();
  });

  it('negotiate through wx.request in a mini program', async () => {
    await using server = await serve();
    await using phone = createWx({ platform: 'ios' });
    const hub = connect<typeof everything>(server.url('/hub'), { wx: phone.wx, negotiate: true });
    expect(await hub.invoke('id')).toBe(hub.connectionId);
    expect(server.asked).toEqual(['POST /hub/negotiate', 'upgrade']);
    await hub.close();
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    const built = await build({
      entryPoints: [fileURLToPath(new URL('../../src/signalr.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'signalR',
      conditions: ['@minihub/source'],
    });
    script = built.outputFiles[0]?.text ?? '';
  });
  afterAll(() => browser.close());

  it.each([
    ['WebSockets', 'upgrade'],
    ['ServerSentEvents', 'GET /hub (sse)'],
    ['LongPolling', 'GET /hub'],
  ])('a page talks over %s', async (transport, expected) => {
    await using server = await serve({}, '<!doctype html><title>minihub</title>');
    const page = await browser.newPage();
    await page.goto(server.url('/'));
    await page.addScriptTag({ content: script });
    const result = await page.evaluate(async (name) => {
      // biome-ignore lint/suspicious/noExplicitAny: a script of another realm
      const { HubConnectionBuilder, HttpTransportType, LogLevel } = (globalThis as any).signalR;
      const connection = new HubConnectionBuilder()
        .withUrl('/hub', { transport: HttpTransportType[name] })
        .configureLogging(LogLevel.None)
        .build();
      const got: unknown[] = [];
      connection.on('echo', (value: unknown) => got.push(value));
      await connection.start();
      const sum = await connection.invoke('add', 20, 22);
      await connection.invoke('callMe', '茶');
      while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const { state } = connection;
      await connection.stop();
      return { sum, got, state, after: connection.state };
    }, transport);
    expect(result).toEqual({ sum: 42, got: ['茶'], state: 'Connected', after: 'Disconnected' });
    expect(server.asked).toContain(expected);
    await page.close();
  });
});
