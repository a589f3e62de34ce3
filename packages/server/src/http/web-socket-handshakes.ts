import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TransferFormat } from '@minihub/protocol';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import type { Application } from '../connection/opening.ts';
import type { Compression } from '../defaults.ts';
import type { Log } from '../log.ts';
import type { Framing } from '../outbound/batch.ts';
import { agreedWindowBits, DeflateFramings } from '../transport/deflate-framing.ts';
import type { Transport } from '../transport/transport.ts';
import { EndpointWebSocket, WebSocketTransport } from '../transport/web-socket-transport.ts';
import { refuseUpgrade } from './answer.ts';
import { agreeOnDeflate } from './deflate-offers.ts';
import type { UpgradeRequest } from './direct-upgrade.ts';
import { refusalOfOpening } from './opening-handshake.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Chooses a WebSocket sub-protocol among those that the client offers; `undefined` chooses none.
 * A client that offers one and gets none drops the connection, so the default takes the first: WeChat offers one.
 */
export type SelectSubprotocol = (offered: readonly string[]) => string | undefined;

/** Takes the first that is offered. */
export const firstSubprotocol: SelectSubprotocol = (offered) => offered[0];

/** What {@link WebSocketHandshakes} are made of. */
export interface WebSocketHandshakeParts {
  readonly application: Application;
  readonly selectSubprotocol: SelectSubprotocol;
  /** `undefined` turns it off. */
  readonly compression: Compression | undefined;
  readonly limits: { readonly closeTimeoutMs: number };
  readonly log: Log;
}

/** Completes the opening handshakes of an endpoint's WebSockets, and makes transports of them. @see RFC 6455, 4.2 */
export class WebSocketHandshakes {
  readonly #parts: WebSocketHandshakeParts;
  readonly #server: Server<typeof EndpointWebSocket>;
  readonly #framings: DeflateFramings | undefined;
  /** What the handshake that is being completed agrees on. */
  #windowBits: number | undefined;

  constructor(parts: WebSocketHandshakeParts) {
    this.#parts = parts;
    // `closeTimeout` is in the documentation of `ws`, but not in its types.
    const options: ServerOptions<typeof EndpointWebSocket> & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      // Clients must not take over context either: each would keep its window in our memory. What they send is
      // counted against `maxPayload` while it is inflated.
      perMessageDeflate: parts.compression !== undefined && {
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
      },
      WebSocket: EndpointWebSocket,
      // The transport answers pings.
      autoPong: false,
      maxPayload: parts.application.maxChunkBytes,
      maxFragments: parts.application.maxFragments,
      closeTimeout: parts.limits.closeTimeoutMs,
      handleProtocols: (offered) => this.#selectSubprotocol([...offered]),
    };
    this.#server = new WebSocketServer(options);
    if (parts.compression === undefined) return;
    this.#framings = new DeflateFramings(parts.compression);
    this.#server.on('headers', (headers) => {
      this.#windowBits = agreedWindowBits(headers);
    });
  }

  /**
   * Answers an upgrade. `whenOpen` gets the transport and the agreed sub-protocol (empty for none), in the same turn;
   * for a malformed upgrade it is not called, because that is answered with an error.
   */
  complete(
    request: UpgradeRequest,
    socket: Duplex,
    head: Buffer,
    whenOpen: (transport: Transport, subprotocol: string) => void,
  ): void {
    const refusal = refusalOfOpening(request);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    if (this.#framings !== undefined) declineUnacceptable(request);
    this.#server.handleUpgrade(request as IncomingMessage, socket, head, (webSocket) => {
      const { closeAnswer } = this.#parts.application;
      const windowBits = this.#windowBits;
      const framings = windowBits === undefined ? undefined : this.#framings;
      const framingOf =
        framings === undefined ? undefined : (format: TransferFormat): Framing => framings.of(format, windowBits);
      whenOpen(new WebSocketTransport(webSocket, socket, { closeAnswer, framingOf }), webSocket.protocol);
    });
  }

  /** A hook that throws chooses nothing: `ws` would throw on, into a promise that nobody holds. */
  #selectSubprotocol(offered: readonly string[]): string | false {
    try {
      return this.#parts.selectSubprotocol(offered) ?? false;
    } catch (error) {
      this.#parts.log('hookThrew', { hook: 'selectSubprotocol', error });
      return false;
    }
  }
}

/** Takes out of an upgrade's request what its answer declines. */
function declineUnacceptable({ headers }: RequestHead): void {
  const agreement = agreeOnDeflate(headers['sec-websocket-extensions']);
  if (agreement === undefined) delete headers['sec-websocket-extensions'];
  else headers['sec-websocket-extensions'] = agreement.extensions;
}
