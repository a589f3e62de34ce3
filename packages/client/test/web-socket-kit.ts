import { type EchoServer, until } from '../../simulator/test/fixtures.ts';
import type { AnySocket, AnySocketClass } from './web-socket-spec.ts';

/** An event, as wide as the cases need it. */
export interface AnyEvent {
  readonly [member: string]: unknown;
  readonly type: string;
}

/** What a case works with: the class under test, and a real server. */
export interface SocketKit {
  readonly Socket: AnySocketClass;
  readonly server: EchoServer;
  /** A socket that is connecting; closed after the case. */
  make(path?: string, protocols?: unknown): AnySocket;
  /** A socket that is open. */
  connect(path?: string): Promise<AnySocket>;
  /** The next event of a type. */
  next(socket: AnySocket, type: string): Promise<AnyEvent>;
  /** What `act` throws; fails when it throws nothing. */
  thrown(act: () => unknown): { readonly name?: string; readonly code?: unknown };
}

/** One demand of the standard. */
export interface SocketCase {
  readonly name: string;
  run(kit: SocketKit): void | Promise<void>;
}

/** Runs one case against a server that is up; closes what it opened. */
export async function runCase(testCase: SocketCase, Socket: AnySocketClass, server: EchoServer): Promise<void> {
  const opened: AnySocket[] = [];
  const next: SocketKit['next'] = (socket, type) =>
    new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const make: SocketKit['make'] = (path = '/', protocols) => {
    const url = server.url + path;
    const socket = protocols === undefined ? new Socket(url) : new Socket(url, protocols);
    socket.addEventListener('error', () => undefined);
    opened.push(socket);
    return socket;
  };
  const connect: SocketKit['connect'] = async (path = '/') => {
    const socket = make(path);
    await next(socket, 'open');
    socket.binaryType = 'arraybuffer';
    return socket;
  };
  const thrown: SocketKit['thrown'] = (act) => {
    try {
      act();
    } catch (error) {
      return error as { name?: string };
    }
    throw new Error('Nothing was thrown');
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within 3 s: ${testCase.name}`)), 3_000);
  });
  try {
    await Promise.race([testCase.run({ Socket, server, make, connect, next, thrown }), tooLate]);
  } finally {
    clearTimeout(timer);
    for (const socket of opened) socket.close();
    await until(() => server.wss.clients.size === 0, `the sockets of '${testCase.name}' to be gone`, 1_000).catch(
      () => {
        for (const client of server.wss.clients) client.terminate();
      },
    );
  }
}
