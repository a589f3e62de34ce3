import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHead } from './request-head.ts';
import { rawHeadersOf, type UpgradeHead } from './upgrade-head.ts';

/** A request for a WebSocket: read by `node:http`, or by us. */
export type UpgradeRequest = IncomingMessage | DirectUpgrade;

/** A request for a WebSocket that was taken before `node:http` had read it. */
export class DirectUpgrade implements RequestHead {
  readonly method = 'GET';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  readonly #text: string;
  #incoming: IncomingMessage | undefined;

  constructor(head: UpgradeHead, socket: Socket) {
    this.url = head.url;
    this.headers = head.headers;
    this.socket = socket;
    this.#text = head.text;
  }

  /** The request in the form that `node:http` would have given it, for hooks that want it. */
  get incoming(): IncomingMessage {
    this.#incoming ??= this.#toIncoming();
    return this.#incoming;
  }

  #toIncoming(): IncomingMessage {
    const pairs = [...rawHeadersOf(this.#text)];
    const { method, url, headers, socket } = this;
    const incoming = Object.assign(new IncomingMessage(socket), {
      method,
      url,
      headers,
      rawHeaders: pairs.flat(),
      headersDistinct: Object.assign(
        Object.create(null) as object,
        Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), [value]])),
      ),
      httpVersion: '1.1',
      httpVersionMajor: 1,
      httpVersionMinor: 1,
      upgrade: true,
      complete: true,
    });
    // There is no body.
    incoming.push(null);
    return incoming;
  }
}
