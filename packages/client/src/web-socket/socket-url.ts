import { Exception, throwException } from './exception.ts';
import { baseUrl, HostUrl } from './host-class.ts';

// Scheme, `s`, user, host, port, path, query. A fragment is refused even when it is empty, and so is what follows no host.
const socketUrl = /^(ws|http)(s?):[\\/]*(?![\\/])(?:([^\\/?#]*)@)?([^\\/?#@]*?)(?::(\d*))?([\\/][^?#]*)?(\?[^#]*)?$/i;

const validHost = /^(\[[\da-f.]*:[\da-f:.]*]|[^\0- #%/:<>?@[\\\]^`{|}\x7f]+)$/;

function encode(text: string | undefined, unsafe: RegExp): string {
  return (text || '').replace(unsafe, encodeURIComponent);
}

/** Without the segments `.` and `..`, which may be written with escapes. */
function normalizePath(path: string): string {
  const kept: string[] = [];
  path.split(/[\\/]/).forEach((part, i, parts) => {
    const dots = /^(\.|%2e)(\.|%2e)?$/i.exec(part);
    if (dots?.[2] && kept.length > 1) kept.pop();
    if (!dots) kept.push(part);
    else if (i === parts.length - 1) kept.push('');
  });
  return kept.join('/');
}

/**
 * Parses and serializes the URL of a WebSocket as the URL standard does for special schemes, without the host's `URL`
 * (mini programs have none). There is no base URL, so a relative one is refused.
 * Not done: Punycode (a non-ASCII host stays as written), IPv4 numbers in other than dotted decimal, IPv6 compression.
 * @throws `SyntaxError`
 * @see https://websockets.spec.whatwg.org/#dom-websocket-websocket steps 1 to 6
 */
export function parseSocketUrl(input: string): string {
  const parts = socketUrl.exec(input.replace(/^[\0- ]+|[\0- ]+$|[\t\n\r]+/g, '')) || [];
  const port = parts[5];
  let host = '';
  try {
    host = decodeURIComponent(parts[4] || '').toLowerCase();
  } catch {
    // Not UTF-8 behind the escapes: refused below, as no host.
  }
  if (!validHost.test(host) || +(port as string) > 65535)
    throwException(Exception.SyntaxError, `Invalid URL: '${input}'`);
  const user = encode(parts[3], /[^!$-.\d:=A-Z_a-z~%*+,]+/g);
  const shownPort = port && +port !== (parts[2] ? 443 : 80) ? `:${+port}` : '';
  const path = encode(normalizePath(parts[6] || '/'), /[^!$-;=@-\]_a-z|~%]+/g);
  const query = encode(parts[7], /[^!$-;=?-~]+/g).replace(/'/g, '%27');
  const scheme = parts[2] ? 'wss' : 'ws';
  return `${scheme}://${user && user !== ':' ? `${user}@` : ''}${host}${shownPort}${path}${query}`;
}

/**
 * The URL of a new WebSocket. Hosts that have `URL` resolve it, against the page's address in a browser; in mini programs
 * {@link parseSocketUrl} does.
 * @throws `SyntaxError`
 */
export function toSocketUrl(input: string): string {
  if (HostUrl === undefined) return parseSocketUrl(input);
  let href = input;
  try {
    href = new HostUrl(input, baseUrl()).href;
  } catch {
    // Refused below, in our words.
  }
  return parseSocketUrl(href);
}
