import { once } from 'node:events';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { defineHub, type Logger, method } from '@minihub/server';
import { mapSenparc, type SenparcCallbacks, type SenparcHandler } from '@minihub/server/senparc';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { trapFaults } from '../support/fault-trap.ts';
import { Inbox } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';

trapFaults();

interface Received {
  readonly content: string;
  readonly time: string;
}

interface Page extends AsyncDisposable {
  readonly received: Inbox<Received>;
  send(data: string | object): Promise<void>;
}

/** Does what the page of the Senparc sample does on the raw path: `JSON.parse(res.data)`. */
async function openRawPage(url: string): Promise<Page> {
  const socket = new WebSocket(url, 'mini-program', { headers: { 'content-type': 'application/json' } });
  const received = new Inbox<Received>();
  socket.on('message', (data, isBinary) => {
    expect(isBinary).toBe(false);
    received.put(JSON.parse(String(data)));
  });
  await once(socket, 'open');
  return {
    received,
    send: async (data) => socket.send(typeof data === 'string' ? data : JSON.stringify(data)),
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Does what the page of the Senparc sample does with SignalR. */
async function openHubPage(url: string, callbackName = 'ReceiveMessage'): Promise<Page> {
  const connection = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
  const received = new Inbox<Received>();
  connection.on(callbackName, (res: string) => received.put(JSON.parse(res)));
  await connection.start();
  return {
    received,
    send: (data) => connection.invoke('ReceiveMessage', typeof data === 'string' ? data : JSON.stringify(data)),
    [Symbol.asyncDispose]: () => connection.stop(),
  };
}

const noon = { now: () => new Date(2024, 4, 6, 7, 8, 9) };

/** The handler of the Senparc sample, without its pause. */
const sample: SenparcHandler = {
  async onMessage(helper, { message, sessionId }, original) {
    await helper.sendMessage(`original: ${original}`);
    await helper.sendMessage(`you said: ${message}`);
    await helper.sendMessageToOthers(`${sessionId ?? 'somebody'} said: ${message}`);
    await helper.sendMessageToAll('done');
  },
};

const openers = { raw: openRawPage, hub: openHubPage } as const;
const paths = { raw: '/SenparcWebSocket', hub: '/SenparcHub' } as const;

describe.each(['raw', 'hub'] as const)('a Senparc page on the %s path', (kind) => {
  const open = openers[kind];
  const path = paths[kind];

  it('gets its answers as content and time', async () => {
    await using server = await startServer((hubs) => mapSenparc(hubs, { handler: sample, ...noon }));
    await using page = await open(server[kind === 'raw' ? 'wsUrl' : 'url'](path));
    const data = { Message: '你好', SessionId: 's1', FormId: 'the formId is a mock one' };
    await page.send(data);
    const time = '2024/05/06 07:08:09';
    expect(await page.received.next()).toEqual({ content: `original: ${JSON.stringify(data)}`, time });
    expect(await page.received.next()).toEqual({ content: 'you said: 你好', time });
    expect(await page.received.next()).toEqual({ content: 'done', time });
  });

  it('may send text that is no JSON, longer than 1024 bytes, and with NUL in it', async () => {
    await using server = await startServer((hubs) => mapSenparc(hubs, { handler: sample, ...noon }));
    await using page = await open(server[kind === 'raw' ? 'wsUrl' : 'url'](path));
    const text = `a\0b${'长'.repeat(2_000)}\0`;
    await page.send(text);
    expect((await page.received.next()).content).toBe(`original: ${text}`);
    expect((await page.received.next()).content).toBe(`you said: ${text}`);
  });

  it('lives on when the handler throws, and the error is logged', async () => {
    const errors: unknown[] = [];
    const logger: Logger = { debug() {}, info() {}, warn() {}, error: (fields) => errors.push(fields) };
    const handler: SenparcHandler = {
      onConnect() {
        throw new RangeError('at the door');
      },
      async onMessage(helper, { message }) {
        if (message === 'bad') throw new RangeError('in the hall');
        await helper.sendMessage(message);
      },
    };
    await using server = await startServer((hubs) => mapSenparc(hubs, { handler }), { logger });
    await using page = await open(server[kind === 'raw' ? 'wsUrl' : 'url'](path));
    const bad = page.send('bad');
    if (kind === 'raw') await bad;
    else await expect(bad).rejects.toThrow("An unexpected error occurred invoking 'ReceiveMessage' on the server.");
    await page.send('good');
    expect((await page.received.next()).content).toBe('good');
    expect(errors).toMatchObject([
      { event: 'senparcHandlerThrew', handler: 'onConnect', error: new RangeError('at the door') },
      { error: new RangeError('in the hall') },
    ]);
  });
});

describe('one Senparc registration', () => {
  it('lets the clients of all of its paths see each other', async () => {
    await using server = await startServer((hubs) => {
      const handler: SenparcHandler = { onMessage: (helper, { message }) => helper.sendMessageToOthers(message) };
      mapSenparc(hubs, { handler, webSocketPath: ['/a', '/b'], hubPath: ['/c', '/d'] });
    });
    await using a = await openRawPage(server.wsUrl('/a'));
    await using b = await openRawPage(server.wsUrl('/b'));
    await using c = await openHubPage(server.url('/c'));
    await using d = await openHubPage(server.url('/d'));
    const pages = [a, b, c, d];
    for (const [i, sender] of pages.entries()) {
      await sender.send(`from ${i}`);
      for (const other of pages) {
        if (other !== sender) expect((await other.received.next()).content).toBe(`from ${i}`);
      }
    }
    expect(pages.map(({ received }) => received.waiting)).toEqual([0, 0, 0, 0]);
  });

  it('keeps to itself', async () => {
    const handler: SenparcHandler = { onMessage: (helper, { message }) => helper.sendMessageToAll(message) };
    await using server = await startServer((hubs) => {
      mapSenparc(hubs, { handler });
      mapSenparc(hubs, { handler, webSocketPath: '/other', hubPath: [] });
    });
    await using here = await openRawPage(server.wsUrl('/SenparcWebSocket'));
    await using there = await openRawPage(server.wsUrl('/other'));
    await here.send('one');
    await there.send('two');
    expect((await here.received.next()).content).toBe('one');
    expect((await there.received.next()).content).toBe('two');
    await expect(openHubPage(server.url('/none'))).rejects.toThrow();
  });

  it('serves further hub methods, hooks and another callback name beside its own', async () => {
    interface Callbacks extends SenparcCallbacks {
      ReceiveCustomMessage(user: string, message: string): void;
    }
    const hooks = new Inbox<string>();
    const hub = defineHub<Callbacks>()({
      connected: () => hooks.put('connected'),
      disconnected: () => hooks.put('disconnected'),
      methods: {
        SendCustomMessage: method([z.string(), z.string()], ({ clients }, user, message) =>
          clients.all.ReceiveCustomMessage(user, message),
        ),
      },
    });
    const handler: SenparcHandler = { onMessage: (helper, { message }) => helper.sendMessage(message) };
    await using server = await startServer((hubs) => mapSenparc(hubs, { handler, hub, callbackName: 'Push' }));
    const connection = new HubConnectionBuilder()
      .withUrl(server.url('/SenparcHub'))
      .configureLogging(LogLevel.None)
      .build();
    const custom = new Inbox<string[]>();
    const pushed = new Inbox<Received>();
    connection.on('ReceiveCustomMessage', (...args: string[]) => custom.put(args));
    connection.on('Push', (json: string) => pushed.put(JSON.parse(json)));
    await connection.start();
    await connection.invoke('SendCustomMessage', 'Ada', 'hello');
    expect(await custom.next()).toEqual(['Ada', 'hello']);
    await connection.invoke('ReceiveMessage', 'x');
    expect((await pushed.next()).content).toBe('x');
    await connection.stop();
    expect([await hooks.next(), await hooks.next()]).toEqual(['connected', 'disconnected']);
  });

  it('tells the handler who has come and gone, with the items in between', async () => {
    const story = new Inbox<unknown[]>();
    const handler: SenparcHandler = {
      onConnect(helper) {
        helper.items.visits = 1;
        story.put(['connect', helper.via, helper.user]);
      },
      onMessage(helper, { message }) {
        story.put(['message', helper.items.visits, message]);
        if (message === 'throw me out') helper.close();
      },
      onDisconnect(helper, info) {
        story.put(['disconnect', helper.items.visits, helper.signal.aborted, info]);
      },
    };
    await using server = await startServer((hubs) => mapSenparc(hubs, { handler }), {
      authenticate: ({ query }) => ({ user: query.get('name') ?? 'nobody' }),
    });
    for (const kind of ['raw', 'hub'] as const) {
      const url = server[kind === 'raw' ? 'wsUrl' : 'url'](`${paths[kind]}?name=ada`);
      {
        await using page = await openers[kind](url);
        expect(await story.next()).toEqual(['connect', kind === 'raw' ? 'webSocket' : 'hub', 'ada']);
        await page.send({ message: 'hi' });
        expect(await story.next()).toEqual(['message', 1, 'hi']);
      }
      expect(await story.next()).toEqual(['disconnect', 1, true, { cause: 'client' }]);
    }
  });

  it('reaches everybody from outside of the handler', async () => {
    let endpoint: ReturnType<typeof mapSenparc> | undefined;
    await using server = await startServer((hubs) => {
      endpoint = mapSenparc(hubs, { handler: { onMessage() {} } });
    });
    await using raw = await openRawPage(server.wsUrl('/SenparcWebSocket'));
    await using hub = await openHubPage(server.url('/SenparcHub'));
    await hub.send('now the connection is surely listed');
    expect(endpoint?.connectionCount).toBe(2);
    await endpoint?.sendMessageToAll('news');
    expect((await raw.received.next()).content).toBe('news');
    expect((await hub.received.next()).content).toBe('news');
  });
});
