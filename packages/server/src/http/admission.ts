import type { IncomingMessage } from 'node:http';
import { MinihubError } from '@minihub/protocol';
import { forbidden, unauthorized } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import { addressKey, type ClientAddress } from './client-address.ts';
import type { ConnectGate } from './connect-gate.ts';
import { type Authenticate, type Authorize, type Identity, toAuthenticateRequest } from './connect-request.ts';
import { claimsMiniProgram, parseMiniProgram } from './mini-program.ts';
import { isOriginAllowed, type OriginPolicy } from './origin-policy.ts';
import { Refusal } from './refusal.ts';

/** What an {@link Admission} is made of. */
export interface AdmissionParts {
  readonly authenticate: Authenticate | undefined;
  readonly authorize: Authorize | undefined;
  readonly allowedOrigins: OriginPolicy;
  readonly allowedAppIds: ReadonlySet<string> | undefined;
  readonly addresses: ClientAddress;
  readonly gate: ConnectGate;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
}

/** Decides on every request of an endpoint, negotiate and transports alike, whether it may go on, and as whom. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Who sends the request, or why it is refused.
   * @param isNew whether it belongs to no connection that is known: then it counts as an attempt to connect
   */
  async admit(request: IncomingMessage, isNew: boolean): Promise<Identity | undefined | Refusal> {
    const address = this.#parts.addresses.of(request);
    const turned = isNew ? this.#parts.gate.knock(addressKey(address)) : undefined;
    if (turned !== undefined) return this.refuse(request, turned.refusal, turned.reason);
    if (!isOriginAllowed(this.#parts.allowedOrigins, request)) {
      const why = `The origin ${request.headers.origin} is not allowed.`;
      return this.refuse(request, new Refusal(403, 'This origin is not allowed.'), 'origin', why);
    }
    if (!this.#isAppAllowed(request)) {
      return this.refuse(request, new Refusal(403, 'This mini program is not allowed.'), 'mini_program');
    }
    const { authenticate, authorize } = this.#parts;
    if (authenticate === undefined && authorize === undefined) return undefined;
    try {
      const hookRequest = toAuthenticateRequest(request, address);
      const identity = authenticate === undefined ? undefined : await authenticate(hookRequest);
      if (authorize === undefined || (await authorize(identity, hookRequest))) return identity;
      throw identity === undefined ? unauthorized() : forbidden();
    } catch (error) {
      if (MinihubError.is(error) && error.code === 'MH_SERVER_UNAUTHORIZED') {
        return this.refuse(request, new Refusal(401, error.message), 'unauthorized');
      }
      if (MinihubError.is(error) && error.code === 'MH_SERVER_FORBIDDEN') {
        return this.refuse(request, new Refusal(403, error.message), 'forbidden');
      }
      this.#parts.log('authenticateFailed', { error });
      this.#parts.metrics?.refused('authenticate_failed');
      return new Refusal(500, 'Internal Server Error');
    }
  }

  /** What is no mini program is not asked for its app id: origins and `authenticate` decide on it. */
  #isAppAllowed({ headers }: IncomingMessage): boolean {
    const { allowedAppIds } = this.#parts;
    if (allowedAppIds === undefined || !claimsMiniProgram(headers.referer)) return true;
    const appId = parseMiniProgram(headers.referer)?.appId;
    return appId !== undefined && allowedAppIds.has(appId);
  }

  /**
   * Counts a refusal and writes it down: with the request's path, but never its query, which holds tokens.
   * @param why what the log says, where that is not what the client is told
   */
  refuse(request: IncomingMessage, refusal: Refusal, reason: RefusalReason, why: string = refusal.text): Refusal {
    const path = request.url?.split('?', 1)[0];
    const remoteAddress = this.#parts.addresses.of(request);
    this.#parts.log('requestRefused', { status: refusal.status, reason, why, path, remoteAddress });
    this.#parts.metrics?.refused(reason);
    return refusal;
  }
}
