import { randomBytes } from 'node:crypto';
import { FakeError } from './fake-error.ts';

const codeLifetimeMs = 5 * 60_000;
const tokenLifetimeMs = 7_200_000;
/** In the last five minutes a new token is made, and the old one stays good. */
const overlapMs = 5 * 60_000;
const forceGapMs = 30_000;
const forcesPerDay = 20;
const dayMs = 24 * 3_600_000;
const loginsPerMinute = 100;

/** A user of the fake. */
export interface FakeUser {
  readonly openid: string;
  readonly unionid?: string;
  /** A high-risk user, whom WeChat does not let in. */
  readonly isBlocked?: boolean;
}

interface FakeCode {
  readonly user: FakeUser;
  readonly issuedMs: number;
  isUsed: boolean;
}

/** Login codes and access tokens, as WeChat hands them out. */
export class FakeCredentials {
  readonly #appId: string;
  readonly #secret: string;
  readonly #now: () => number;
  readonly #codes = new Map<string, FakeCode>();
  readonly #logins = new Map<string, { minute: number; count: number }>();
  #tokens: { readonly token: string; readonly expiresAtMs: number }[] = [];
  #forces: number[] = [];

  constructor(appId: string, secret: string, now: () => number) {
    this.#appId = appId;
    this.#secret = secret;
    this.#now = now;
  }

  issueCode(user: FakeUser): string {
    const code = `0${randomBytes(16).toString('hex').slice(1)}`;
    this.#codes.set(code, { user, issuedMs: this.#now(), isUsed: false });
    return code;
  }

  /** Every access token that is out ends at once, as when the secret is reset. */
  expireTokens(): void {
    this.#tokens = [];
  }

  checkApp(appId: unknown, secret: unknown): void {
    if (typeof appId !== 'string' || appId === '') throw new FakeError(41002, 'appid missing');
    if (appId !== this.#appId) throw new FakeError(40013, 'invalid appid');
    if (typeof secret !== 'string' || secret === '') throw new FakeError(41004, 'appsecret missing');
    if (secret !== this.#secret) throw new FakeError(40125, 'invalid appsecret');
  }

  code2Session(query: URLSearchParams): object {
    this.checkApp(query.get('appid'), query.get('secret'));
    const text = query.get('js_code') ?? '';
    if (text === '') throw new FakeError(41008, 'missing code');
    const code = this.#codes.get(text);
    if (code === undefined || this.#now() - code.issuedMs >= codeLifetimeMs) throw new FakeError(40029, 'invalid code');
    if (code.isUsed) throw new FakeError(40163, 'code been used');
    this.#countLogin(code.user.openid);
    code.isUsed = true;
    const { openid, unionid, isBlocked } = code.user;
    if (isBlocked) throw new FakeError(40226, 'code blocked');
    const answer = { openid, session_key: randomBytes(16).toString('base64') };
    return unionid === undefined ? answer : { ...answer, unionid };
  }

  stableToken(body: Record<string, unknown>): object {
    this.checkApp(body.appid, body.secret);
    if (body.grant_type !== 'client_credential') throw new FakeError(40002, 'invalid grant_type');
    const nowMs = this.#now();
    this.#tokens = this.#tokens.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const newest = this.#tokens.at(-1);
    const isForced = body.force_refresh === true;
    if (isForced) this.#countForce(nowMs);
    if (newest !== undefined && !isForced && newest.expiresAtMs - nowMs > overlapMs) return this.#answer(newest, nowMs);
    // A forced refresh ends the others; a normal one leaves them to their end.
    if (isForced) this.#tokens = [];
    const made = { token: `fake_${randomBytes(24).toString('base64url')}`, expiresAtMs: nowMs + tokenLifetimeMs };
    this.#tokens.push(made);
    return this.#answer(made, nowMs);
  }

  checkToken(token: string | null): void {
    if (token === null || token === '') throw new FakeError(41001, 'access_token missing');
    const known = this.#tokens.find((candidate) => candidate.token === token);
    if (known === undefined) throw new FakeError(40001, 'invalid credential, access_token is invalid or not latest');
    if (known.expiresAtMs <= this.#now()) throw new FakeError(42001, 'access_token expired');
  }

  #answer({ token, expiresAtMs }: { token: string; expiresAtMs: number }, nowMs: number): object {
    return { access_token: token, expires_in: Math.floor((expiresAtMs - nowMs) / 1000) };
  }

  #countForce(nowMs: number): void {
    this.#forces = this.#forces.filter((atMs) => nowMs - atMs < dayMs);
    const last = this.#forces.at(-1);
    if (this.#forces.length >= forcesPerDay) throw new FakeError(45009, 'reach max api daily quota limit');
    if (last !== undefined && nowMs - last < forceGapMs) throw new FakeError(45011, 'api minute-quota reach limit');
    this.#forces.push(nowMs);
  }

  #countLogin(openid: string): void {
    const minute = Math.floor(this.#now() / 60_000);
    const logins = this.#logins.get(openid);
    if (logins?.minute !== minute) {
      this.#logins.set(openid, { minute, count: 1 });
      return;
    }
    if (++logins.count > loginsPerMinute) throw new FakeError(45011, 'api minute-quota reach limit');
  }
}
