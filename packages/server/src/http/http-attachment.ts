import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { DirectSockets } from './direct-sockets.ts';
import type { DirectUpgrade, UpgradeRequest } from './direct-upgrade.ts';
import { type NodeListener, nodeListenerOf } from './node-listener.ts';
import { asksForWebSocket, ignoreUpgrade } from './other-upgrade.ts';
import { override } from './override.ts';
import type { RequestHead } from './request-head.ts';

/** What `attach` needs of a server: `node:http`, `node:https`, or what a framework runs on. */
export interface AttachableServer {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  off(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  listenerCount(event: string): number;
  emit(event: string, ...args: never[]): boolean;
}

/** Takes requests that are ours; false leaves them to everybody else. */
export interface RequestTaker {
  /** Whether upgrades may come that `node:http` has not read. */
  readonly takesDirectUpgrades: boolean;
  request(request: IncomingMessage, response: ServerResponse): boolean;
  /** Whether the request's path is one of ours. */
  owns(request: RequestHead): boolean;
  /** Takes an upgrade to a WebSocket. */
  upgrade(request: UpgradeRequest, socket: Duplex, head: Buffer): boolean;
}

/** An attachment to a server. */
export interface Attached {
  /** Looks at the time; to be called each second. */
  tick(): void;
  /** Undoes it. */
  detach(): void;
}

/**
 * Puts `taker` in front of a server's own routes, and beside its other upgrade handlers.
 * Of several takers the last that was attached is asked first.
 */
export function attachTo(server: AttachableServer, taker: RequestTaker): Attached {
  let attachment = attachments.get(server);
  if (attachment === undefined) {
    attachment = new HttpAttachment(server);
    attachments.set(server, attachment);
  }
  return attachment.add(taker);
}

const attachments = new WeakMap<AttachableServer, HttpAttachment>();

/** What all that is attached to one server has in common. */
class HttpAttachment {
  readonly #server: AttachableServer;
  readonly #node: NodeListener | undefined;
  readonly #takers: RequestTaker[] = [];
  readonly #intercepted: AttachableServer['emit'];
  readonly #stopIntercepting: () => void;
  #direct: DirectSockets | undefined;

  constructor(server: AttachableServer) {
    this.#server = server;
    this.#node = nodeListenerOf(server);
    this.#intercepted = interceptor(this, server.emit);
    this.#stopIntercepting = override(server, 'emit', this.#intercepted);
    server.on('upgrade', this.#onUpgrade);
  }

  add(taker: RequestTaker): Attached {
    this.#takers.unshift(taker);
    if (taker.takesDirectUpgrades) this.#direct ??= this.#lookFirst();
    return { tick: () => this.#direct?.sweep(), detach: () => this.#remove(taker) };
  }

  /** Not where somebody has taken the server's parser out since, or put himself in front of it. */
  #lookFirst(): DirectSockets | undefined {
    const server = this.#server as Server;
    const node = this.#node;
    if (node === undefined || server.rawListeners(node.event)[0] !== node.listener) return undefined;
    return new DirectSockets(server, node, this.#takeDirect);
  }

  #remove(taker: RequestTaker): void {
    const place = this.#takers.indexOf(taker);
    if (place < 0) return;
    this.#takers.splice(place, 1);
    if (this.#takers.length > 0) return;
    this.#direct?.stop();
    this.#direct = undefined;
    this.#stopIntercepting();
    this.#server.off('upgrade', this.#onUpgrade);
    attachments.delete(this.#server);
  }

  /** What looks at sockets first. */
  get direct(): DirectSockets | undefined {
    return this.#direct;
  }

  /** Whether somebody takes the request. */
  takes(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#takers.some((taker) => taker.request(request, response));
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    readOn(socket);
    // With nobody else to answer, the socket would hang for ever.
    const isAlone = this.#server.listenerCount('upgrade') === 1;
    if (!asksForWebSocket(request)) {
      if (isAlone || this.#takers.some((taker) => taker.owns(request))) {
        ignoreUpgrade(request, socket, head);
        this.#readAgain(socket);
      }
    } else if (!this.#takers.some((taker) => taker.upgrade(request, socket, head)) && isAlone) {
      refuseUnknown(socket);
    }
  };

  /** Where somebody else listens for upgrades, or watches the server's events, he is to hear of all of them. */
  readonly #takeDirect = (request: DirectUpgrade, socket: Duplex, head: Buffer): boolean => {
    const server = this.#server as Server;
    const [listener, another] = server.listeners('upgrade');
    if (listener !== this.#onUpgrade || another !== undefined || server.emit !== this.#intercepted) return false;
    for (const taker of this.#takers) {
      if (taker.takesDirectUpgrades && taker.upgrade(request, socket, head)) return true;
      if (taker.owns(request)) return false;
    }
    return false;
  };

  /** Others have heard of the socket already: where that is known, it goes to nobody but the server's own parser. */
  #readAgain(socket: Duplex): void {
    if (this.#node !== undefined) this.#node.listener.call(this.#server, socket);
    else this.#server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket as never);
  }
}

/**
 * Requests are intercepted at `emit`: listeners cannot stop each other, and whoever added theirs (before us or after)
 * would answer our paths a second time.
 */
function interceptor(attachment: HttpAttachment, emit: AttachableServer['emit']): AttachableServer['emit'] {
  return function (this: AttachableServer, event, ...args): boolean {
    const { direct } = attachment;
    if (event === direct?.event) {
      direct.arriving();
      try {
        return emit.call(this, event, ...args);
      } finally {
        direct.arrived();
      }
    }
    if (event === 'request' || event === 'checkContinue') {
      const [request, response] = args as unknown as [IncomingMessage, ServerResponse];
      if (attachment.takes(request, response)) {
        // Node.js leaves that to who listens for the event, and some clients send no body before it.
        if (event === 'checkContinue' && !response.headersSent) response.writeContinue();
        return true;
      }
    }
    return emit.call(this, event, ...args);
  };
}

/**
 * A large request that came in one piece with the handshake has stopped the reading. Node's parser, which starts it again a
 * moment later, has left the socket by then, and the stream believes that it goes on: nobody would see the client's end.
 */
function readOn(socket: Duplex): void {
  if (socket instanceof Socket && !socket.destroyed) socket._read(0);
}

function refuseUnknown(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
