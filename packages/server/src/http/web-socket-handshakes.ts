import type { Duplex } from 'node:stream';
import type { TransferFormat } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Application } from '../connection/opening.ts';
import type { Compression } from '../defaults.ts';
import type { Log } from '../log.ts';
import type { Framing } from '../outbound/batch.ts';
import { DeflateFramings } from '../transport/deflate-framing.ts';
import { ReadTurns } from '../transport/read-turns.ts';
import type { Transport } from '../transport/transport.ts';
import { webSocketFraming } from '../transport/web-socket-framing.ts';
import { type WebSocketRules, WebSocketTransport } from '../transport/web-socket-transport.ts';
import { FrameReader } from '../web-socket/frame-reader.ts';
import type { InflateTurns } from '../web-socket/inflate-turns.ts';
import { refuseUpgrade } from './answer.ts';
import { agreeOnDeflate } from './deflate-offers.ts';
import type { UpgradeRequest } from './direct-upgrade.ts';
import { offeredSubprotocols, openingAnswer, refusalOfOpening } from './opening-handshake.ts';

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
  /** What may be inflated in one turn; `undefined` for everything at once. */
  readonly inflateTurns: InflateTurns | undefined;
  readonly limits: { readonly closeTimeoutMs: number };
  readonly clock: Clock;
  readonly log: Log;
}

/** Completes the opening handshakes of an endpoint's WebSockets, and makes transports of them. @see RFC 6455, 4.2 */
export class WebSocketHandshakes {
  readonly #parts: WebSocketHandshakeParts;
  readonly #framings: DeflateFramings | undefined;
  readonly #readTurns = new ReadTurns();
  readonly #plain: WebSocketRules;
  /** The rules of those that agreed on compression, by the window that they can take. */
  readonly #compressed = new Map<number, WebSocketRules>();

  constructor(parts: WebSocketHandshakeParts) {
    this.#parts = parts;
    this.#framings = parts.compression === undefined ? undefined : new DeflateFramings(parts.compression);
    this.#plain = this.#createRules(false, webSocketFraming);
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
    // The client has gone while it was looked at.
    if (!socket.readable || !socket.writable) {
      socket.destroy();
      return;
    }
    const { headers } = request;
    const subprotocol = this.#chooseSubprotocol(headers['sec-websocket-protocol']);
    const agreement = this.#framings === undefined ? undefined : agreeOnDeflate(headers['sec-websocket-extensions']);
    const key = headers['sec-websocket-key'] as string;
    socket.write(openingAnswer({ key, subprotocol, extensions: agreement?.extensions }), 'latin1');
    whenOpen(new WebSocketTransport(socket, head, this.#rulesFor(agreement?.windowBits)), subprotocol);
  }

  #rulesFor(windowBits: number | undefined): WebSocketRules {
    const framings = this.#framings;
    if (windowBits === undefined || framings === undefined) return this.#plain;
    const known = this.#compressed.get(windowBits);
    if (known !== undefined) return known;
    const rules = this.#createRules(true, (format) => framings.of(format, windowBits));
    this.#compressed.set(windowBits, rules);
    return rules;
  }

  #createRules(mayCompress: boolean, framingOf: (format: TransferFormat) => Framing): WebSocketRules {
    const { application, limits, clock, inflateTurns } = this.#parts;
    const { maxChunkBytes: maxMessageBytes, maxFragments, closeAnswer } = application;
    return {
      reader: new FrameReader({
        maxMessageBytes,
        maxFragments,
        mayCompress,
        turns: mayCompress ? inflateTurns : undefined,
      }),
      readTurns: this.#readTurns,
      framings: { Text: framingOf('Text'), Binary: framingOf('Binary') },
      closeAnswer,
      closeTimeoutMs: limits.closeTimeoutMs,
      clock,
    };
  }

  /** A hook that throws chooses nothing, and so does one that chooses what was not offered. */
  #chooseSubprotocol(header: string | undefined): string {
    const offered = offeredSubprotocols(header) ?? [];
    if (offered.length === 0) return '';
    try {
      const chosen = this.#parts.selectSubprotocol(offered);
      return chosen !== undefined && offered.includes(chosen) ? chosen : '';
    } catch (error) {
      this.#parts.log('hookThrew', { hook: 'selectSubprotocol', error });
      return '';
    }
  }
}
