import type { MinihubError } from '@minihub/protocol';
import type { Clock } from '../clock.ts';
import { forbidden, unauthorized, unavailable } from '../errors.ts';
import type { Authenticate, AuthenticateRequest, Authorize, Identity } from './connect-request.ts';

/** What an {@link Identification} is made of. */
export interface IdentificationParts {
  readonly authenticate: Authenticate | undefined;
  readonly authorize: Authorize | undefined;
  readonly limits: { readonly authenticateTimeoutMs: number };
  readonly clock: Clock;
}

/** Finds out who sends a request and whether they may, with the hooks of an endpoint, before its deadline. */
export class Identification {
  readonly #parts: IdentificationParts;

  constructor(parts: IdentificationParts) {
    this.#parts = parts;
  }

  /** Whether there is anything to ask: everybody may connect, anonymously, otherwise. */
  get isNeeded(): boolean {
    return this.#parts.authenticate !== undefined || this.#parts.authorize !== undefined;
  }

  /**
   * Who sends the request; `undefined` for somebody anonymous.
   * @throws MH_SERVER_UNAUTHORIZED, MH_SERVER_FORBIDDEN, MH_SERVER_UNAVAILABLE, and whatever else the hooks throw
   */
  identify(request: AuthenticateRequest): Promise<Identity | undefined> {
    const { clock, limits } = this.#parts;
    const timeoutMs = limits.authenticateTimeoutMs;
    const asked = this.#ask(request);
    if (timeoutMs === 0) return asked;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => reject(overdue(timeoutMs)));
      // What comes after the deadline is ignored.
      asked.then(resolve, reject).finally(cancel);
    });
  }

  async #ask(request: AuthenticateRequest): Promise<Identity | undefined> {
    const { authenticate, authorize } = this.#parts;
    const identity = await authenticate?.(request);
    if (authorize === undefined || (await authorize(identity, request))) return identity;
    throw identity === undefined ? unauthorized() : forbidden();
  }
}

function overdue(timeoutMs: number): MinihubError {
  const cause = new Error(`'authenticate' and 'authorize' did not answer within ${timeoutMs} ms.`);
  return unavailable(undefined, { cause });
}

/** Why a request was refused, for the log: the cause where there is one, because the client is told less. */
export function reasonOf(error: MinihubError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
