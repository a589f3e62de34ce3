import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { type AccessToken, AccessTokens } from './access-token.ts';
import { WechatApiError, type WechatError, wechatError } from './errors.ts';
import { createMemoryStore, type WechatStore } from './store.ts';

/** One mini program, and how its server talks to WeChat. */
export interface WechatAppOptions {
  /** The app id: `wx…`. What an environment variable lacks is refused (MH_WECHAT_INVALID_OPTION). */
  readonly appId: string | undefined;
  /** The app secret. It goes to WeChat and nowhere else. What an environment variable lacks is refused, as above. */
  readonly secret: string | undefined;
  /** Where tokens, sessions and grants are kept. @defaultValue the memory of this process */
  readonly store?: WechatStore;
  /** Where WeChat is; tests put a fake there. @defaultValue 'https://api.weixin.qq.com' */
  readonly baseUrl?: string;
  /** How long a call may take, in milliseconds; 0 waits for ever. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970; tests hand in their own. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/** The default of {@link WechatAppOptions.timeoutMs}. */
const defaultTimeoutMs = 10_000;

function assertGiven(name: string, value: string | undefined): asserts value is string {
  if (typeof value === 'string' && value !== '') return;
  const hint = 'If it comes from an environment variable: is that one set?';
  throw wechatError('MH_WECHAT_INVALID_OPTION', `'${name}' is missing. ${hint}`);
}

/** What WeChat answers: `errcode` is absent or 0 when it went well. */
export type WechatAnswer = Readonly<Record<string, unknown>>;

/** What code2Session says of a user. */
export interface CodeSession {
  /** The user, as this app knows them. */
  readonly openid: string;
  /** The user across the apps of one company; absent when the app is not bound to an open platform account. */
  readonly unionid?: string;
  /** For decrypting and signing. A secret of the server. */
  readonly sessionKey: string;
}

const tokenErrcodes: ReadonlySet<number> = new Set([40001, 40014, 42001]);
const busy = -1;

/** WeChat's server interfaces for one mini program. Made by {@link createWechatApi}. */
export class WechatApi {
  readonly appId: string;
  readonly store: WechatStore;
  readonly now: () => number;
  readonly #secret: string;
  readonly #baseUrl: string;
  readonly #timeoutMs: number;
  readonly #tokens: AccessTokens;

