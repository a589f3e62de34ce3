import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './refusal.ts';

/** What makes an answer that no cache and no other protocol would give. @see RFC 6455, 1.3 */
const challenge = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64. */
const key = /^[+/0-9A-Za-z]{22}==$/;
/** @see RFC 9110, 5.6.2 */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What may stand between tokens or in them; `trim` knows more spaces, of which none belongs into a header. */
const plain = /^[\t -~]*$/;
/** The version of the protocol; those before it were drafts. */
const version = '13';

const otherMethod = new Refusal(405, 'A WebSocket is opened with GET.', undefined, { Allow: 'GET' });
const otherUpgrade = new Refusal(400, 'Upgrade must be websocket.');
const badKey = new Refusal(400, 'Sec-WebSocket-Key is missing or invalid.');
const otherVersion = new Refusal(426, 'Sec-WebSocket-Version must be 13.', undefined, {
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': version,
});
const badSubprotocols = new Refusal(400, 'Sec-WebSocket-Protocol is invalid.');

/** What an upgrade's head says, as far as the opening handshake asks. */
export interface OpeningRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Why an upgrade is no opening handshake, or not one that can be answered; `undefined` when it is. @see RFC 6455, 4.2.1 */
export function refusalOfOpening({ method, headers }: OpeningRequest): Refusal | undefined {
  if (method !== 'GET') return otherMethod;
  if (headers.upgrade?.toLowerCase() !== 'websocket') return otherUpgrade;
  if (!key.test(headers['sec-websocket-key'] ?? '')) return badKey;
  if (headers['sec-websocket-version'] !== version) return otherVersion;
  return offeredSubprotocols(headers['sec-websocket-protocol']) === undefined ? badSubprotocols : undefined;
}

/**
 * The sub-protocols that a client offers, in its order; `undefined` when the header cannot be understood. Empty places in the
 * list count for nothing: libsoup sends the header with nothing in it where its user has no sub-protocol.
 * @see RFC 2616, 2.1, which RFC 6455 means by its lists; RFC 9110, 5.6.1.2
 */
export function offeredSubprotocols(header: string | undefined): readonly string[] | undefined {
  if (header === undefined) return [];
  if (!plain.test(header)) return undefined;
  const names = header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.every((name) => token.test(name)) && new Set(names).size === names.length ? names : undefined;
}

/** What an opening handshake was agreed on. */
export interface OpeningAnswer {
  /** Of the request; it was looked at by {@link refusalOfOpening}. */
  readonly key: string;
  /** Empty for none. */
  readonly subprotocol: string;
  /** The value of `Sec-WebSocket-Extensions`; `undefined` for none. */
  readonly extensions: string | undefined;
}

/** The answer that completes an opening handshake: all that is written before the first frame. @see RFC 6455, 4.2.2 */
export function openingAnswer({ key, subprotocol, extensions }: OpeningAnswer): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${hash('sha1', key + challenge, 'base64')}\r\n` +
    (subprotocol === '' ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`) +
    (extensions === undefined ? '\r\n' : `Sec-WebSocket-Extensions: ${extensions}\r\n\r\n`)
  );
}
