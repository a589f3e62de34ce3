import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket as WsSocket } from 'ws';

/** A real server that echoes, and does what the path says; ends with the test. */
export interface EchoServer extends AsyncDisposable {
  readonly url: string;
  readonly wss: WebSocketServer;
  /** What the server heard, oldest first. */
  readonly heard: string[];
  readonly closes: number[];
  readonly headers: { [name: string]: string | string[] | undefined }[];
}

function serve(socket: WsSocket, path: string, server: EchoServer): void {
  const [, verb, argument = ''] = path.split('/');
  if (verb === 'close') socket.close(Number(argument), decodeURIComponent(path.split('/')[3] ?? ''));
  if (verb === 'close-empty') socket.close();
  if (verb === 'terminate') socket.terminate();
  if (verb === 'hello') socket.send(argument);
  socket.on('message', (data: Buffer, isBinary) => {
    server.heard.push(isBinary ? data.toString('hex') : data.toString('utf8'));
    socket.send(data, { binary: isBinary });
  });
  socket.on('close', (code) => server.closes.push(code));
}

/** Starts an echo server on a free port of the loopback. `/protocol/x` chooses subprotocol x, `/none` chooses none. */
export async function startEchoServer(): Promise<EchoServer> {
  const wss = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (offered, request) => {
      const [, verb, argument] = (request.url ?? '').split('/');
      if (verb === 'none') return false;
      return verb === 'protocol' && argument !== undefined ? argument : ([...offered][0] ?? false);
    },
  });
  await new Promise((resolve) => wss.once('listening', resolve));
  const server: EchoServer = {
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}`,
    wss,
    heard: [],
    closes: [],
    headers: [],
    async [Symbol.asyncDispose]() {
      for (const client of wss.clients) client.terminate();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
  wss.on('connection', (socket, request) => {
    server.headers.push(request.headers);
    serve(socket, request.url ?? '/', server);
  });
  return server;
}

/** Waits until `check` holds; fails after `limitMs`. */
export async function until(check: () => boolean, what: string, limitMs = 5_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!check()) {
    if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
