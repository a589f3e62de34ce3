import { createHash, createHmac, randomBytes } from 'node:crypto';
import { wechatError } from './errors.ts';
import type { CodeSession, WechatApi } from './wechat-api.ts';

/** A user who has logged in. */
export interface WechatSession {
  /** What the connection's user is: the openid, or the unionid. */
  readonly user: string;
  readonly openid: string;
  readonly unionid?: string;
  /** A secret of the server, for decrypting what `wx.getPhoneNumber` and others give. It never goes to a client. */
  readonly sessionKey: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** A session, and the secret that proves it. */
export interface SessionToken {
  readonly token: string;
  readonly session: WechatSession;
}

/** Kept under the hash of its token, so that who reads the store cannot log in. */
interface KeptSession extends WechatSession {
  /** Until when the login code that made it may be shown again. */
  readonly codeUntilMs: number;
}

/** Sessions of one app: made, found, prolonged, revoked. */
export class WechatSessions {
  readonly #api: WechatApi;
  readonly #lifetimeMs: number;
  readonly #codeGraceMs: number;
  readonly #codeKey: string;
  readonly #user: 'openid' | 'unionid';

  constructor(
    api: WechatApi,
    options: { lifetimeMs: number; codeGraceMs: number; user: 'openid' | 'unionid'; codeKey: string },
  ) {
    this.#api = api;
    this.#lifetimeMs = options.lifetimeMs;
    this.#codeGraceMs = options.codeGraceMs;
    this.#codeKey = options.codeKey;
    this.#user = options.user;
  }

  /**
   * The session of a login code. One connection shows its code several times (negotiate, the socket, each poll), maybe
   * to several servers: its token is derived from the code, so that all find the same session, for a short while.
   */
  async ofCode(code: string): Promise<SessionToken> {
    const token = createHmac('sha256', this.#codeKey).update(code).digest('base64url');
    const kept = await this.#read(token);
    if (kept !== undefined && kept.codeUntilMs > this.#api.now()) return { token, session: kept };
    return this.#make(token, await this.#api.code2Session(code));
  }

  /** The session of a token, prolonged when half of its time is over; `undefined` when it is not good. */
  async ofToken(token: string): Promise<WechatSession | undefined> {
    const kept = await this.#read(token);
    if (kept === undefined) return undefined;
    const nowMs = this.#api.now();
    if (kept.expiresAtMs - nowMs > this.#lifetimeMs / 2) return kept;
    return this.#keep(token, { ...kept, expiresAtMs: nowMs + this.#lifetimeMs });
  }

  /** Gives the session a new token; the old one ends. */
  async rotate(token: string): Promise<SessionToken | undefined> {
    const kept = await this.#read(token);
    if (kept === undefined) return undefined;
    const next = randomBytes(32).toString('base64url');
    const session = await this.#keep(next, {
      ...kept,
      codeUntilMs: 0,
      expiresAtMs: this.#api.now() + this.#lifetimeMs,
    });
    await this.revoke(token);
    return { token: next, session };
  }

  /** Ends a session. */
  async revoke(token: string): Promise<void> {
    await this.#api.store.delete(this.#keyOf(token));
  }

  /** Ends every session of a user that exists now. */
  async revokeUser(user: string): Promise<void> {
    await this.#api.store.set(this.#revocationKey(user), String(this.#api.now()), this.#lifetimeMs);
  }

  async #make(token: string, { openid, unionid, sessionKey }: CodeSession): Promise<SessionToken> {
    const user = this.#user === 'openid' ? openid : unionid;
    if (user === undefined) {
      const text = 'WeChat gave no unionid: bind the mini program to an open platform account, or use the openid.';
      throw wechatError('MH_WECHAT_CREDENTIALS', text);
    }
    const nowMs = this.#api.now();
    const session = await this.#keep(token, {
      user,
      openid,
      ...(unionid === undefined ? undefined : { unionid }),
      sessionKey,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + this.#lifetimeMs,
      codeUntilMs: nowMs + this.#codeGraceMs,
    });
    return { token, session };
  }

  async #keep(token: string, session: KeptSession): Promise<KeptSession> {
    const ttlMs = session.expiresAtMs - this.#api.now();
    await this.#api.store.set(this.#keyOf(token), JSON.stringify(session), ttlMs);
    return session;
  }

  async #read(token: string): Promise<KeptSession | undefined> {
    const text = await this.#api.store.get(this.#keyOf(token));
    if (text === undefined) return undefined;
    const session = JSON.parse(text) as KeptSession;
    if (session.expiresAtMs <= this.#api.now()) return undefined;
    const revokedMs = await this.#api.store.get(this.#revocationKey(session.user));
    return revokedMs !== undefined && session.createdAtMs <= Number(revokedMs) ? undefined : session;
  }

  #keyOf(token: string): string {
    return this.#api.key(`session:${createHash('sha256').update(token).digest('base64url')}`);
  }

  #revocationKey(user: string): string {
    return this.#api.key(`revoked:${user}`);
  }
}
