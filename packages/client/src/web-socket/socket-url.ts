import { createException } from './exception.ts';
import { baseUrl, HostUrl } from './host-class.ts';

const defaultPorts: { readonly [scheme: string]: string } = { ws: '80', wss: '443' };

function encode(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (char) => encodeURIComponent(char).replace("'", '%27'));
}

function normalizePath(path: string): string {
  const parts = path.replace(/\\/g, '/').split('/').slice(1);
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    const plain = part.replace(/%2e/gi, '.');
    if (plain === '..') kept.pop();
    if (plain !== '.' && plain !== '..') kept.push(part);
    else if (i === parts.length - 1) kept.push('');
  }
  return encode(`/${kept.join('/')}`, /[\uD800-\uDBFF][\uDC00-\uDFFF]|[^!$-;=@-\]_a-z|~%]/g);
}

function normalizeHost(host: string): string {
  let plain = host;
  try {
    plain = decodeURIComponent(host);
  } catch {
    plain = '%'; // not UTF-8 behind the escapes: refused below like any other forbidden character
  }
  const valid = plain.charAt(0) === '[' ? /^\[[\da-f.]*:[\da-f:.]*\]$/i : /^[^\0- #%/:<>?@[\\\]^`{|}\x7f]+$/;
  if (!valid.test(plain)) throw createException('SyntaxError', `Invalid URL: '${host}'`);
  return plain.toLowerCase();
}

/**
 * Parses and serializes the URL of a WebSocket as the URL standard does for special schemes, without the host's `URL`
 * (mini programs have none). There is no base URL, so a relative one is refused.
 * Not done: Punycode (a non-ASCII host stays as written), IPv4 numbers in other than dotted decimal, IPv6 compression.
 * @throws `SyntaxError`
 * @see https://websockets.spec.whatwg.org/#dom-websocket-websocket steps 1 to 6
 */
export function parseSocketUrl(input: string): string {
  const text = input.replace(/^[\0- ]+|[\0- ]+$|[\t\n\r]+/g, '');
  const match = /^(wss?|https?):[\\/]*([^\\/?#]*)([^?#]*)(\?[^#]*)?(#)?/i.exec(text);
  // A fragment is refused even when it is empty.
  if (match === null || match[5] !== undefined) {
    throw createException('SyntaxError', `Not an absolute ws or wss URL without fragment: '${input}'`);
  }
  const scheme = match[1] as string;
  const authority = match[2] as string;
  const protocol = scheme.toLowerCase().replace('http', 'ws');
  const at = authority.lastIndexOf('@');
  const address = /^(\[.*\]|[^:]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  const port = (address?.[2] ?? '').replace(/^0+(?=\d)/, '');
  if (address === null || Number(port) > 65535) throw createException('SyntaxError', `Invalid URL: '${input}'`);
  const user = at < 0 ? '' : `${encode(authority.slice(0, at), /[^!$-.\d:=A-Z_a-z~%*+,]/g)}@`.replace(/^:?@$/, '');
  const shownPort = port === '' || port === defaultPorts[protocol] ? '' : `:${port}`;
  const search = encode(match[4] ?? '', /[\uD800-\uDBFF][\uDC00-\uDFFF]|[^!$-&(-;=?-~]/g);
  return `${protocol}://${user}${normalizeHost(address[1] as string)}${shownPort}${normalizePath(match[3] as string)}${search}`;
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
