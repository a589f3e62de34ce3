import { AsyncResource } from 'node:async_hooks';
import { maxHeaderSize, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { DirectUpgrade } from './direct-upgrade.ts';
import { type FirstEvents, firstEvents } from './first-events.ts';
import type { NodeListener } from './node-listener.ts';
import { override } from './override.ts';
import { maxUpgradeHeaders, recogniseUpgradeHead, type UpgradeHead } from './upgrade-head.ts';

/** Takes an upgrade, or leaves it; then it has not touched the socket. */
export type UpgradeTaker = (request: DirectUpgrade, socket: Duplex, head: Buffer) => boolean;

/** Deadlines of the server, in milliseconds, to which it does not matter that they begin up to two sweeps (two seconds) later. */
const leastDeadlineMs = 5_000;

const ignore = (): void => {};

/**
 * Looks at the first bytes of an HTTP server's sockets before `node:http` reads them. A socket that begins with a plain
 * handshake for a WebSocket never gets there, which spares its parser and what that leaves on the socket. Every other socket is given to
 * `node:http` as if nothing had been, as soon as that is known, or when it has said nothing for a while: whatever is
 * unusual is Node's to answer, and so are deadlines.
 */
export class DirectSockets {
  readonly #server: Server;
  readonly #node: NodeListener;
  readonly #take: UpgradeTaker;
  readonly #events: FirstEvents;
  readonly #undo: readonly (() => void)[];
  /** Of whom others are being told. */
  readonly #arriving: Socket[] = [];
  /** How many of those events run within each other. */
  #depth = 0;
  /**
   * Who has said nothing yet: since the last sweep, and since before. Each with the asynchronous context in which it came, as
   * `node:http` keeps one: whoever looks at the time, closes the server or sends the first bytes has another.
   */
  #young = new Map<Socket, AsyncResource>();
  #old = new Map<Socket, AsyncResource>();
  #isStopped = false;

  /** @param node how the server reads its sockets */
  constructor(server: Server, node: NodeListener, take: UpgradeTaker) {
    this.#server = server;
    this.#node = node;
    this.#take = take;
    this.#events = firstEvents(this);
    server.off(node.event, node.listener);
    server.prependListener(node.event, this.#standIn);
    this.#undo = (['closeAllConnections', 'closeIdleConnections'] as const).map((name) => {
      const close = server[name];
      return override(server, name, () => {
        // It knows of those alone that Node has.
        this.#giveAll();
        close.call(server);
      });
    });
  }

  /** The event that brings sockets. */
  get event(): string {
    return this.#node.event;
  }

  /** To be called before that event. */
  arriving(): void {
    this.#depth++;
  }

  /** To be called after it: everybody has heard of the sockets that came. */
  arrived(): void {
    if (--this.#depth > 0) return;
    for (let socket = this.#arriving.shift(); socket !== undefined; socket = this.#arriving.shift())
      this.#first(socket);
  }

  /** Gives to `node:http` who has been silent for longer than the time between two calls of this. */
  sweep(): void {
    const silent = this.#old;
    this.#old = this.#young;
    this.#young = silent;
    for (const socket of silent.keys()) this.#giveSilent(socket);
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    const { event, listener } = this.#node;
    for (const undo of this.#undo) undo();
    if (this.#server.rawListeners(event).includes(this.#standIn)) {
      this.#server.off(event, this.#standIn);
      this.#server.prependListener(event, listener);
    }
    this.#giveAll();
  }

  /** The first bytes of a socket. */
  said(socket: Socket, chunk: Buffer): void {
    const context = this.#forget(socket);
    if (isRead(socket)) {
      context?.runInAsyncScope(this.#giveShared, this, socket, chunk);
      return;
    }
    const head = recogniseUpgradeHead(chunk, this.#maxHeadBytes);
    if (head !== undefined && context?.runInAsyncScope(this.#takes, this, socket, head, chunk) === true) return;
    holdFlow(socket);
    socket.unshift(chunk);
    context?.runInAsyncScope(this.#give, this, socket);
  }

  /** In the context in which the socket came: what hooks enter into it ends with the handshake, as the socket has its own. */
  #takes(socket: Socket, head: UpgradeHead, chunk: Buffer): boolean {
    const rest = chunk.subarray(head.text.length);
    if (rest.length > 0) holdFlow(socket);
    if (!this.#take(new DirectUpgrade(head, socket), socket, rest)) return false;
    // Who took it does not listen yet: it waits for an answer.
    if (socket.listenerCount('data') === 0) holdFlow(socket);
    return true;
  }

  /** A socket whose other side has nothing to say. Node ends it as well. */
  ended(socket: Socket): void {
    this.#forget(socket);
    socket.on('error', ignore);
    socket.end();
  }

  /** A socket that broke before it said anything. */
  broke(socket: Socket, error: Error): void {
    this.#forget(socket);
    socket.on('error', ignore);
    if (!this.#server.emit('clientError', error, socket)) socket.destroy();
  }

  /**
   * Has the place of Node's own listener, which is the first. It only remembers the socket: others hear of it after this,
   * and may want its bytes.
   */
  readonly #standIn = (socket: object): void => {
    if (socket instanceof Socket && this.#depth > 0) this.#arriving.push(socket);
    else this.#give(socket);
  };

  #first(socket: Socket): void {
    if (isRead(socket)) this.#giveShared(socket);
    else if (this.#isStopped || !this.#isFresh(socket) || !this.#isPatient) this.#give(socket);
    else {
      this.#young.set(socket, new AsyncResource('MINIHUBSOCKET'));
      socket.on('data', this.#events.data);
      socket.on('end', this.#events.end);
      socket.on('error', this.#events.error);
    }
  }

  /** Whether nobody has done anything with it; sockets that others put into the server have a past. */
  #isFresh(socket: Socket): boolean {
    return (
      (socket as { readonly server?: unknown }).server === this.#server &&
      socket.readableFlowing === null &&
      socket.readableLength === 0 &&
      socket.readableEncoding === null &&
      !socket.readableEnded &&
      !socket.destroyed &&
      !socket.timeout
    );
  }

  /** Whether no deadline or limit of the server is so tight that it matters who looks first. */
  get #isPatient(): boolean {
    const { timeout, headersTimeout, requestTimeout, maxHeadersCount } = this.#server;
    return (
      !timeout &&
      (!headersTimeout || headersTimeout >= leastDeadlineMs) &&
      (!requestTimeout || requestTimeout >= leastDeadlineMs) &&
      (!maxHeadersCount || maxHeadersCount >= maxUpgradeHeaders)
    );
  }

  get #maxHeadBytes(): number {
    // It is in the documentation of Node.js as an option, and a property of its servers.
    const limit: unknown = Reflect.get(this.#server, 'maxHeaderSize');
    return typeof limit === 'number' && limit > 0 ? limit : maxHeaderSize;
  }

  #give(socket: object): void {
    this.#node.listener.call(this.#server, socket);
  }

  #giveSilent(socket: Socket): void {
    const context = this.#forget(socket);
    if (!socket.destroyed) context?.runInAsyncScope(this.#give, this, socket);
  }

  #giveAll(): void {
    for (const socket of [...this.#old.keys(), ...this.#young.keys()]) this.#giveSilent(socket);
  }

  /**
   * Somebody else reads the socket as well. Node's parser then leaves its bytes to the stream, but only for listeners that
   * come after it. Others are being told of `chunk` anyway.
   */
  #giveShared(socket: Socket, chunk?: Buffer): void {
    const others = socket.rawListeners('data');
    this.#give(socket);
    const added = socket.rawListeners('data').filter((listener) => !others.includes(listener));
    socket.on('data', ignore).off('data', ignore);
    if (chunk !== undefined) for (const listener of added) listener.call(socket, chunk);
  }

  #forget(socket: Socket): AsyncResource | undefined {
    const context = this.#young.get(socket) ?? this.#old.get(socket);
    if (!this.#young.delete(socket)) this.#old.delete(socket);
    socket.off('data', this.#events.data);
    socket.off('end', this.#events.end);
    socket.off('error', this.#events.error);
    return context;
  }
}

/** As `node:http` leaves sockets to those who take upgrades: it flows on as soon as somebody listens. */
function holdFlow(socket: Socket): void {
  (socket as { readableFlowing: boolean | null }).readableFlowing = null;
}

function isRead(socket: Socket): boolean {
  return socket.listenerCount('data') > 0 || socket.listenerCount('readable') > 0;
}
