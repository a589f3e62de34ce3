import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, startServer } from '../support/start-server.ts';

interface Client {
  price(symbol: string, value: number): void;
}

const hub = defineHub<Client>()({
  methods: {
    echo: method([], () => 'echo'),
    tell: method([], ({ clients }) => clients.all.price('AAPL', 187.5)),
    tellTwice: method([], ({ clients }) => {
      void clients.all.price('AAPL', 187.5);
      return clients.all.price('AAPL', 187.5);
    }),
  },
});

/** A client after its handshake, and what the server has written to its socket since. */
async function connected(server: RunningServer, path = '/hub') {
  const client = new WebSocket(server.wsUrl(path), { perMessageDeflate: false });
  await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
  const answer = new Promise((resolve) => client.once('message', resolve));
  client.send('{"protocol":"json","version":1}\u001e');
  await answer;
  const [socket] = server.sockets;
  const before = socket?.bytesWritten ?? 0;
  return {
    client,
    /** Sends, waits for one frame, and says how many bytes the server has written for it. */
    async written(message: object): Promise<number> {
      const frame = new Promise((resolve) => client.once('message', resolve));
      client.send(`${JSON.stringify(message)}\u001e`);
      await frame;
      return (socket?.bytesWritten ?? 0) - before;
    },
  };
}

const call = (target: string, invocationId?: string) => ({ type: 1, target, invocationId, arguments: [] });

describe('what goes over the wire', () => {
  it.each([
    // {"type":1,"target":"price","arguments":["AAPL",187.5]} and 0x1E, behind two bytes of frame
    ['a callback', call('tell'), 57],
    // {"type":3,"invocationId":"1","result":"echo"} and 0x1E
    ['an answer', call('echo', '1'), 48],
    // One frame for both; it is no longer than 125 bytes.
    ['two callbacks of one turn', call('tellTwice'), 112],
    // The callback and the answer behind it in one frame: {"type":3,"invocationId":"1"} and 0x1E
    ['a callback and an answer', call('tell', '1'), 57 + 30],
  ])('is for %s the message and the frame, and nothing else', async (_what, message, bytes) => {
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const { client, written } = await connected(server);
    expect(await written(message)).toBe(bytes);
    client.terminate();
  });
});
