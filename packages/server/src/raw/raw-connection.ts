import { inspect } from 'node:util';
import { serverError } from '../errors.ts';
import type { ConnectRequest, Identity } from '../http/connect-request.ts';
import { type MiniProgram, parseMiniProgram } from '../http/mini-program.ts';
import { inspectAs } from '../inspect-as.ts';
import { cutCloseReason } from './close-reason.ts';
import type { RawConnection, RawSendOptions } from './raw-handler.ts';
import { RawMessage } from './raw-message.ts';
import type { RawSession } from './raw-session.ts';

const normalClosure = 1000;

/** The face of a raw connection towards handlers: what may be known and done, and nothing that could break it. */
export class SessionConnection implements RawConnection {
  readonly #session: RawSession;
  readonly items: Record<string, unknown> = {};

  constructor(session: RawSession) {
    this.#session = session;
    // No token and no header: this ends up in logs.
    inspectAs(this, () => `RawConnection { id: '${this.id}', user: ${inspect(this.user)} }`);
  }

  get id(): string {
    return this.#session.opening.id;
  }

  get user(): string | undefined {
    return this.#session.opening.identity?.user;
  }

  get identity(): Identity | undefined {
    return this.#session.opening.identity;
  }

  get request(): ConnectRequest {
    return this.#session.opening.request;
  }

  get miniProgram(): MiniProgram | undefined {
    return parseMiniProgram(this.request.headers.referer);
  }

  get subprotocol(): string {
    return this.#session.opening.subprotocol;
  }

  get signal(): AbortSignal {
    return this.#session.signal;
  }

  get bufferedBytes(): number {
    return this.#session.bufferedBytes;
  }

  send(data: string | Uint8Array, options?: RawSendOptions): void {
    const rule = this.#session.ruleFor(options);
    this.#session.send(new RawMessage(data, rule.compress), rule);
  }

  async writable(): Promise<void> {
    await this.#session.whenWritable();
  }

  close(code: number = normalClosure, reason = ''): void {
    assertCloseCode(code);
    this.#session.close(code, cutCloseReason(reason));
  }
}

/**
 * Refuses the close codes that are not an application's to send. @see RFC 6455, 7.4
 * @throws MH_SERVER_INVALID_OPTION
 */
export function assertCloseCode(code: number): void {
  if (code === normalClosure || (Number.isInteger(code) && code >= 3000 && code <= 4999)) return;
  throw serverError('MH_SERVER_INVALID_OPTION', `A close code must be 1000, or from 3000 to 4999, not ${code}.`);
}
