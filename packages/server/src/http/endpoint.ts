import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { decideNegotiate, encodeNegotiateResponse } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import type { Application } from '../connection/opening.ts';
import type { Compression, ServerLimits } from '../defaults.ts';
import type { RateKeys } from '../limits/rate-limiter.ts';
import type { Log } from '../log.ts';
import type { Transport, TransportName } from '../transport/transport.ts';
import type { InflateTurns } from '../web-socket/inflate-turns.ts';
import { Admission } from './admission.ts';
import { answerJson, answerText, refuse, refuseUpgrade } from './answer.ts';
import { addressKey, type ClientAddress } from './client-address.ts';
import type { ConnectGate } from './connect-gate.ts';
import { type Identity, toAuthenticateRequest } from './connect-request.ts';
import { answerCors } from './cors.ts';
import type { UpgradeRequest } from './direct-upgrade.ts';
import { EndpointOpening, type OpeningOwner } from './endpoint-opening.ts';
import { HttpTransports } from './http-transports.ts';
import type { Identification } from './identification.ts';
import { KeptRequest } from './kept-request.ts';
import { askedBy, encodeNegotiated, type Redirect, type RedirectTarget } from './negotiate-answer.ts';
import { createId, type Negotiated, NegotiatedConnections } from './negotiated-connections.ts';
import type { OriginPolicy } from './origin-policy.ts';
import { handleRefresh } from './refresh-handler.ts';
import { Refusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';
import { queryValueOf, tokenOf } from './request-query.ts';
import { closing, refusalOfTransport, tooManyPending } from './transport-refusal.ts';
import { type SelectSubprotocol, WebSocketHandshakes } from './web-socket-handshakes.ts';

/** What a path of an endpoint is for. */
export type EndpointAction = 'connect' | 'negotiate' | 'refresh';

/** What an {@link Endpoint} is made of. */
export interface EndpointParts {
  readonly application: Application;
  /** In the order in which clients are to try them. */
  readonly transports: readonly TransportName[];
  readonly redirect: Redirect | undefined;
  readonly identification: Identification;
  readonly allowedOrigins: OriginPolicy;
  readonly allowedAppIds: ReadonlySet<string> | undefined;
  readonly addresses: ClientAddress;
  readonly gate: ConnectGate;
  readonly selectSubprotocol: SelectSubprotocol;
  /** `undefined` turns it off. */
  readonly compression: Compression | undefined;
  /** What may be inflated in one turn; `undefined` for everything at once. */
  readonly inflateTurns: InflateTurns | undefined;
  readonly limits: ServerLimits;
  readonly clock: Clock;
  readonly log: Log;
}

const ignore = (): void => {};

interface AboutWebSocket {
  readonly identity: Identity | undefined;
  readonly subprotocol: string;
  readonly negotiated: Negotiated | undefined;
  readonly tokenToTell?: string;
}

/**
 * A mapped path: negotiate, and the transports at the path itself. It decides who may connect, finds or makes the
 * transport, and hands the connection to its application, be that a hub or a raw handler.
 * @see signalr.md 1.1, 1.2 (the status table)
 */
export class Endpoint implements OpeningOwner {
  readonly application: Application;
  readonly #parts: EndpointParts;
  readonly #admission: Admission;
  readonly #negotiated: NegotiatedConnections;
  readonly #handshakes: WebSocketHandshakes;
  readonly #http: HttpTransports;
  #isClosing = false;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.application = parts.application;
    this.#admission = new Admission({ ...parts, metrics: parts.application.metrics });
    this.#negotiated = new NegotiatedConnections(parts.clock, parts.limits);
    this.#handshakes = new WebSocketHandshakes(parts);
    this.#http = new HttpTransports({
      ...parts,
      admission: this.#admission,
      negotiated: this.#negotiated,
      refusalOf: (name, negotiated) => this.#refusalOfTransport(name, negotiated),
      accept: (transport, request, negotiated) =>
        this.#accept(transport, request, { negotiated, identity: negotiated.identity, subprotocol: '' }),
    });
  }

  /** From now on nobody may connect. Polls and posts of those who are connected go on. */
  close(): void {
    this.#isClosing = true;
  }

  /** Looks at the time. */
  tick(nowMs: number): void {
    this.#negotiated.sweep(nowMs);
    for (const { polling } of this.#negotiated.all()) polling?.tick(nowMs);
    this.application.tick(nowMs);
  }

  /** Answers a request to one of its paths. */
  answer(action: EndpointAction, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (action === 'negotiate') return this.negotiate(request, response);
    return action === 'refresh' ? this.refresh(request, response) : this.request(request, response);
  }

  /** `POST {path}/negotiate`. */
  async negotiate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (answerCors(this.#parts.allowedOrigins, request, response)) return;
    if (request.method !== 'POST') {
      answerText(response, 405);
      return;
    }
    const identity = this.#isClosing ? this.#refuseClosing(request) : await this.#admission.admit(request, true);
    if (identity instanceof Refusal) {
      refuse(response, identity);
      return;
    }
    const decision = decideNegotiate(askedBy(request), { allowStatefulReconnects: this.#mayResume });
    if (decision.kind === 'error') {
      answerJson(response, encodeNegotiateResponse(decision));
      return;
    }
    const keys = this.#enter(request, identity);
    if (keys instanceof Refusal) {
      refuse(response, keys);
      return;
    }
    const leave = (): void => this.#parts.gate.leave(keys);
    const elsewhere = await this.#redirect(request, identity);
    if (elsewhere !== undefined) {
      leave();
      if (elsewhere instanceof Refusal) refuse(response, elsewhere);
      else answerJson(response, encodeNegotiateResponse({ kind: 'redirect', ...elsewhere }));
      return;
    }
    const negotiated = this.#negotiated.create(decision.version, identity, decision.useStatefulReconnect, leave);
    if (negotiated === undefined) {
      leave();
      refuse(response, this.#admission.refuse(request, tooManyPending, 'too_many_pending'));
      return;
    }
    const { transports } = this.#parts;
    const about = { negotiateVersion: decision.version, ...this.#lifetimeOf(identity), transports };
    answerJson(response, encodeNegotiated(negotiated, about));
  }

  async #redirect(request: IncomingMessage, user: Identity | undefined): Promise<RedirectTarget | undefined | Refusal> {
    if (this.#parts.redirect === undefined) return undefined;
    const { token: _, ...connectRequest } = toAuthenticateRequest(request, this.#parts.addresses.of(request));
    try {
      return await this.#parts.redirect(connectRequest, user);
    } catch (error) {
      this.#parts.log('hookThrew', { hook: 'redirect', error });
      return new Refusal(500, 'Internal Server Error');
    }
  }

  #refuseClosing(request: RequestHead): Refusal {
    return this.#admission.refuse(request, closing, 'closing');
  }

  /** Counts a connection that is about to be, and says for whom. */
  #enter(request: RequestHead, identity: Identity | undefined): RateKeys | Refusal {
    const keys = this.#keysOf(request, identity);
    const turned = this.#parts.gate.enter(keys);
    return turned === undefined ? keys : this.#admission.refuse(request, turned.refusal, turned.reason);
  }

  #keysOf(request: RequestHead, identity: Identity | undefined): RateKeys {
    return toKeys(identity, this.#parts.addresses.of(request));
  }

  /** Whether a request belongs to no connection that is known. */
  #isNew(request: RequestHead): boolean {
    const token = tokenOf(request);
    return token === undefined || this.#negotiated.get(token) === undefined;
  }

  #lifetimeOf(identity: Identity | undefined): { readonly tokenLifetimeSeconds?: number } {
    const tokenLifetimeSeconds = this.application.identityRefresh?.lifetimeOf(identity);
    return tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds };
  }

  /** `POST {path}/refresh`. */
  async refresh(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (answerCors(this.#parts.allowedOrigins, request, response)) return;
    const refusal = this.#admission.refusalOfOrigin(request);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const token = tokenOf(request);
    const connection = token === undefined ? undefined : this.#negotiated.get(token)?.connection;
    const remoteAddress = this.#parts.addresses.of(request);
    const refresh = this.application.identityRefresh;
    await handleRefresh(request, response, { refresh, token, connection, remoteAddress });
  }

  /** A request at the path itself that is no upgrade. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (answerCors(this.#parts.allowedOrigins, request, response)) return;
    const method = request.method ?? '';
    if (method !== 'POST') request.resume();
    if (method !== 'GET' && method !== 'POST' && method !== 'DELETE') {
      answerText(response, 405);
      return;
    }
    const identity = await this.#admission.admit(request, this.#isNew(request));
    if (identity instanceof Refusal) {
      refuse(response, identity);
      return;
    }
    const negotiated = this.#find(request, identity);
    if (negotiated instanceof Refusal) {
      refuse(response, negotiated);
    } else {
      await this.#http.serve(negotiated, identity, request, response);
    }
  }

  /** A WebSocket upgrade at the path itself. A promise only where hooks have to be asked. */
  upgrade(request: UpgradeRequest, socket: Duplex, head: Buffer): void | Promise<void> {
    const isNew = this.#isNew(request);
    // Who is known may come back: a drain moves those later.
    const isLate = this.#isClosing && isNew;
    const admitted = isLate ? this.#refuseClosing(request) : this.#admission.admit(request, isNew);
    if (!(admitted instanceof Promise)) {
      this.#upgradeFor(admitted, request, socket, head);
      return undefined;
    }
    // A socket that breaks while we wait would otherwise end the process.
    socket.on('error', ignore);
    return admitted.then((identity) => this.#upgradeFor(identity, request, socket, head));
  }

  #upgradeFor(identity: Identity | undefined | Refusal, request: UpgradeRequest, socket: Duplex, head: Buffer): void {
    const negotiated = identity instanceof Refusal ? identity : this.#claim(request, identity);
    // Who has negotiated was counted then.
    const keys = negotiated === undefined ? this.#enter(request, identity as Identity | undefined) : undefined;
    const refusal = negotiated instanceof Refusal ? negotiated : keys instanceof Refusal ? keys : undefined;
    if (refusal !== undefined) {
      socket.on('error', ignore);
      refuseUpgrade(socket, refusal);
      return;
    }
    let isOpen = false;
    // A malformed upgrade is answered without calling back; then the id can be used again.
    this.#handshakes.complete(request, socket, head, (transport, subprotocol) => {
      isOpen = true;
      socket.off('error', ignore);
      this.#opened(transport, request, {
        identity: identity as Identity | undefined,
        subprotocol,
        negotiated: negotiated as Negotiated | undefined,
      });
    });
    if (!isOpen && keys !== undefined) this.#parts.gate.leave(keys as RateKeys);
  }

  /** A WebSocket is open. */
  #opened(transport: Transport, request: RequestHead, about: AboutWebSocket): void {
    const { negotiated, identity } = about;
    if (negotiated === undefined) this.#acceptDirect(transport, request, about);
    else if (negotiated.connection !== undefined) negotiated.connection.reattach(transport, identity);
    else {
      this.#negotiated.activate(negotiated, 'WebSockets');
      this.#accept(transport, request, about);
    }
  }

  /** Without negotiation there is no token, unless the client wants to be able to come back. */
  #acceptDirect(transport: Transport, request: RequestHead, about: AboutWebSocket): void {
    const wantsResume = queryValueOf(request, 'minihubResume') === '1';
    const made = wantsResume ? this.#createResumable(request, about.identity) : undefined;
    if (made === undefined) {
      this.#accept(transport, request, about);
      return;
    }
    this.#negotiated.activate(made, 'WebSockets');
    this.#accept(transport, request, { ...about, negotiated: made, tokenToTell: made.token });
  }

  #createResumable(request: RequestHead, identity: Identity | undefined): Negotiated | undefined {
    if (!this.#mayResume || !this.application.statefulReconnect?.withoutNegotiation) return undefined;
    const keys = this.#keysOf(request, identity);
    return this.#negotiated.create(1, identity, true, () => this.#parts.gate.leave(keys));
  }

  get #mayResume(): boolean {
    return this.application.statefulReconnect !== undefined && this.#parts.transports.includes('WebSockets');
  }

  /** The negotiated connection that an upgrade is for; `undefined` when negotiation was skipped. */
  #claim(request: RequestHead, identity: Identity | undefined): Negotiated | undefined | Refusal {
    const token = tokenOf(request);
    const negotiated = token === undefined ? undefined : this.#find(request, identity);
    if (negotiated instanceof Refusal) return negotiated;
    return this.#refusalOfTransport('WebSockets', negotiated) ?? negotiated;
  }

  /** The connection that a request names. */
  #find(request: RequestHead, identity: Identity | undefined): Negotiated | Refusal {
    const token = tokenOf(request);
    if (token === undefined) return new Refusal(400, 'Connection ID required');
    const negotiated = this.#negotiated.get(token);
    if (negotiated === undefined) return new Refusal(404, 'No Connection with that ID');
    // A token alone must not be enough: it may have leaked with a URL.
    if (negotiated.identity?.user !== identity?.user) {
      const refusal = new Refusal(403, 'The connection belongs to another user.');
      return this.#admission.refuse(request, refusal, 'other_user');
    }
    return negotiated;
  }

  #refusalOfTransport(name: TransportName, negotiated: Negotiated | undefined): Refusal | undefined {
    const { transports } = this.#parts;
    return refusalOfTransport(name, negotiated, { transports, isClosing: this.#isClosing });
  }

  #accept(transport: Transport, request: RequestHead, about: AboutWebSocket): void {
    const { negotiated, identity } = about;
    const address = this.#parts.addresses.of(request);
    const opening = new EndpointOpening(this, {
      id: negotiated?.id ?? createId(),
      identity,
      request: new KeptRequest(request, address),
      subprotocol: about.subprotocol,
      isStateful: negotiated?.isStateful === true && transport.name === 'WebSockets',
      tokenToTell: about.tokenToTell,
      guard: this.#parts.gate.guard(toKeys(identity, address)),
      negotiated,
    });
    const connection = this.application.accept(transport, opening);
    if (negotiated !== undefined && connection !== undefined) negotiated.connection = connection;
  }

  /** A connection is over. */
  left({ negotiated, identity, request }: EndpointOpening): void {
    if (negotiated !== undefined) this.#negotiated.release(negotiated);
    else this.#parts.gate.leave(toKeys(identity, request.remoteAddress));
  }
}

function toKeys(identity: Identity | undefined, address: string | undefined): RateKeys {
  return { user: identity?.user, address: addressKey(address) };
}
