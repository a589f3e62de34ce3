import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './refusal.ts';

/** Answers a request with a text. */
export function answerText(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Refuses a request. */
export function refuse(response: ServerResponse, { status, text, retryAfterSeconds, headers }: Refusal): void {
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  answerText(response, status, text);
}

/** Answers a request with JSON. */
export function answerJson(response: ServerResponse, json: string, status = 200): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    'Cache-Control': 'no-store',
  });
  response.end(json);
}

/** Refuses an upgrade: a plain HTTP answer on the bare socket. */
export function refuseUpgrade(socket: Duplex, { status, text, retryAfterSeconds, headers }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // It may break while the answer is written.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  // Who sends `Upgrade` says so to those between. RFC 9110, 7.8
  const connection = 'Upgrade' in headers ? 'close, Upgrade' : 'close';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: ${connection}\r\nContent-Type: text/plain\r\n` +
      `${retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`}` +
      `${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
