import { createWx, type PhonePlatform } from '@minihub/simulator';
import { WebSocket as UndiciSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket as WsSocket } from 'ws';
import { type EchoServer, startEchoServer } from '../../simulator/test/fixtures.ts';
import { createWebSocketClass } from '../src/index.ts';
import { failingCases, socketCases } from './web-socket-cases.ts';

let server: EchoServer;

beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const failures = (Socket: unknown): Promise<string[]> => failingCases(Socket, server);

// `ws` takes some URLs that the standard refuses, and looks for their hosts.
const quietWs = new Proxy(WsSocket, {
  construct(target, parameters, made) {
    const socket = Reflect.construct(target, parameters, made) as WsSocket;
    socket.on('error', () => {});
    return socket;
  },
});

// Each stands in WEBSOCKET.md with its reason.
const deviations = ["binaryType is 'blob' at first, and takes both values", 'send takes a Blob'];

describe('the cases of the standard', () => {
  it.each<PhonePlatform>(['ios', 'android', 'devtools'])(
    'pass on WeChat, %s, but for what is listed',
    async (platform) => {
      await using phone = createWx({ platform, quirks: { maxSockets: 50 } });
      expect(await failures(createWebSocketClass(phone.wx))).toEqual(deviations);
    },
  );

  it('pass on the standard driver, but for what is listed and what ws counts by itself', async () => {
    const failed = await failures(createWebSocketClass(WsSocket));
    expect(failed.filter((name) => !name.startsWith('bufferedAmount'))).toEqual(deviations);
  });

  it('tell implementations apart: undici passes nearly all, ws about a third', async () => {
    const [undici, ws] = [await failures(UndiciSocket), await failures(quietWs)];
    expect(undici.length).toBeLessThanOrEqual(socketCases.length / 10);
    expect(ws.length).toBeGreaterThanOrEqual(socketCases.length / 2);
  });
});
