import type { IncomingMessage } from 'node:http';
import { MinihubError } from '@minihub/protocol';
import { forbidden, unauthorized } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Authenticate, type Authorize, type Identity, toAuthenticateRequest } from './connect-request.ts';
import { isOriginAllowed, type OriginPolicy } from './origin-policy.ts';
import { Refusal } from './refusal.ts';

/** What an {@link Admission} is made of. */
export interface AdmissionParts {
  readonly authenticate: Authenticate | undefined;
  readonly authorize: Authorize | undefined;
  readonly allowedOrigins: OriginPolicy;
  readonly log: Log;
}

/** Decides on every request of an endpoint, negotiate and transports alike, whether it may go on, and as whom. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Who sends the request, or why it is refused. */
  async admit(request: IncomingMessage): Promise<Identity | undefined | Refusal> {
    if (!isOriginAllowed(this.#parts.allowedOrigins, request)) {
      this.log(request, 403, `The origin ${request.headers.origin} is not allowed.`);
      return new Refusal(403, 'This origin is not allowed.');
    }
    const { authenticate, authorize } = this.#parts;
    if (authenticate === undefined && authorize === undefined) return undefined;
    try {
      const hookRequest = toAuthenticateRequest(request);
      const identity = authenticate === undefined ? undefined : await authenticate(hookRequest);
      if (authorize === undefined || (await authorize(identity, hookRequest))) return identity;
      throw identity === undefined ? unauthorized() : forbidden();
    } catch (error) {
      if (MinihubError.is(error) && error.code === 'MH_SERVER_UNAUTHORIZED') return this.#refuse(request, 401, error);
      if (MinihubError.is(error) && error.code === 'MH_SERVER_FORBIDDEN') return this.#refuse(request, 403, error);
      this.#parts.log('authenticateFailed', { error });
      return new Refusal(500, 'Internal Server Error');
    }
  }

  /** Writes down that a request was refused: with its path, but never its query, which holds tokens. */
  log(request: IncomingMessage, status: number, why: string): void {
    const path = request.url?.split('?', 1)[0];
    this.#parts.log('requestRefused', { status, why, path, remoteAddress: request.socket.remoteAddress });
  }

  #refuse(request: IncomingMessage, status: number, error: MinihubError): Refusal {
    this.log(request, status, error.message);
    return new Refusal(status, error.message);
  }
}