  /** @internal Use {@link createWechatApi}. */
  constructor(options: WechatAppOptions) {
    const { appId, secret, baseUrl = 'https://api.weixin.qq.com', timeoutMs = defaultTimeoutMs } = options;
    assertGiven('appId', appId);
    assertGiven('secret', secret);
    if (!URL.canParse(baseUrl)) throw wechatError('MH_WECHAT_INVALID_OPTION', `'baseUrl' is no URL: ${baseUrl}`);
    if (!Number.isFinite(timeoutMs) || timeoutMs < 0) {
      throw wechatError('MH_WECHAT_INVALID_OPTION', `'timeoutMs' must be a number from 0 up, not ${timeoutMs}.`);
    }
    this.appId = appId;
    this.store = options.store ?? createMemoryStore(options.now === undefined ? {} : { now: options.now });
    this.now = options.now ?? Date.now;
    this.#secret = secret;
    this.#baseUrl = baseUrl.replace(/\/$/, '');
    this.#timeoutMs = timeoutMs;
    this.#tokens = new AccessTokens({
      fetch: (force) => this.#fetchAccessToken(force),
      store: this.store,
      key: this.key('access-token'),
      now: this.now,
    });
    // No secret in a console.
    Object.defineProperty(this, inspect.custom, { value: () => `WechatApi { appId: '${appId}' }` });
  }

  /** The name of something of this app in the store. */
  key(name: string): string {
    return `minihub:wechat:${this.appId}:${name}`;
  }

  /** A secret of this app for one purpose, the same on all of its servers. It says nothing about the app secret. */
  deriveKey(purpose: string): string {
    return createHmac('sha256', this.#secret).update(`minihub ${purpose}`).digest('base64url');
  }

  /** An access token that is good now, for interfaces that this package does not know. */
  accessToken(): Promise<string> {
    return this.#tokens.get();
  }

  /**
   * Calls an interface that takes an access token. A token that is refused is renewed and the call repeated once.
   * @throws WechatApiError (by `errcode`), MH_WECHAT_UNREACHABLE
   * @example await api.post('/wxa/generatescheme', { jump_wxa: { path: 'pages/room/room' } });
   */
  async post(path: string, body: object): Promise<WechatAnswer> {
    const token = await this.#tokens.get();
    try {
      return await this.#postWith(token, path, body);
    } catch (error) {
      if (!(error instanceof WechatApiError) || !tokenErrcodes.has(error.errcode)) throw error;
      return this.#postWith(await this.#tokens.replace(token), path, body);
    }
  }

  /**
   * Exchanges the code of `wx.login`.
   * @throws MH_WECHAT_CODE_INVALID, MH_WECHAT_CODE_USED, MH_WECHAT_USER_BLOCKED, MH_WECHAT_QUOTA,
   * MH_WECHAT_CREDENTIALS, MH_WECHAT_UNREACHABLE
   */
  async code2Session(code: string): Promise<CodeSession> {
    const query = new URLSearchParams({
      appid: this.appId,
      secret: this.#secret,
      js_code: code,
      grant_type: 'authorization_code',
    });
    const { openid, unionid, session_key: sessionKey } = await this.#call('/sns/jscode2session', `?${query}`);
    if (typeof openid !== 'string' || typeof sessionKey !== 'string') throw this.#strange('/sns/jscode2session');
    return typeof unionid === 'string' ? { openid, unionid, sessionKey } : { openid, sessionKey };
  }

  async #fetchAccessToken(force: boolean): Promise<AccessToken> {
    const path = '/cgi-bin/stable_token';
    const answer = await this.#call(path, '', {
      grant_type: 'client_credential',
      appid: this.appId,
      secret: this.#secret,
      force_refresh: force,
    });
    const { access_token: token, expires_in: seconds } = answer;
    if (typeof token !== 'string' || typeof seconds !== 'number') throw this.#strange(path);
    return { token, expiresAtMs: this.now() + seconds * 1000 };
  }

  #postWith(token: string, path: string, body: object): Promise<WechatAnswer> {
    return this.#call(path, `?${new URLSearchParams({ access_token: token })}`, body);
  }

  /** One call; a busy system is asked once more. Errors name the path, never the query, which holds secrets. */
  async #call(path: string, query: string, body?: object): Promise<WechatAnswer> {
    try {
      return await this.#callOnce(path, query, body);
    } catch (error) {
      if (!(error instanceof WechatApiError) || error.errcode !== busy) throw error;
      return this.#callOnce(path, query, body);
    }
  }

  async #callOnce(path: string, query: string, body?: object): Promise<WechatAnswer> {
    let answer: unknown;
    try {
      const response = await fetch(this.#baseUrl + path + query, {
        ...(body === undefined
          ? undefined
          : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
        ...(this.#timeoutMs === 0 ? undefined : { signal: AbortSignal.timeout(this.#timeoutMs) }),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`HTTP status ${response.status}`);
      answer = await response.json();
    } catch (error) {
      throw wechatError('MH_WECHAT_UNREACHABLE', `${path}: ${reasonOf(error)}`);
    }
    if (typeof answer !== 'object' || answer === null) throw this.#strange(path);
    const { errcode = 0, errmsg = '' } = answer as WechatAnswer;
    if (errcode !== 0) throw new WechatApiError(path, Number(errcode), String(errmsg));
    return answer as WechatAnswer;
  }

  #strange(path: string): WechatError {
    return wechatError('MH_WECHAT_UNREACHABLE', `${path}: the answer is not what the documentation says.`);
  }
}

/** `fetch` says "fetch failed" and keeps the reason in the cause. Neither holds the URL, whose query has secrets. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return typeof cause?.code === 'string' ? `${message} (${cause.code})` : message;
}

/**
 * WeChat's server interfaces for one mini program.
 * @throws MH_WECHAT_INVALID_OPTION
 * @example const api = createWechatApi({ appId: 'wx…', secret: process.env.WECHAT_SECRET });
 */
export function createWechatApi(options: WechatAppOptions): WechatApi {
  return new WechatApi(options);
}

/** Takes an api, or makes one. */
export function toApi(given: WechatAppOptions | { readonly api: WechatApi }): WechatApi {
  return 'api' in given ? given.api : createWechatApi(given);
}
