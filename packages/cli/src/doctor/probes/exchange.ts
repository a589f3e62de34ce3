import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Exchange, HttpAnswer } from '../observations.ts';
import { reasons } from '../reason.ts';
import { readBody, readHead } from './http-answer.ts';
import { open, type Route, reasonOf } from './route.ts';

/** How much of a body is looked at, in bytes. */
const bodyBytes = 16_384;

/** A request to be written byte for byte. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** RFC 6455, 4.2.2: what a server must make of the key. */
const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The headers of an opening handshake, with a key of its own. @see RFC 6455, 4.1 */
export function handshakeHeaders(): { readonly headers: HttpRequest['headers']; readonly accept: string } {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1')
    .update(key + acceptGuid)
    .digest('base64');
  const headers = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
  ] as const;
  return { headers, accept };
}

/** The authority of a URL: no port where it is the usual one. */
function authority({ host, port, secure }: Route): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

function requestText(route: Route, request: HttpRequest): string {
  const upgrades = request.headers.some(([name]) => name === 'Upgrade');
  const fields = [['Host', authority(route)], ...(upgrades ? [] : [['Connection', 'close']]), ...request.headers];
  return [
    `${request.method} ${request.path} HTTP/1.1`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
}

/** Reads one answer; whatever has come of its body when time is up counts. */
function readAnswer(socket: Socket, timeoutMs: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    let head: ReturnType<typeof readHead>;
    const finish = (why: string): void => {
      clearTimeout(timer);
      if (head === undefined) {
        reject(new Error(why));
        return;
      }
      const { text } = readBody(head.answer, bytes.subarray(head.bodyAt));
      resolve({ ...head.answer, body: text.subarray(0, bodyBytes).toString('utf8') });
    };
    const timer = setTimeout(() => finish(reasons.timeout), timeoutMs);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        head ??= readHead(bytes);
      } catch (error) {
        return finish(reasonOf(error));
      }
      if (head === undefined) return;
      const body = readBody(head.answer, bytes.subarray(head.bodyAt));
      if (body.complete || body.text.length > bodyBytes) finish('');
    });
    socket.on('close', () => finish(reasons.closedUnanswered));
  });
}

/** A masked close frame with code 1000, so that the server need not wonder. @see RFC 6455, 5.5.1 */
const goodbye = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

/** Sends a request over a connection of its own, and reads the answer. Never fails: what went wrong is what was seen. */
export async function exchange(route: Route, request: HttpRequest, accept?: string): Promise<Exchange> {
  const start = performance.now();
  const durationMs = (): number => Math.round(performance.now() - start);
  let socket: Socket | undefined;
  try {
    socket = await open(route);
    const reading = readAnswer(socket, route.timeoutMs);
    socket.write(requestText(route, request));
    const answer = await reading;
    if (answer.status !== 101) return { answer, durationMs: durationMs() };
    const acceptFits = answer.headers.get('sec-websocket-accept') === accept;
    socket.end(goodbye);
    return { answer, durationMs: durationMs(), acceptFits };
  } catch (error) {
    return { error: reasonOf(error), durationMs: durationMs() };
  } finally {
    const open = socket;
    if (open !== undefined) setTimeout(() => open.destroy(), 100).unref();
  }
}

/** Asks for a WebSocket and lets go of it at once. */
export function shakeHands(route: Route, path: string, extra: HttpRequest['headers']): Promise<Exchange> {
  const { headers, accept } = handshakeHeaders();
  return exchange(route, { method: 'GET', path, headers: [...headers, ...extra] }, accept);
}
