import type { IncomingHttpHeaders } from 'node:http';

/** The head of a request that opens a WebSocket. */
export interface UpgradeHead {
  /** The path and the query, as the client wrote them. */
  readonly url: string;
  /** As `node:http` has them: names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** All of it, the empty line included: one character a byte. */
  readonly text: string;
}

/** The longest head that is recognised, in bytes. */
export const maxUpgradeHeadBytes = 8_192;

/** How many headers it may have. */
export const maxUpgradeHeaders = 64;

const get = 0x47;
const targetAt = 4;

// Each line is one fixed beginning, characters up to a fixed end, and can match in one way only: linear in whatever is sent.
// A target of the characters that RFC 3986 has, names of letters, digits and hyphens, printable ASCII as values.
const form =
  /^GET \/[\w./~!$&'()*+,;=:@?%-]* HTTP\/1\.1\r\n(?:[a-zA-Z][a-zA-Z0-9-]{0,63}: ?[!-~](?:[ -~]*[!-~])?\r\n)+\r\n$/;

const key = /^[+/0-9A-Za-z]{22}==$/;

/** Headers that change how a request is read or answered, or that Node.js keeps in a way of their own. */
const notPlain: ReadonlySet<string> = new Set([
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
]);

/**
 * The head with which a chunk of bytes begins, if it is a whole, plain request for a WebSocket, as browsers, mini programs and
 * libraries send it. It recognises, it does not parse: whatever is unusual in any way is `undefined`, and somebody else's
 * to understand or to refuse. What it takes, `node:http` reads in the same way.
 * @param maxBytes how long the head may be, where that is less than {@link maxUpgradeHeadBytes}
 * @see RFC 9112, 2 to 5; RFC 6455, 4.2.1
 */
export function recogniseUpgradeHead(chunk: Buffer, maxBytes: number = maxUpgradeHeadBytes): UpgradeHead | undefined {
  if (chunk[0] !== get) return undefined;
  const begin = chunk.toString('latin1', 0, Math.min(maxBytes, maxUpgradeHeadBytes));
  const end = begin.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const text = begin.slice(0, end + 4);
  if (!form.test(text)) return undefined;
  const headers = headersOf(text, chunk);
  if (headers === undefined || !opensWebSocket(headers)) return undefined;
  return { url: chunk.toString('latin1', targetAt, text.indexOf(' ', targetAt)), headers, text };
}

/** The names and values of a head that has been recognised, in their order. */
export function* rawHeadersOf(text: string): Generator<[name: string, value: string]> {
  const last = text.length - 4;
  for (let at = text.indexOf('\r\n') + 2; at < last; ) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    yield [text.slice(at, colon), text.slice(colon + 1, end).trimStart()];
    at = end + 2;
  }
}

/**
 * The headers of a well-formed head; `undefined` where one comes twice, or is not plain. Their values are strings of their own:
 * parts of `text` would hold all of it, with all that is secret in it, for as long as somebody keeps one of them.
 */
function headersOf(text: string, chunk: Buffer): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  const last = text.length - 4;
  let count = 0;
  for (let at = text.indexOf('\r\n') + 2; at < last; count++) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(at, colon).toLowerCase();
    if (count === maxUpgradeHeaders || notPlain.has(name) || Object.hasOwn(headers, name)) return undefined;
    const begin = text.charCodeAt(colon + 1) === space ? colon + 2 : colon + 1;
    headers[name] = end - begin < leastPart ? text.slice(begin, end) : chunk.toString('latin1', begin, end);
    at = end + 2;
  }
  return headers;
}

const space = 0x20;

/** Shorter parts of a text are copies anyway, and cheaper than those that we make. */
const leastPart = 13;

function opensWebSocket(headers: IncomingHttpHeaders): boolean {
  const connection = headers.connection?.toLowerCase();
  return (
    headers.host !== undefined &&
    headers['sec-websocket-version'] === '13' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    (connection === 'upgrade' || connection === 'keep-alive, upgrade') &&
    key.test(headers['sec-websocket-key'] ?? '')
  );
}
