import { createWx, type PhonePlatform } from '@minihub/simulator';
import { WebSocket as UndiciSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket as WsSocket } from 'ws';
import { type EchoServer, startEchoServer } from '../../simulator/test/fixtures.ts';
import { createWebSocketClass } from '../src/index.ts';
import { eventCases } from './web-socket-event-cases.ts';
import { runCase } from './web-socket-kit.ts';
import { memberCases } from './web-socket-member-cases.ts';
import type { AnySocketClass } from './web-socket-spec.ts';
import { trafficCases } from './web-socket-traffic-cases.ts';

const cases = [...memberCases, ...trafficCases, ...eventCases];
let server: EchoServer;

beforeAll(async () => {
  server = await startEchoServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** The names of the cases that fail, each with what it says. */
async function failures(Socket: unknown): Promise<string[]> {
  const failed: string[] = [];
  for (const testCase of cases) {
    await runCase(testCase, Socket as AnySocketClass, server).catch((error: Error) => {
      console.log(`${testCase.name}: ${error.message}`);
      failed.push(testCase.name);
    });
  }
  return failed;
}

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
    const [undici, ws] = [await failures(UndiciSocket), await failures(WsSocket)];
    expect(undici.length).toBeLessThanOrEqual(cases.length / 10);
    expect(ws.length).toBeGreaterThanOrEqual(cases.length / 2);
  });
});
