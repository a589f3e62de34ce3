import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Whether an upgrade may be one to a WebSocket. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase().includes('websocket') ?? false;
}

/** What takes sockets: an HTTP server. */
export interface SocketTaker {
  emit(event: string, ...args: never[]): boolean;
}

const leftOut: ReadonlySet<string> = new Set(['upgrade', 'http2-settings', 'connection']);

/**
 * Gives a request back to its server as if it had not offered an upgrade: servers may ignore such offers, and Node.js does
 * so itself until somebody listens for upgrades. Java's HTTP client offers `h2c` with each plain request.
 * The request is read again from its socket, without the offer. It is the socket's last: whoever listens for connections
 * hears of this one twice, and is not to hear of it with each request. @see RFC 9110, 7.8
 */
export function ignoreUpgrade(server: SocketTaker, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!leftOut.has(name.toLowerCase())) text += `${name}: ${rawHeaders[i + 1]}\r\n`;
  }
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${text}Connection: close\r\n\r\n`, 'latin1'));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket as never);
}
