import type { WechatStore } from './store.ts';

/** An access token, and until when it is good, in milliseconds since 1970. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Asks WeChat for a token; `force` makes a new one even when the old is good (20 a day, 30 seconds apart). */
export type FetchAccessToken = (force: boolean) => Promise<AccessToken>;

/**
 * Before the last five minutes WeChat gives the same token to everybody who asks, in them a new one, and the old stays
 * good until its end: so a renewal costs no call its token. @see mini-program.md 6, getStableAccessToken
 */
const renewEarlyMs = 5 * 60_000;

/** A token of which less is left than this is not given out any more. */
const safetyMs = 10_000;

/**
 * The access token of one app: asked for once however many calls need it, renewed before its end, shared through the
 * store. Stable tokens are the same for all servers, so nothing has to be locked between them.
 */
export class AccessTokens {
  readonly #fetch: FetchAccessToken;
  readonly #store: WechatStore;
  readonly #key: string;
  readonly #now: () => number;
  #known: AccessToken | undefined;
  #underWay: Promise<AccessToken> | undefined;

  constructor(parts: { fetch: FetchAccessToken; store: WechatStore; key: string; now: () => number }) {
    this.#fetch = parts.fetch;
    this.#store = parts.store;
    this.#key = parts.key;
    this.#now = parts.now;
  }

  /** A token that is good now. @throws whatever asking for one throws */
  async get(): Promise<string> {
    this.#known ??= await this.#fromStore();
    const known = this.#known;
    const leftMs = known === undefined ? 0 : known.expiresAtMs - this.#now();
    if (known !== undefined && leftMs > renewEarlyMs) return known.token;
    if (known === undefined || leftMs <= safetyMs) return (await this.#renew(false)).token;
    // It is still good, so nobody waits for the next one, nor fails because of it: the next call tries again.
    this.#renew(false).catch(() => {});
    return known.token;
  }

  /** A token was refused: gives another. When WeChat insists on the same one, a new one is forced. */
  async replace(refused: string): Promise<string> {
    // Another call may have replaced it already.
    if (this.#known !== undefined && this.#known.token !== refused) return this.#known.token;
    const next = await this.#renew(false);
    return next.token === refused ? (await this.#renew(true)).token : next.token;
  }

  #renew(force: boolean): Promise<AccessToken> {
    this.#underWay ??= this.#fetchAndKeep(force).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #fetchAndKeep(force: boolean): Promise<AccessToken> {
    const next = await this.#fetch(force);
    this.#known = next;
    await this.#store.set(this.#key, JSON.stringify(next), Math.max(1, next.expiresAtMs - this.#now()));
    return next;
  }

  async #fromStore(): Promise<AccessToken | undefined> {
    const kept = await this.#store.get(this.#key);
    return kept === undefined ? undefined : (JSON.parse(kept) as AccessToken);
  }
}
