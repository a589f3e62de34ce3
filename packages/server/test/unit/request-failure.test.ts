import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createHubServer, defineHub } from '../../src/index.ts';

/** A request whose every look at its headers fails: a stand-in for a mistake that nobody has found yet. */
function brokenRequest(method: string, url: string): IncomingMessage {
  const request = Object.assign(new EventEmitter(), { method, url, socket: {}, resume() {} });
  Object.defineProperty(request, 'headers', {
    get() {
      throw new Error('a mistake');
    },
  });
  return request as unknown as IncomingMessage;
}

describe('a request that meets a mistake of ours', () => {
  it.each([
    ['POST', '/chat/negotiate'],
    ['GET', '/chat?id=x'],
    ['POST', '/chat?id=x'],
    ['POST', '/chat/refresh?id=x'],
  ])('costs its connection (%s %s), is logged, and nothing else', async (method, url) => {
    const logged: object[] = [];
    const write = (fields: object): void => void logged.push(fields);
    const hubs = createHubServer({ logger: { debug: write, info: write, warn: write, error: write } });
    hubs.map('/chat', defineHub()({ methods: {} }));
    const destroyed = new Promise<void>((resolve) => {
      const response = { destroy: () => resolve(), setHeader() {}, writeHead: () => response, end() {} };
      hubs.handleRequest(brokenRequest(method, url), response as unknown as ServerResponse);
    });
    await destroyed;
    expect(logged).toEqual([{ event: 'requestFailed', error: expect.objectContaining({ message: 'a mistake' }) }]);
    await hubs.close();
  });
});
