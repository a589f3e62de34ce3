import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type AvailableTransport,
  decideNegotiate,
  encodeNegotiateResponse,
  findQueryValue,
  MinihubError,
} from '@minihub/protocol';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import type { Application } from '../connection/opening.ts';
import type { ServerLimits } from '../defaults.ts';
import type { Log } from '../log.ts';
import { EndpointWebSocket, WebSocketTransport } from '../transport/web-socket-transport.ts';
import { answerJson, answerText, refuseUpgrade } from './answer.ts';
import { type Authenticate, type Identity, toAuthenticateRequest } from './connect-request.ts';
import { createId, type Negotiated, type NegotiatedConnections } from './negotiated-connections.ts';
import { isOriginAllowed, type OriginPolicy } from './origin-policy.ts';

/** What an {@link Endpoint} is made of. */
export interface EndpointParts {
  readonly application: Application;
  readonly negotiated: NegotiatedConnections;
  readonly authenticate: Authenticate | undefined;
  readonly allowedOrigins: OriginPolicy;
  readonly selectSubprotocol: SelectSubprotocol;
  readonly limits: ServerLimits;
  readonly log: Log;
}

/**
 * Chooses a WebSocket sub-protocol among those that the client offers; `undefined` chooses none.
 * A client that offers one and gets none drops the connection, so the default takes the first: WeChat offers one.
 */
export type SelectSubprotocol = (offered: readonly string[]) => string | undefined;

/** Takes the first that is offered. */
export const firstSubprotocol: SelectSubprotocol = (offered) => offered[0];

const offeredTransports: readonly AvailableTransport[] = [
  { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
];

/** A refusal in the words of the status table. @see signalr.md 1.2 */
class Refusal {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text = '') {
    this.status = status;
    this.text = text;
  }
}

/**
 * A mapped path: negotiate, and the transports at the path itself. It decides who may connect, and hands the
 * connection to its application, be that a hub or a raw handler.
 */
