/** What a phone asks of the network below it. */
export interface DialRequest {
  readonly url: string;
  /** Every header of the handshake that the app or the phone sets, `Sec-WebSocket-Protocol` included. */
  readonly headers: { readonly [name: string]: string };
  readonly perMessageDeflate: boolean;
}

/** What a real connection tells its phone. `closed` may follow `failed`. */
export interface DialEvents {
  /** The handshake is done; names of headers are in lower case. */
  open(headers: { readonly [name: string]: string }): void;
  message(data: string | ArrayBuffer): void;
  failed(kind: 'status' | 'tls' | 'refused'): void;
  closed(code: number, reason: string): void;
}

/** A real connection, as a {@link SocketDriver} makes it. */
export interface DialedSocket {
  send(data: string | ArrayBuffer): void;
  close(code: number, reason: string): void;
  /** Ends it without a closing handshake. */
  terminate(): void;
  /** Reads nothing more, so that the server fills its buffers as it does when a phone has vanished. */
  pause(): void;
}

/**
 * Opens the real connections below a phone: `ws` on Node.js, a relay in a browser. It holds no rule of any phone; those
 * are the same wherever the phone runs.
 */
export interface SocketDriver {
  dial(request: DialRequest, events: DialEvents): DialedSocket;
}
