import type { HttpAnswer } from '../observations.ts';
import { reasons } from '../reason.ts';

/** Heads beyond this are no answer to a handshake. In bytes. */
export const maxHeadBytes = 65_536;

const nothingFound = -1;

/**
 * Reads the head of an HTTP/1.x answer from the bytes that have come so far.
 * @returns the answer without its body, and where the body begins; `undefined` while the head is incomplete
 * @throws when this is no HTTP, or the head does not end
 */
export function readHead(bytes: Buffer): { readonly answer: HttpAnswer; readonly bodyAt: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const started = bytes.subarray(0, 5).toString('latin1');
  if (!'HTTP/'.startsWith(started) && !started.startsWith('HTTP/')) throw new Error(reasons.notHttp);
  if (end === nothingFound) {
    if (bytes.length > maxHeadBytes) throw new Error(reasons.headTooLong);
    return undefined;
  }
  const [statusLine = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine);
  if (status === null) throw new Error(reasons.notHttp11);
  const headers = new Map<string, string>();
  for (const field of fields) {
    const colon = field.indexOf(':');
    if (colon < 1) continue;
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { answer: { status: Number(status[1]), reason: status[2] ?? '', headers, body: '' }, bodyAt: end + 4 };
}

/** Takes the chunks of `Transfer-Encoding: chunked` apart, as far as they have come. */
export function readChunked(body: Buffer): { readonly text: Buffer; readonly complete: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd === nothingFound) return { text: Buffer.concat(parts), complete: false };
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (Number.isNaN(size) || size === 0) return { text: Buffer.concat(parts), complete: size === 0 };
    const start = lineEnd + 2;
    parts.push(body.subarray(start, Math.min(start + size, body.length)));
    at = start + size + 2;
    if (at > body.length) return { text: Buffer.concat(parts), complete: false };
  }
}

/** What has come of a body, and whether that is all of it. */
export function readBody(answer: HttpAnswer, body: Buffer): { readonly text: Buffer; readonly complete: boolean } {
  const { status, headers } = answer;
  if (status === 101 || status === 204 || status === 304) return { text: Buffer.alloc(0), complete: true };
  if ((headers.get('transfer-encoding') ?? '').toLowerCase().includes('chunked')) return readChunked(body);
  const length = Number(headers.get('content-length') ?? Number.NaN);
  // Without a length the body ends with the connection.
  if (!Number.isSafeInteger(length)) return { text: body, complete: false };
  return { text: body.subarray(0, length), complete: body.length >= length };
}
