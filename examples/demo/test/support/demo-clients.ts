import { once } from 'node:events';
import { type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { WebSocket } from 'ws';
import { type DemoOptions, type RunningDemo, startDemo } from '../../src/demo-server.ts';

/** The demo on the loopback interface, made quick. */
export function startTestDemo(options: Partial<DemoOptions> = {}): Promise<RunningDemo> {
  return startDemo({ port: 0, host: '127.0.0.1', countdownStepMs: 50, workMs: 10, ...options });
}

/** What a client of the tests can be waited for with. */
export interface HubClient extends AsyncDisposable {
  readonly hub: HubConnection;
  /** The next call of a callback, one that came already included: its first argument. */
  next<Value = unknown>(callback: string): Promise<Value>;
}

/** The official client, connected; the named callbacks are collected. */
export async function connectHub(
  demo: Pick<RunningDemo, 'port'>,
  path: string,
  callbacks: readonly string[],
): Promise<HubClient> {
  const hub = new HubConnectionBuilder()
    .withUrl(`http://127.0.0.1:${demo.port}${path}`)
    .configureLogging(LogLevel.None)
    .build();
  const queues = new Map(callbacks.map((name) => [name, new Inbox()]));
  for (const [name, queue] of queues) hub.on(name, (...args: unknown[]) => queue.put(args.length > 1 ? args : args[0]));
  await hub.start();
  return {
    hub,
    next: <Value>(callback: string) => queues.get(callback)?.take() as Promise<Value>,
    [Symbol.asyncDispose]: () => hub.stop(),
  };
}

/** A plain WebSocket, open. */
export interface SocketClient extends AsyncDisposable {
  readonly socket: WebSocket;
  /** The next message, one that came already included: text as a string, binary as a Buffer. */
  next(): Promise<string | Buffer>;
}

/** Opens a plain WebSocket. */
export async function connectSocket(demo: Pick<RunningDemo, 'port'>, path: string): Promise<SocketClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${demo.port}${path}`);
  const inbox = new Inbox<string | Buffer>();
  socket.on('message', (data: Buffer, isBinary) => inbox.put(isBinary ? data : data.toString()));
  await once(socket, 'open');
  return {
    socket,
    next: () => inbox.take(),
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Values that come, for those who wait for them. */
class Inbox<Value = unknown> {
  readonly #values: Value[] = [];
  readonly #waiting: ((value: Value) => void)[] = [];

  put(value: Value): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#values.push(value);
    else waiting(value);
  }

  take(): Promise<Value> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift() as Value);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
