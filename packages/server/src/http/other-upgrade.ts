import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Whether an upgrade may be one to a WebSocket. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase().includes('websocket') ?? false;
}

const leftOut: ReadonlySet<string> = new Set(['upgrade', 'http2-settings', 'connection']);

/**
 * Writes a request back to its socket as if it had not offered an upgrade, for its server to read it again: servers may ignore
 * such offers, and Node.js does so itself until somebody listens for upgrades. Java's HTTP client offers `h2c` with each
 * plain request. It is the socket's last. @see RFC 9110, 7.8
 */
export function ignoreUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!leftOut.has(name.toLowerCase())) text += `${name}: ${rawHeaders[i + 1]}\r\n`;
  }
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${text}Connection: close\r\n\r\n`, 'latin1'));
}
