import { createServer, IncomingMessage, Server } from 'node:http';
import { Server as TlsServer } from 'node:https';

/** What an HTTP server does with a new socket. */
export type SocketListener = (this: object, socket: object) => void;

/** How an HTTP server of Node.js gets its sockets. */
export interface NodeListener {
  /** The event that brings a socket on which requests come. */
  readonly event: 'connection' | 'secureConnection';
  /** What begins to read requests. */
  readonly listener: SocketListener;
}

/** A server that nobody has touched, to compare others with. Made when it is needed first. */
let untouched: Server | undefined;

/**
 * The listener with which `node:http` reads requests from the sockets of `server`; `undefined` unless it is for sure the one
 * that all servers of Node.js have, in its place, and no option makes the server read requests in a way of its own.
 */
export function nodeListenerOf(server: object): NodeListener | undefined {
  if (!(server instanceof Server) && !(server instanceof TlsServer)) return undefined;
  untouched ??= createServer();
  const [listener, ...more] = untouched.listeners('connection') as SocketListener[];
  const event = server instanceof TlsServer ? 'secureConnection' : 'connection';
  const isKnown = listener !== undefined && more.length === 0 && server.rawListeners(event)[0] === listener;
  if (!isKnown || Object.hasOwn(server, 'emit') || !readsPlainly(server, untouched)) return undefined;
  return { event, listener };
}

/** Whether requests are what they are everywhere, and whether an upgrade is taken is asked of nobody. */
function readsPlainly(server: object, plain: object): boolean {
  const classes = Object.getOwnPropertySymbols(server).filter(({ description }) => description === 'IncomingMessage');
  const [ownClass, ...more] = classes.map((symbol): unknown => Reflect.get(server, symbol));
  const [ask, askPlainly] = [server, plain].map((each): unknown => Reflect.get(each, 'shouldUpgradeCallback'));
  // Each server has a function of its own there, with the same text. It came with Node.js 24.9.
  return ownClass === IncomingMessage && more.length === 0 && String(ask) === String(askPlainly);
}
