import { wechatError } from './errors.ts';
import type { SessionToken } from './session.ts';

/** Codes that were refused and are remembered, so that who shows one again costs no call. */
const maxRefused = 1_000;

/**
 * Exchanges codes: one call for each code, however many requests show it at once; a code that was refused is refused
 * again without a call; and so many calls at a time, because anybody can make codes up.
 */
export class CodeExchange {
  readonly #exchange: (code: string) => Promise<SessionToken>;
  readonly #maxAtOnce: number;
  readonly #underWay = new Map<string, Promise<SessionToken>>();
  readonly #refused = new Map<string, unknown>();

  constructor(exchange: (code: string) => Promise<SessionToken>, maxAtOnce: number) {
    this.#exchange = exchange;
    this.#maxAtOnce = maxAtOnce;
  }

  /** @throws whatever the exchange throws; MH_WECHAT_BUSY when too many are under way */
  async of(code: string): Promise<SessionToken> {
    const refusal = this.#refused.get(code);
    if (refusal !== undefined) throw refusal;
    let exchange = this.#underWay.get(code);
    if (exchange === undefined) {
      if (this.#maxAtOnce > 0 && this.#underWay.size >= this.#maxAtOnce) {
        throw wechatError('MH_WECHAT_BUSY', 'Too many logins are under way.');
      }
      exchange = this.#exchange(code).finally(() => this.#underWay.delete(code));
      this.#underWay.set(code, exchange);
    }
    return exchange;
  }

  /** The code will never be good again. */
  refuse(code: string, error: unknown): void {
    this.#refused.set(code, error);
    if (this.#refused.size > maxRefused) this.#refused.delete(this.#refused.keys().next().value as string);
  }
}
