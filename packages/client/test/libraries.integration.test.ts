import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { createWx, type SimulatedPhone } from '@minihub/simulator';
import { Client as StompClient } from '@stomp/stompjs';
import { Aedes } from 'aedes';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebSocketStream, WebSocketServer, type WebSocket as WsSocket } from 'ws';
import { startEchoServer, until } from '../../simulator/test/fixtures.ts';
import { createWebSocketClass, type MiniWebSocketClass } from '../src/index.ts';
import { buildWebSocket } from './built-web-socket.ts';

// By require: graphql-ws loads the CommonJS copy of graphql, and one copy does not take the other's schema.
const { buildSchema } = createRequire(import.meta.url)('graphql') as typeof import('graphql');

// By require too: its types describe the CommonJS copy only.
const ReconnectingWebSocket = createRequire(import.meta.url)(
  'reconnecting-websocket',
) as typeof import('reconnecting-websocket').default;

// Other people's libraries, unchanged: each is given the class and nothing else.

let phone: SimulatedPhone;
let Socket: MiniWebSocketClass;

const built = await buildWebSocket();
const makers = {
  'the WebSocket class': createWebSocketClass,
  'the WebSocket class as it is built': built.load().createWebSocketClass,
};

afterAll(() => {
  built[Symbol.dispose]();
});

afterEach(() => {
  phone.dispose();
});

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly wss: WebSocketServer;
}

