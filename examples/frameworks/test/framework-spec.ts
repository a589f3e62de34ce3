import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningApp } from '../src/running-app.ts';

/** What an example does besides. */
export interface FrameworkAbilities {
  /** `POST /login/:name` sets a cookie by which the hub knows the user. */
  readonly sessions: boolean;
}

/** What a hub does in every framework: everything, and nothing to the application's own routes. */
export function frameworkSpec(
  name: string,
  start: (port: number) => Promise<RunningApp>,
  { sessions }: FrameworkAbilities,
): void {
  const withApp = async (use: (app: RunningApp, base: string) => Promise<void>): Promise<void> => {
    const app = await start(0);
    try {
      await use(app, `http://127.0.0.1:${app.port}`);
    } finally {
      await app.close();
    }
  };
  const connect = async (url: string, options: object = {}): Promise<HubConnection> => {
    const client = new HubConnectionBuilder().withUrl(url, options).configureLogging(LogLevel.None).build();
    await client.start();
    return client;
  };

  describe(`a hub in ${name}`, () => {
    it.each(['WebSockets', 'ServerSentEvents', 'LongPolling'] as const)('talks over %s', (transport) =>
      withApp(async (_, base) => {
        const client = await connect(`${base}/api/chat`, { transport: HttpTransportType[transport] });
        const heard: string[] = [];
        client.on('message', (from: string, text: string) => heard.push(`${from}: ${text}`));
        await client.invoke('say', '你好');
        await expect.poll(() => heard).toEqual(['nobody: 你好']);
        await client.stop();
      }),
    );

    it('leaves routes and middleware of the application as they are', () =>
      withApp(async (_, base) => {
        const client = await connect(`${base}/api/chat`);
        const own = await fetch(`${base}/hello`);
        expect([own.status, await own.text(), own.headers.get('x-app')]).toEqual([200, 'hello', expect.any(String)]);
        expect((await fetch(`${base}/nothing`)).status).toBe(404);
        await client.stop();
      }));

    it('has a second hub and a raw endpoint beside it', () =>
      withApp(async (app, base) => {
        const news = await connect(`${base}/api/news`, { skipNegotiation: true, transport: 1 });
        expect(await news.invoke('latest')).toBe('No news is good news.');
        const socket = new WebSocket(`ws://127.0.0.1:${app.port}/api/echo`);
        socket.on('open', () => socket.send('ping'));
        expect(await new Promise((resolve) => socket.on('message', (data) => resolve(String(data))))).toBe('ping');
        socket.close();
        await news.stop();
      }));

    it('refuses upgrades that nobody wants, and does not let them hang', () =>
      withApp(async (app) => {
        const socket = new WebSocket(`ws://127.0.0.1:${app.port}/elsewhere`);
        const error = await new Promise((resolve) => socket.on('error', resolve));
        expect(String(error)).toMatch(/404|hang up|ECONNRESET/);
      }));

    it('tells its clients when the application closes', async () => {
      const app = await start(0);
      const client = await connect(`http://127.0.0.1:${app.port}/api/chat`);
      const closed = new Promise((resolve) => client.onclose(resolve));
      await app.close();
      await closed;
    });

    if (!sessions) return;
    it('knows who logged in by a route of the application', () =>
      withApp(async (_, base) => {
        const { headers } = await fetch(`${base}/login/ada`, { method: 'POST' });
        const Cookie = headers
          .getSetCookie()
          .map((line) => line.split(';', 1)[0])
          .join('; ');
        const client = await connect(`${base}/api/chat`, { headers: { Cookie } });
        expect(await client.invoke('whoAmI')).toBe('ada');
        const stranger = await connect(`${base}/api/chat`, { headers: { Cookie: Cookie.replace(/=./g, '=x') } });
        expect(await stranger.invoke('whoAmI')).toBe('nobody');
        await Promise.all([client.stop(), stranger.stop()]);
      }));
  });
}
