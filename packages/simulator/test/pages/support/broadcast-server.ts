import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A server that sends everybody what anybody says, and ends with the test. */
export interface BroadcastServer extends AsyncDisposable {
  readonly url: string;
  /** How many are connected. */
  readonly count: number;
  /** Everything that was said. */
  readonly heard: readonly string[];
  /** When nobody is connected any more. */
  emptied(): Promise<void>;
}

/** Starts a broadcasting server on a free port of the loopback. */
export async function startBroadcastServer(): Promise<BroadcastServer> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => wss.once('listening', resolve));
  const heard: string[] = [];
  let left: (() => void)[] = [];
  wss.on('connection', (socket) => {
    socket.on('message', (data: Buffer, binary) => {
      heard.push(data.toString('utf8'));
      for (const client of wss.clients) client.send(data, { binary });
    });
    socket.on('close', () => {
      if (wss.clients.size > 0) return;
      for (const tell of left) tell();
      left = [];
    });
  });
  return {
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}`,
    heard,
    get count() {
      return wss.clients.size;
    },
    emptied: () => (wss.clients.size === 0 ? Promise.resolve() : new Promise((resolve) => left.push(resolve))),
    [Symbol.asyncDispose]: async () => {
      for (const client of wss.clients) client.terminate();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
}
