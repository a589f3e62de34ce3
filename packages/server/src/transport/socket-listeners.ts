import type { Duplex } from 'node:stream';

/** Who is told what happens to a socket. */
export interface SocketListener {
  socketData(chunk: Buffer): void;
  socketDrain(): void;
  /** The peer sends nothing more. */
  socketEnd(): void;
  socketError(error: Error): void;
  /** It is over, whatever brought that about. Called once. */
  socketClose(): void;
}

/** Where a socket keeps its listener: so all sockets share their functions, instead of having some made for each. */
const listenerOf = Symbol('minihub.listener');

interface HeardSocket extends Duplex {
  [listenerOf]?: SocketListener;
}

/** Tells `listener` what happens to a socket from now on, but for `drain`. */
export function listenTo(socket: Duplex, listener: SocketListener): void {
  (socket as HeardSocket)[listenerOf] = listener;
  socket.on('close', onClose);
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('error', onError);
}

/** Tells it of `drain` as well, which few need. To be called once. */
export function listenToDrain(socket: Duplex): void {
  socket.on('drain', onDrain);
}

function onClose(this: HeardSocket): void {
  this[listenerOf]?.socketClose();
}

function onData(this: HeardSocket, chunk: Buffer): void {
  this[listenerOf]?.socketData(chunk);
}

function onEnd(this: HeardSocket): void {
  this[listenerOf]?.socketEnd();
}

function onError(this: HeardSocket, error: Error): void {
  this[listenerOf]?.socketError(error);
}

function onDrain(this: HeardSocket): void {
  this[listenerOf]?.socketDrain();
}
