import type { Opening } from '../connection/opening.ts';
import type { RateGuard } from '../limits/rate-guard.ts';
import type { Identity } from './connect-request.ts';
import type { KeptRequest } from './kept-request.ts';
import type { Negotiated } from './negotiated-connections.ts';

/** Who is told that a connection is over. */
export interface OpeningOwner {
  left(opening: EndpointOpening): void;
}

/** What an {@link EndpointOpening} is made of. */
export interface EndpointOpeningParts extends Omit<Opening, 'released' | 'request'> {
  readonly request: KeptRequest;
  /** `undefined` for a connection that no token names. */
  readonly negotiated: Negotiated | undefined;
}

/** What an endpoint tells of a connection. Each connection keeps one: it has no closure, and all its members in one place. */
export class EndpointOpening implements Opening {
  readonly id: string;
  readonly identity: Identity | undefined;
  readonly request: KeptRequest;
  readonly subprotocol: string;
  readonly isStateful: boolean;
  readonly tokenToTell: string | undefined;
  readonly guard: RateGuard | undefined;
  readonly negotiated: Negotiated | undefined;
  readonly #owner: OpeningOwner;

  constructor(owner: OpeningOwner, parts: EndpointOpeningParts) {
    this.#owner = owner;
    this.id = parts.id;
    this.identity = parts.identity;
    this.request = parts.request;
    this.subprotocol = parts.subprotocol;
    this.isStateful = parts.isStateful;
    this.tokenToTell = parts.tokenToTell;
    this.guard = parts.guard;
    this.negotiated = parts.negotiated;
  }

  released(): void {
    this.#owner.left(this);
  }
}
