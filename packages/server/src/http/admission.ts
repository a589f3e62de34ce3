import { MinihubError } from '@minihub/protocol';
import type { Log } from '../log.ts';
import type { EndpointMetrics } from '../metrics/endpoint-metrics.ts';
import type { RefusalReason } from '../metrics/metric-table.ts';
import { addressKey, type ClientAddress } from './client-address.ts';
import type { ConnectGate } from './connect-gate.ts';
import { type Identity, toAuthenticateRequest } from './connect-request.ts';
import type { UpgradeRequest } from './direct-upgrade.ts';
import { type Identification, reasonOf } from './identification.ts';
import { claimsMiniProgram, parseMiniProgram } from './mini-program.ts';
import { isOriginAllowed, type OriginPolicy } from './origin-policy.ts';
import { Refusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';

/** What an {@link Admission} is made of. */
export interface AdmissionParts {
  readonly identification: Identification;
  readonly allowedOrigins: OriginPolicy;
  readonly allowedAppIds: ReadonlySet<string> | undefined;
  readonly addresses: ClientAddress;
  readonly gate: ConnectGate;
  readonly log: Log;
  readonly metrics: EndpointMetrics | undefined;
}

const refusedStatuses: Readonly<Record<string, readonly [number, RefusalReason]>> = {
  MH_SERVER_UNAUTHORIZED: [401, 'unauthorized'],
  MH_SERVER_FORBIDDEN: [403, 'forbidden'],
  MH_SERVER_UNAVAILABLE: [503, 'authentication_unavailable'],
};

/** Decides on every request of an endpoint, negotiate and transports alike, whether it may go on, and as whom. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Who sends the request, or why it is refused. A promise only where hooks have to be asked.
   * @param isNew whether it belongs to no connection that is known: then it counts as an attempt to connect
   */
  admit(
    request: UpgradeRequest,
    isNew: boolean,
  ): Identity | undefined | Refusal | Promise<Identity | undefined | Refusal> {
    const address = this.#parts.addresses.of(request);
    const turned = isNew ? this.#parts.gate.knock(addressKey(address)) : undefined;
    if (turned !== undefined) return this.refuse(request, turned.refusal, turned.reason);
    const refusal = this.refusalOfOrigin(request);
    if (refusal !== undefined) return refusal;
    const { identification } = this.#parts;
    if (!identification.isNeeded) return undefined;
    return identification
      .identify(toAuthenticateRequest(request, address))
      .catch((error: unknown) => this.#refusalOf(request, error));
  }

  /** Why the page or the mini program that sends the request may not; `undefined` when it may. */
  refusalOfOrigin(request: RequestHead): Refusal | undefined {
    if (!isOriginAllowed(this.#parts.allowedOrigins, request)) {
      const why = `The origin ${request.headers.origin} is not allowed.`;
      return this.refuse(request, new Refusal(403, 'This origin is not allowed.'), 'origin', why);
    }
    if (this.#isAppAllowed(request)) return undefined;
    return this.refuse(request, new Refusal(403, 'This mini program is not allowed.'), 'mini_program');
  }

  #refusalOf(request: RequestHead, error: unknown): Refusal {
    const known = MinihubError.is(error) ? refusedStatuses[error.code] : undefined;
    if (known === undefined) {
      this.#parts.log('authenticateFailed', { error });
      return this.refuse(request, new Refusal(500, 'Internal Server Error'), 'authenticate_failed');
    }
    const [status, reason] = known;
    const { message } = error as MinihubError;
    const why = reasonOf(error as MinihubError);
    if (status === 503) this.#parts.log('authenticationUnavailable', { why });
    return this.refuse(request, new Refusal(status, message), reason, why);
  }

  /** What is no mini program is not asked for its app id: origins and `authenticate` decide on it. */
  #isAppAllowed({ headers }: RequestHead): boolean {
    const { allowedAppIds } = this.#parts;
    if (allowedAppIds === undefined || !claimsMiniProgram(headers.referer)) return true;
    const appId = parseMiniProgram(headers.referer)?.appId;
    return appId !== undefined && allowedAppIds.has(appId);
  }

  /**
   * Counts a refusal and writes it down: with the request's path, but never its query, which holds tokens.
   * @param why what the log says, where that is not what the client is told
   */
  refuse(request: RequestHead, refusal: Refusal, reason: RefusalReason, why: string = refusal.text): Refusal {
    const path = request.url?.split('?', 1)[0];
    const remoteAddress = this.#parts.addresses.of(request);
    this.#parts.log('requestRefused', { status: refusal.status, reason, why, path, remoteAddress });
    this.#parts.metrics?.refused(reason);
    return refusal;
  }
}