export class Endpoint {
  readonly application: Application;
  readonly #parts: EndpointParts;
  readonly #webSockets: Server<typeof EndpointWebSocket>;
  #isClosing = false;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.application = parts.application;
    // `closeTimeout` is in the documentation of `ws`, but not in its types.
    const options: ServerOptions<typeof EndpointWebSocket> & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      WebSocket: EndpointWebSocket,
      maxPayload: parts.application.maxChunkBytes,
      maxFragments: parts.application.maxFragments,
      closeTimeout: parts.limits.closeTimeoutMs,
      handleProtocols: (offered) => parts.selectSubprotocol([...offered]) ?? false,
    };
    this.#webSockets = new WebSocketServer(options);
  }

  /** From now on nobody may connect. */
  close(): void {
    this.#isClosing = true;
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    this.#parts.negotiated.sweep(nowMs);
    this.application.tick(nowMs);
  }

  /** `POST {path}/negotiate`. */
  async negotiate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (request.method !== 'POST') {
      answerText(response, 405);
      return;
    }
    const query = queryOf(request);
    const decision = decideNegotiate({
      negotiateVersion: findQueryValue(query, 'negotiateVersion'),
      useStatefulReconnect: findQueryValue(query, 'useStatefulReconnect'),
    });
    if (decision.kind === 'error') {
      answerJson(response, encodeNegotiateResponse(decision));
      return;
    }
    const identity = await this.#admit(request);
    if (identity instanceof Refusal) {
      answerText(response, identity.status, identity.text);
      return;
    }
    const negotiated = this.#parts.negotiated.create(decision.version, identity);
    if (negotiated === undefined) {
      this.#log(request, 503, 'Too many negotiated connections wait.');
      answerText(response, 503, 'Too many connections are being opened.');
      return;
    }
    answerJson(
      response,
      encodeNegotiateResponse({
        kind: 'success',
        negotiateVersion: decision.version,
        connectionId: negotiated.id,
        connectionToken: negotiated.token,
        availableTransports: offeredTransports,
      }),
    );
  }

  /** A request at the path itself that is no upgrade. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const method = request.method ?? '';
    if (method !== 'GET' && method !== 'POST' && method !== 'DELETE') {
      answerText(response, 405);
      return;
    }
    const identity = await this.#admit(request);
    const refusal = identity instanceof Refusal ? identity : this.#refuseWithoutWebSocket(method, request);
    answerText(response, refusal.status, refusal.text);
  }

  /** A WebSocket upgrade at the path itself. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A socket that breaks while we wait would otherwise end the process.
    const ignore = (): void => {};
    socket.on('error', ignore);
    const identity = await this.#admit(request);
    const negotiated = identity instanceof Refusal ? identity : this.#claim(request, identity);
    if (identity instanceof Refusal || negotiated instanceof Refusal) {
      const { status, text } = negotiated as Refusal;
      refuseUpgrade(socket, status, text);
      return;
    }
    const { negotiated: registry } = this.#parts;
    // `ws` answers a malformed upgrade itself, without calling back; then the id can be used again.
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', ignore);
      const transport = new WebSocketTransport(webSocket, socket, { closeAnswer: this.application.closeAnswer });
      if (negotiated !== undefined) registry.activate(negotiated);
      const { token: _, ...connectRequest } = toAuthenticateRequest(request);
      this.application.accept(transport, {
        id: negotiated?.id ?? createId(),
        identity,
        request: connectRequest,
        subprotocol: webSocket.protocol,
        released: () => {
          if (negotiated !== undefined) registry.release(negotiated);
        },
      });
    });
  }

  /** Who sends the request, or why it is refused. */
  async #admit(request: IncomingMessage): Promise<Identity | undefined | Refusal> {
    if (this.#isClosing) return new Refusal(503, 'The server is closing.');
    if (!isOriginAllowed(this.#parts.allowedOrigins, request)) {
      this.#log(request, 403, `The origin ${request.headers.origin} is not allowed.`);
      return new Refusal(403, 'This origin is not allowed.');
    }
    try {
      const { authenticate } = this.#parts;
      return authenticate === undefined ? undefined : await authenticate(toAuthenticateRequest(request));
    } catch (error) {
      if (MinihubError.is(error) && error.code === 'MH_SERVER_UNAUTHORIZED') return this.#refuse(request, 401, error);
      if (MinihubError.is(error) && error.code === 'MH_SERVER_FORBIDDEN') return this.#refuse(request, 403, error);
      this.#parts.log('authenticateFailed', { error });
      return new Refusal(500, 'Internal Server Error');
    }
  }

  /** The negotiated connection that an upgrade is for; `undefined` when negotiation was skipped. */
  #claim(request: IncomingMessage, identity: Identity | undefined): Negotiated | undefined | Refusal {
    const token = findQueryValue(queryOf(request), 'id');
    if (token === undefined || token === '') return undefined;
    const negotiated = this.#parts.negotiated.get(token);
    if (negotiated === undefined) return new Refusal(404, 'No Connection with that ID');
    if (negotiated.isActive) return new Refusal(409);
    if (negotiated.identity?.user !== identity?.user) {
      this.#log(request, 403, 'The connection was negotiated by another user.');
      return new Refusal(403, 'The connection belongs to another user.');
    }
    return negotiated;
  }

  #refuseWithoutWebSocket(method: string, request: IncomingMessage): Refusal {
    const token = findQueryValue(queryOf(request), 'id');
    if (token === undefined || token === '') return new Refusal(400, 'Connection ID required');
    const negotiated = this.#parts.negotiated.get(token);
    if (negotiated === undefined) return new Refusal(404, 'No Connection with that ID');
    if (method === 'POST') return new Refusal(405, 'POST requests are not allowed for WebSocket connections.');
    if (method === 'DELETE') {
      return new Refusal(400, 'Cannot terminate this connection using the DELETE endpoint.');
    }
    const wantsEvents = request.headers.accept?.includes('text/event-stream') ?? false;
    const transport = wantsEvents ? 'ServerSentEvents' : 'LongPolling';
    return new Refusal(404, `${transport} transport not supported by this end point type`);
  }

  #refuse(request: IncomingMessage, status: number, error: MinihubError): Refusal {
    this.#log(request, status, error.message);
    return new Refusal(status, error.message);
  }

  #log(request: IncomingMessage, status: number, why: string): void {
    // The path without the query: that holds tokens.
    const path = request.url?.split('?', 1)[0];
    this.#parts.log('requestRefused', { status, why, path, remoteAddress: request.socket.remoteAddress });
  }
}

function queryOf(request: IncomingMessage): URLSearchParams {
  const target = request.url ?? '';
  const mark = target.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
}
