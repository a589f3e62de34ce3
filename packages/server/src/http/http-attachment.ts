import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { asksForWebSocket, ignoreUpgrade } from './other-upgrade.ts';

/** What `attach` needs of a server: `node:http`, `node:https`, or what a framework runs on. */
export interface AttachableServer {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  off(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  listenerCount(event: string): number;
  emit(event: string, ...args: never[]): boolean;
}

/** Takes requests that are ours; false leaves them to everybody else. */
export interface RequestTaker {
  request(request: IncomingMessage, response: ServerResponse): boolean;
  /** Whether the request's path is one of ours. */
  owns(request: IncomingMessage): boolean;
  /** Takes an upgrade to a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/**
 * Puts `taker` in front of a server's own routes, and beside its other upgrade handlers. The answer undoes it.
 *
 * Requests are intercepted at `emit`: listeners cannot stop each other, and whoever added theirs (before us or after)
 * would answer our paths a second time.
 */
export function attachTo(server: AttachableServer, taker: RequestTaker): () => void {
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // With nobody else to answer, the socket would hang for ever.
    const isAlone = server.listenerCount('upgrade') === 1;
    if (!asksForWebSocket(request)) {
      if (isAlone || taker.owns(request)) ignoreUpgrade(server, request, socket, head);
    } else if (!taker.upgrade(request, socket, head) && isAlone) {
      refuseUnknown(socket);
    }
  };
  const emit = server.emit;
  const intercepted: AttachableServer['emit'] = function (this: AttachableServer, event, ...args): boolean {
    if (event === 'request' || event === 'checkContinue') {
      const [request, response] = args as unknown as [IncomingMessage, ServerResponse];
      if (taker.request(request, response)) {
        // Node.js leaves that to who listens for the event, and some clients send no body before it.
        if (event === 'checkContinue' && !response.headersSent) response.writeContinue();
        return true;
      }
    }
    return emit.call(this, event, ...args);
  };
  server.on('upgrade', onUpgrade);
  server.emit = intercepted;
  return () => {
    server.off('upgrade', onUpgrade);
    if (server.emit === intercepted) server.emit = emit;
  };
}

function refuseUnknown(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
