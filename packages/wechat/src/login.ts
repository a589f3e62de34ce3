import type { Authenticate, AuthenticateRequest, Identity } from '@minihub/server';
import { MinihubError, unauthorized } from '@minihub/server';
import { CodeExchange } from './code-exchange.ts';
import { readCredentials } from './credentials.ts';
import { wechatError } from './errors.ts';
import { type SessionToken, type WechatSession, WechatSessions } from './session.ts';
import { toApi, type WechatApi, type WechatAppOptions } from './wechat-api.ts';

/** How users of a mini program log in. */
export interface LoginOptions {
  /** Which of WeChat's ids is the connection's user. @defaultValue 'openid' */
  readonly user?: 'openid' | 'unionid';
  /**
   * How long a session is good, in milliseconds. Each use in its second half begins it anew.
   * @defaultValue 604_800_000 (a week)
   */
  readonly sessionMs?: number;
  /**
   * How long one code may be shown again, in milliseconds: a connection shows it with each of its first requests.
   * @defaultValue 60_000
   */
  readonly codeGraceMs?: number;
  /** What happens to a request with no credentials at all. @defaultValue 'refuse' (401) */
  readonly anonymous?: 'refuse' | 'allow';
  /** Logins that may be under way at WeChat at once; 0 turns the limit off. @defaultValue 64 */
  readonly maxLoginsAtOnce?: number;
}

/** The defaults of {@link LoginOptions}. */
export const loginDefaults: Required<LoginOptions> = {
  user: 'openid',
  sessionMs: 7 * 24 * 3_600_000,
  codeGraceMs: 60_000,
  anonymous: 'refuse',
  maxLoginsAtOnce: 64,
};

/** What a client may know of its session. */
export interface SessionGrant {
  /** What the client sends from now on, as its access token. */
  readonly token: string;
  /** How long it is good, in whole seconds. */
  readonly expiresInSeconds: number;
  readonly user: string;
}

/** Codes that will not become good by waiting. */
const finalRefusals: ReadonlySet<string> = new Set(['MH_WECHAT_CODE_INVALID', 'MH_WECHAT_CODE_USED']);

/** Everything that is the user's fault, or their client's: 401. The rest is ours, or WeChat's. */
const refusals: ReadonlySet<string> = new Set([...finalRefusals, 'MH_WECHAT_USER_BLOCKED']);

/** The login of a mini program's users. Made by {@link wechatLogin}. */
export class WechatLogin {
  /** WeChat's interfaces, for what else the server does there. */
  readonly api: WechatApi;
  readonly #options: Required<LoginOptions>;
  readonly #sessions: WechatSessions;
  readonly #codes: CodeExchange;
  /** Of identities that came with a code: what their client is to be told. */
  readonly #untold = new WeakMap<Identity, SessionToken>();

