import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeContentCheck } from './fake-content-check.ts';
import { FakeCredentials, type FakeUser } from './fake-credentials.ts';
import { FakeError } from './fake-error.ts';
import { FakeMessages, type SentMessage } from './fake-messages.ts';

/** What the fake is to know. */
export interface FakeWechatOptions {
  /** @defaultValue 'wxfake0000000000' */
  readonly appId?: string;
  /** @defaultValue 'fake-secret' */
  readonly secret?: string;
  /** Templates by id, with the names of their values: `{ tmpl1: ['thing1', 'time2'] }`. @defaultValue none */
  readonly templates?: Readonly<Record<string, readonly string[]>>;
  /** Pages of the released version. @defaultValue every page exists */
  readonly pages?: readonly string[];
  /** Words that make a text risky, or one to be reviewed by a person. @defaultValue none */
  readonly words?: { readonly risky?: readonly string[]; readonly review?: readonly string[] };
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/** A call that reached the fake. Neither secrets nor tokens are in it. */
export interface FakeCall {
  readonly path: string;
  /** 0 when it went well. */
  readonly errcode: number;
}

/** How long ago a user may have been in the mini program for `msg_sec_check`. */
const activeMs = 2 * 3_600_000;

/**
 * A fake `api.weixin.qq.com`: codes, tokens, quotas, grants and error codes as WeChat documents them. It answers over
 * HTTP on a free port of 127.0.0.1, so that what is tested is what runs. Made by {@link startFakeWechat}.
 */
export class FakeWechat {
  readonly appId: string;
  readonly secret: string;
  /** What to give as `baseUrl`. */
  baseUrl = '';
  /** Calls so far, oldest first. */
  readonly calls: FakeCall[] = [];
  readonly #now: () => number;
  readonly #credentials: FakeCredentials;
  readonly #messages: FakeMessages;
  readonly #content: FakeContentCheck;
  readonly #failures: { readonly path: string; readonly errcode: number }[] = [];
  readonly #quotas = new Map<string, number>();
  readonly #seenMs = new Map<string, number>();
  #isDown = false;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** @internal Use {@link startFakeWechat}. */
  constructor(options: FakeWechatOptions) {
    this.appId = options.appId ?? 'wxfake0000000000';
    this.secret = options.secret ?? 'fake-secret';
    this.#now = options.now ?? Date.now;
    this.#credentials = new FakeCredentials(this.appId, this.secret, this.#now);
    this.#messages = new FakeMessages(options.templates ?? {}, options.pages);
    this.#content = new FakeContentCheck(options.words ?? {});
  }

  /** What `wx.login` would give a user. */
  issueCode(user: FakeUser | string): string {
    const who = typeof user === 'string' ? { openid: user } : user;
    this.#seenMs.set(who.openid, this.#now());
    return this.#credentials.issueCode(who);
  }

  /** The user agrees to `count` messages of a template, as `wx.requestSubscribeMessage` asks. */
  grant(openid: string, templateId: string, count = 1): void {
    this.#seenMs.set(openid, this.#now());
    this.#messages.grant(openid, templateId, count);
  }

  /** Messages of a template that the user still takes. */
  grants(openid: string, templateId: string): number {
    return this.#messages.grants(openid, templateId);
  }

  /** Subscribe messages that were taken, oldest first. */
  get sent(): readonly SentMessage[] {
    return this.#messages.sent;
  }

  /** Texts that were checked, oldest first. */
  get checked(): FakeContentCheck['checked'] {
    return this.#content.checked;
  }

  /** Every access token that is out ends at once. */
  expireTokens(): void {
    this.#credentials.expireTokens();
  }

  /** The next `times` calls of a path are answered with an error code. */
  failNext(path: string, errcode: number, times = 1): void {
    for (let i = 0; i < times; i++) this.#failures.push({ path, errcode });
  }

  /** A path may be called `count` times more; then it answers 45009. */
  setQuota(path: string, count: number): void {
    this.#quotas.set(path, count);
  }

  /** While down, connections are cut without an answer. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
  }

  /** How often a path was called. */
  callsOf(path: string): number {
    return this.calls.filter((call) => call.path === path).length;
  }

  /** @internal */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.baseUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops it. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDown) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', this.baseUrl);
    let answer: object;
    try {
      answer = { errcode: 0, errmsg: 'ok', ...this.#dispatch(request, url, await readJson(request)) };
    } catch (error) {
      const { errcode, errmsg } = error instanceof FakeError ? error : new FakeError(-1, 'system error');
      answer = { errcode, errmsg: `${errmsg} rid: fake-${this.calls.length}` };
    }
    this.calls.push({ path: url.pathname, errcode: (answer as FakeCall).errcode });
    response.setHeader('Content-Type', 'application/json; encoding=utf-8');
    response.end(JSON.stringify(answer));
  }

  #dispatch(request: IncomingMessage, url: URL, body: Record<string, unknown>): object {
    const { pathname, searchParams } = url;
    this.#failOrCount(pathname);
    if (pathname === '/sns/jscode2session') return this.#credentials.code2Session(searchParams);
    if (request.method !== 'POST') throw new FakeError(43002, 'require POST method');
    if (pathname === '/cgi-bin/stable_token') return this.#credentials.stableToken(body);
    this.#credentials.checkToken(searchParams.get('access_token'));
    const isUser = (openid: unknown): boolean => typeof openid === 'string' && this.#seenMs.has(openid);
    if (pathname === '/cgi-bin/message/subscribe/send') return this.#messages.send(body, isUser);
    if (pathname === '/wxa/msg_sec_check') return this.#content.check(body, (openid) => this.#isActive(openid));
    throw new FakeError(40066, 'invalid url');
  }

  #failOrCount(path: string): void {
    const index = this.#failures.findIndex((failure) => failure.path === path);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure !== undefined) throw new FakeError(failure.errcode, 'as the test asked');
    const left = this.#quotas.get(path);
    if (left === undefined) return;
    if (left === 0) throw new FakeError(45009, 'reach max api daily quota limit');
    this.#quotas.set(path, left - 1);
  }

  #isActive(openid: unknown): boolean {
    return this.#now() - (this.#seenMs.get(String(openid)) ?? Number.NEGATIVE_INFINITY) < activeMs;
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  if (chunks.length === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // No JSON: the error is below.
  }
  throw new FakeError(47001, 'data format error');
}

/**
 * Starts a fake `api.weixin.qq.com` on a free port of this machine.
 * @example
 * await using wechat = await startFakeWechat({ templates: { tmpl1: ['thing1'] } });
 * const { appId, secret, baseUrl } = wechat;
 * const login = wechatLogin({ appId, secret, baseUrl });
 * const code = wechat.issueCode('ada');
 */
export async function startFakeWechat(options: FakeWechatOptions = {}): Promise<FakeWechat> {
  const fake = new FakeWechat(options);
  await fake.listen();
  return fake;
}