async function serve(protocol: string, talk?: (socket: WsSocket) => void): Promise<Server> {
  const http = createServer();
  const wss = new WebSocketServer({ server: http, handleProtocols: (offered) => offered.has(protocol) && protocol });
  if (talk !== undefined) wss.on('connection', talk);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    wss,
    async [Symbol.asyncDispose]() {
      for (const client of wss.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

// The least of a SignalR server: handshake, and `echo` answers with its argument.
function talkSignalR(socket: WsSocket): void {
  socket.on('message', (data: Buffer) => {
    for (const record of data.toString('utf8').split('\x1e').filter(Boolean)) {
      const message = JSON.parse(record) as {
        protocol?: string;
        type?: number;
        invocationId?: string;
        arguments?: unknown[];
      };
      if (message.protocol !== undefined) socket.send('{}\x1e');
      if (message.type === 1) {
        socket.send(
          `${JSON.stringify({ type: 3, invocationId: message.invocationId, result: message.arguments?.[0] })}\x1e`,
        );
      }
      if (message.type === 7) socket.close();
    }
  });
}

// The least of a STOMP broker: every SEND comes back as a MESSAGE of subscription 'sub-0'.
function talkStomp(socket: WsSocket): void {
  socket.on('message', (data: Buffer) => {
    const frame = data.toString('utf8');
    const body = frame.slice(frame.indexOf('\n\n') + 2);
    if (frame.startsWith('CONNECT')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
    if (frame.startsWith('DISCONNECT')) socket.send('RECEIPT\nreceipt-id:close-1\n\n\0');
    if (frame.startsWith('SEND')) socket.send(`MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/q\n\n${body}`);
  });
}

describe.each(Object.entries(makers))('on %s', (_, make) => {
  beforeEach(() => {
    phone = createWx({ platform: 'ios' });
    Socket = make(phone.wx);
  });

  describe('libraries', () => {
    it('runs @microsoft/signalr, reconnect included', async () => {
      await using server = await serve('', talkSignalR);
      const connection = new HubConnectionBuilder()
        .withUrl(server.url.replace('ws', 'http'), {
          skipNegotiation: true,
          transport: HttpTransportType.WebSockets,
          // The option is there at run time, and marked internal in the types.
          ...{ WebSocket: Socket },
        })
        .withAutomaticReconnect([0, 10])
        .configureLogging(LogLevel.None)
        .build();
      let reconnected = 0;
      connection.onreconnected(() => {
        reconnected++;
      });
      await connection.start();
      expect(await connection.invoke('echo', '你好')).toBe('你好');
      phone.network.switchTo('4g');
      await until(() => reconnected === 1, 'the reconnect');
      expect(await connection.invoke('echo', 2)).toBe(2);
      await connection.stop();
    });

    it('runs graphql-ws: queries and subscriptions', async () => {
      await using server = await serve('graphql-transport-ws');
      const schema = buildSchema('type Query { hello: String } type Subscription { count: Int }');
      const roots = {
        query: { hello: () => '你好' },
        subscription: {
          count: async function* () {
            for (let i = 0; i < 3; i++) yield { count: i };
          },
        },
      };
      const disposable = useServer({ schema, roots }, server.wss);
      const client = createClient({ url: server.url, webSocketImpl: Socket, retryAttempts: 0 });
      const seen: unknown[] = [];
      for await (const result of client.iterate({ query: '{ hello }' })) seen.push(result.data);
      for await (const result of client.iterate({ query: 'subscription { count }' })) seen.push(result.data);
      expect(seen).toEqual([{ hello: '你好' }, { count: 0 }, { count: 1 }, { count: 2 }]);
      await client.dispose();
      await disposable.dispose();
    });

    it('runs reconnecting-websocket: it is back after the network changed', async () => {
      await using server = await startEchoServer();
      const socket = new ReconnectingWebSocket(server.url, [], {
        WebSocket: Socket,
        minReconnectionDelay: 1,
        maxReconnectionDelay: 5,
      });
      // Its own default is 'blob', which the class refuses.
      socket.binaryType = 'arraybuffer';
      let opens = 0;
      const seen: unknown[] = [];
      socket.addEventListener('open', () => {
        opens++;
        socket.send(`open ${opens}`);
      });
      socket.addEventListener('message', (event) => {
        seen.push(event.data);
      });
      await until(() => seen.length === 1, 'the first echo');
      phone.network.switchTo('4g');
      await until(() => seen.length === 2, 'the second echo');
      expect(seen).toEqual(['open 1', 'open 2']);
      socket.close();
    });

    it('runs @stomp/stompjs', async () => {
      await using server = await serve('v12.stomp', talkStomp);
      const client = new StompClient({
        webSocketFactory: () => new Socket(server.url, ['v12.stomp']) as never,
        reconnectDelay: 0,
      });
      const body = await new Promise<string>((resolve, reject) => {
        client.onConnect = () => {
          client.subscribe('/q', (message) => resolve(message.body));
          client.publish({ destination: '/q', body: '你好' });
        };
        client.onWebSocketError = reject;
        client.activate();
      });
      expect(body).toBe('你好');
      await client.deactivate();
    });
  });

  describe('MQTT.js', () => {
    it('connects to a broker, subscribes and publishes, bytes and text', async () => {
      // Its build for browsers, which is what a bundler takes; it looks for a page.
      vi.stubGlobal('window', { document: {} });
      vi.stubGlobal('navigator', { userAgent: '' });
      const build: string = 'mqtt/dist/mqtt.esm';
      const { default: mqtt } = (await import(build)) as { default: typeof import('mqtt').default };
      const broker = await Aedes.createBroker();
      await using server = await serve('mqtt', (socket) => broker.handle(createWebSocketStream(socket) as never));
      const client = mqtt.connect(server.url, {
        createWebsocket: (url, protocols) => new Socket(url, protocols) as never,
        reconnectPeriod: 0,
        timerVariant: 'native',
      });
      const got: string[] = [];
      client.on('message', (topic, payload) => got.push(`${topic} ${payload.toString('hex')}`));
      await new Promise((resolve, reject) => {
        client.once('connect', resolve);
        client.once('error', reject);
      });
      await client.subscribeAsync('tea/+');
      await client.publishAsync('tea/green', Buffer.from([0, 255, 1]));
      await client.publishAsync('tea/black', '茶', { qos: 1 });
      await until(() => got.length === 2, 'both messages');
      expect(got).toEqual(['tea/green 00ff01', `tea/black ${Buffer.from('茶').toString('hex')}`]);
      await client.endAsync();
      await new Promise<void>((resolve) => broker.close(resolve));
      vi.unstubAllGlobals();
    });
  });
});