  /** @internal Use {@link wechatLogin}. */
  constructor(api: WechatApi, options: LoginOptions) {
    this.api = api;
    const given = Object.entries(options).filter(([name, value]) => name in loginDefaults && value !== undefined);
    this.#options = { ...loginDefaults, ...Object.fromEntries(given) };
    const { sessionMs, codeGraceMs, maxLoginsAtOnce, user } = this.#options;
    assertNumber('sessionMs', sessionMs, 1_000);
    assertNumber('codeGraceMs', codeGraceMs, 0);
    assertNumber('maxLoginsAtOnce', maxLoginsAtOnce, 0);
    this.#sessions = new WechatSessions(api, {
      lifetimeMs: sessionMs,
      codeGraceMs,
      user,
      codeKey: api.deriveKey('login code'),
    });
    this.#codes = new CodeExchange((code) => this.#sessions.ofCode(code), maxLoginsAtOnce);
  }

  /**
   * Says who sends a request: give it to `createHubServer` or `hubs.map`.
   * A session token counts first; without a good one, a code of `wx.login` logs in.
   */
  readonly authenticate: Authenticate = async (request: AuthenticateRequest): Promise<Identity | undefined> => {
    const { token, code } = readCredentials(request);
    const session = token === undefined ? undefined : await this.#sessions.ofToken(token);
    if (session !== undefined) return toIdentity(session);
    if (code !== undefined) {
      const login = await this.#exchange(code);
      const identity = toIdentity(login.session);
      this.#untold.set(identity, login);
      return identity;
    }
    if (token === undefined && this.#options.anonymous === 'allow') return undefined;
    throw unauthorized(token === undefined ? 'Log in first.' : 'The session has ended.');
  };

  /**
   * What the client of an identity that came with a code is to be told; `undefined` for one that came with a token.
   * {@link sessionFilter} tells it by itself.
   */
  grantOf(identity: Identity | undefined): SessionGrant | undefined {
    const login = identity === undefined ? undefined : this.#untold.get(identity);
    return login === undefined ? undefined : this.#toGrant(login);
  }

  /**
   * Exchanges a code for a session, for logins that do not come with a connection: an HTTP route, a hub method.
   * @throws MH_WECHAT_CODE_INVALID, MH_WECHAT_CODE_USED, MH_WECHAT_USER_BLOCKED, MH_WECHAT_QUOTA, MH_WECHAT_UNREACHABLE
   */
  async logIn(code: string): Promise<SessionGrant> {
    return this.#toGrant(await this.#codes.of(code));
  }

  /** Gives a session a new token; the old one ends. @throws MH_WECHAT_SESSION_INVALID */
  async renew(token: string): Promise<SessionGrant> {
    const next = await this.#sessions.rotate(token);
    if (next === undefined) throw wechatError('MH_WECHAT_SESSION_INVALID', 'The session has ended.');
    return this.#toGrant(next);
  }

  /** The session of a token, with its secrets; `undefined` when it is not good. For the server alone. */
  sessionOf(token: string): Promise<WechatSession | undefined> {
    return this.#sessions.ofToken(token);
  }

  /** Ends a session. Connections that are open stay: end them with `hub.disconnect({ user })`. */
  revoke(token: string): Promise<void> {
    return this.#sessions.revoke(token);
  }

  /** Ends all sessions of a user. Connections that are open stay: end them with `hub.disconnect({ user })`. */
  revokeUser(user: string): Promise<void> {
    return this.#sessions.revokeUser(user);
  }

  async #exchange(code: string): Promise<SessionToken> {
    try {
      return await this.#codes.of(code);
    } catch (error) {
      if (!MinihubError.is(error) || !refusals.has(error.code)) throw error;
      const refusal = unauthorized('WeChat does not accept the login.');
      if (finalRefusals.has(error.code)) this.#codes.refuse(code, error);
      throw refusal;
    }
  }

  #toGrant({ token, session }: SessionToken): SessionGrant {
    const expiresInSeconds = Math.floor((session.expiresAtMs - this.api.now()) / 1000);
    return { token, expiresInSeconds, user: session.user };
  }
}

function toIdentity({ user, openid, unionid, expiresAtMs }: WechatSession): Identity {
  return { user, expiresAtMs, claims: unionid === undefined ? { openid } : { openid, unionid } };
}

function assertNumber(name: string, value: number, lowest: number): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= lowest) return;
  throw wechatError('MH_WECHAT_INVALID_OPTION', `'${name}' must be a number from ${lowest} up, not ${value}.`);
}

/**
 * Lets the users of a mini program log in with the code of `wx.login`.
 * @throws MH_WECHAT_INVALID_OPTION
 * @example
 * const login = wechatLogin({ appId, secret });
 * const hubs = createHubServer({ authenticate: login.authenticate, filters: [sessionFilter(login)] });
 */
export function wechatLogin(options: LoginOptions & (WechatAppOptions | { readonly api: WechatApi })): WechatLogin {
  return new WechatLogin(toApi(options), options);
}
