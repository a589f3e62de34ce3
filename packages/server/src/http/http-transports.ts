import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Application } from '../connection/opening.ts';
import type { ServerLimits } from '../defaults.ts';
import { HttpInbox } from '../transport/http-inbox.ts';
import { LongPollingTransport } from '../transport/long-polling-transport.ts';
import { ServerSentEventsTransport } from '../transport/server-sent-events-transport.ts';
import type { Transport, TransportName } from '../transport/transport.ts';
import type { Admission } from './admission.ts';
import { answerText, refuse } from './answer.ts';
import type { Identity } from './connect-request.ts';
import type { Negotiated, NegotiatedConnections } from './negotiated-connections.ts';
import { Refusal } from './refusal.ts';
import { tooManyPosts } from './transport-refusal.ts';

/** What {@link HttpTransports} are made of. */
export interface HttpTransportParts {
  readonly application: Application;
  readonly admission: Admission;
  readonly negotiated: NegotiatedConnections;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  /** Why a transport cannot be used for a connection. */
  refusalOf(name: TransportName, negotiated: Negotiated): Refusal | undefined;
  /** Hands a connection to the application, with the transport that it has from now on. */
  accept(transport: Transport, request: IncomingMessage, negotiated: Negotiated): void;
}

/**
 * Serves the requests of negotiated connections that are no upgrades: server-sent events, polls, posts and the end of
 * polling. Who sends them has been admitted. @see signalr.md 1.2, 1.5, 1.6
 */
export class HttpTransports {
  readonly #parts: HttpTransportParts;

  constructor(parts: HttpTransportParts) {
    this.#parts = parts;
  }

  /** Serves one request. */
  async serve(
    negotiated: Negotiated,
    identity: Identity | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method === 'POST') await this.#post(negotiated, request, response);
    else if (request.method === 'DELETE') this.#delete(negotiated, response);
    else if (request.headers.accept?.toLowerCase().includes('text/event-stream')) {
      this.#serverSentEvents(negotiated, request, response);
    } else this.#poll(negotiated, identity, request, response);
  }

  #serverSentEvents(negotiated: Negotiated, request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#parts.refusalOf('ServerSentEvents', negotiated);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const { clock, limits } = this.#parts;
    const inbox = this.#inboxOf(negotiated);
    const { closeTimeoutMs } = limits;
    const transport = new ServerSentEventsTransport(response, inbox, { clock, closeTimeoutMs });
    this.#parts.negotiated.activate(negotiated, 'ServerSentEvents');
    this.#parts.accept(transport, request, negotiated);
    transport.start();
  }

  #poll(
    negotiated: Negotiated,
    identity: Identity | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const refusal = this.#parts.refusalOf('LongPolling', negotiated);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    if (negotiated.polling !== undefined) {
      // Each poll shows credentials, perhaps newer ones. signalr.md 1.3
      negotiated.connection?.renewIdentity?.(identity);
      negotiated.polling.poll(response);
      return;
    }
    const { application, clock, limits } = this.#parts;
    const transport = new LongPollingTransport(this.#inboxOf(negotiated), clock, {
      pollTimeoutMs: limits.pollTimeoutMs,
      disconnectTimeoutMs: limits.connectTimeoutMs,
      sendTimeoutMs: limits.sendTimeoutMs,
      oneWritePerPoll: application.wholeMessages,
    });
    negotiated.polling = transport;
    this.#parts.negotiated.activate(negotiated, 'LongPolling');
    this.#parts.accept(transport, request, negotiated);
    transport.start(response);
  }

  async #post(negotiated: Negotiated, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (negotiated.transportName === 'WebSockets') {
      request.resume();
      refuse(response, new Refusal(405, 'POST requests are not allowed for WebSocket connections.'));
      return;
    }
    const outcome = await this.#inboxOf(negotiated).post(request);
    // What is left of a body that was not taken must not hold up the next request on the socket.
    request.resume();
    const statuses = { taken: 200, broken: 400, 'too large': 413, over: 404 } as const;
    if (outcome === 'too many') refuse(response, this.#parts.admission.refuse(request, tooManyPosts, 'too_many_posts'));
    else answerText(response, statuses[outcome]);
  }

  #delete(negotiated: Negotiated, response: ServerResponse): void {
    if (negotiated.polling === undefined) {
      refuse(response, new Refusal(400, 'Cannot terminate this connection using the DELETE endpoint.'));
      return;
    }
    negotiated.polling.delete();
    answerText(response, 202);
  }

  #inboxOf(negotiated: Negotiated): HttpInbox {
    const { application, limits } = this.#parts;
    negotiated.inbox ??= new HttpInbox({
      wholeBodies: application.wholeMessages,
      maxBodyBytes: application.maxChunkBytes,
      maxWaitingPosts: limits.maxWaitingPosts,
    });
    return negotiated.inbox;
  }
}
