import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { createWx } from '../../src/index.ts';
import { until } from '../fixtures.ts';
import { startBroadcastServer } from './support/broadcast-server.ts';
import { fixture, runInJsdom } from './support/jsdom-run.ts';

interface ChatClient {
  message(user: string, text: string): void;
}

interface TextSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: string; readonly output: string };
    readonly validate: (value: unknown) => { readonly value: string };
  };
}

const text: TextSchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: String(value) }) },
};

const chat = defineHub<ChatClient>()({
  methods: {
    say: method([text, text], ({ clients }, user, words) => {
      clients.all.message(user, words);
      return words.length;
    }),
  },
});

/** A hub server on a free port of the loopback. */
async function startHubs(): Promise<AsyncDisposable & { readonly url: string }> {
  const hubs = createHubServer();
  hubs.map('/chat', chat);
  const server = createServer();
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`,
    [Symbol.asyncDispose]: async () => {
      await hubs.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('pages in the style of common samples', () => {
  it('chat over the global socket calls, with what was said before the socket was open', async () => {
    await using server = await startBroadcastServer();
    const phone = createWx({ routes: { 'ws://127.0.0.1:1': server.url } });
    await using run = await runInJsdom({ dir: fixture('global-socket-chat') }, { phone });
    await until(() => server.heard.includes('first'), 'what was queued');
    await run.type('.input', '你好');
    run.find('.input .wx-control').dispatchEvent(new run.window.KeyboardEvent('keydown', { key: 'Enter' }));
    await until(() => run.texts('.item:not(.mine) .text').includes('你好'), 'the echo');
    expect(run.find<HTMLInputElement>('.input .wx-control').value).toBe('');
    await run.tap('.close');
    await until(() => run.texts('.state')[0] === '未连接', 'the close');
    await server.emptied();
    expect(run.app.errors).toEqual([]);
  });

  it('hear of a lost network through the global socket calls', async () => {
    await using server = await startBroadcastServer();
    const phone = createWx({ routes: { 'ws://127.0.0.1:1': server.url } });
    await using run = await runInJsdom({ dir: fixture('global-socket-chat') }, { phone });
    await until(() => run.texts('.state')[0] === '已连接', 'the connection');
    phone.network.switchTo('none');
    expect(run.texts('.state')).toEqual(['未连接']);
    await run.tap('.connect');
    await until(() => run.texts('.text').includes('连接失败'), 'the refusal');
  });

  it('call a hub with a SignalR client of their own', async () => {
    await using hubs = await startHubs();
    const phone = createWx({
      routes: { 'http://127.0.0.1:1/chat': hubs.url, 'ws://127.0.0.1:1/chat': hubs.url.replace('http', 'ws') },
    });
    await using run = await runInJsdom({ dir: fixture('signalr-demo') }, { phone });
    await until(() => run.texts('.state')[0] === 'connected', 'the handshake');
    await run.type('.text', 'hello hub');
    await run.tap('wx-button');
    await until(() => run.texts('.state')[0] === 'said 9', 'the completion');
    expect(run.texts('.message')).toEqual(['me: hello hub']);
    expect(run.app.errors).toEqual([]);
  });
});
