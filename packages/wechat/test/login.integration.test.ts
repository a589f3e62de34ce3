import { inspect } from 'node:util';
import { HttpTransportType } from '@microsoft/signalr';
import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, type LoginOptions, type WechatStore, wechatLogin } from '../src/index.ts';
import { type FakeWechat, startFakeWechat } from '../src/testing.ts';
import { type ChatScene, startChat } from './support/chat-scene.ts';

const exchangePath = '/sns/jscode2session';

const hub = defineHub()({
  methods: {
    whoAmI: method([], ({ user, connection }) => ({ user, claims: connection.identity?.claims })),
  },
});

class Time {
  nowMs = 1_800_000_000_000;
  readonly now = (): number => this.nowMs;
}

interface Scene extends AsyncDisposable {
  readonly fake: FakeWechat;
  readonly login: ReturnType<typeof wechatLogin>;
  readonly chat: ChatScene;
  readonly logged: unknown[];
}

async function startScene(options: LoginOptions & { store?: WechatStore } = {}, time = new Time()): Promise<Scene> {
  const fake = await startFakeWechat({ now: time.now });
  const { appId, secret, baseUrl } = fake;
  const login = wechatLogin({ appId, secret, baseUrl, now: time.now, ...options });
  const logged: unknown[] = [];
  const write = (...about: unknown[]): void => void logged.push(about);
  const logger = { debug: write, info: write, warn: write, error: write };
  const chat = await startChat(hub, { authenticate: login.authenticate, logger });
  return {
    fake,
    login,
    chat,
    logged,
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}

const transports = { WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 } as const;

describe('login with a code', () => {
  it.each(Object.keys(transports) as (keyof typeof transports)[])(
    'makes the openid the user over %s, for one call to WeChat',
    async (transport) => {
      await using scene = await startScene();
      const code = scene.fake.issueCode({ openid: 'o-ada', unionid: 'u-ada' });
      const client = scene.chat.client(`wx-code:${code}`, { transport: HttpTransportType[transport] });
      await client.start();
      expect(await client.invoke('whoAmI')).toEqual({ user: 'o-ada', claims: { openid: 'o-ada', unionid: 'u-ada' } });
      expect(scene.fake.callsOf(exchangePath)).toBe(1);
    },
  );

  it('takes the code from the header and from the query as well', async () => {
    await using scene = await startScene();
    const headers = { 'X-WX-Code': scene.fake.issueCode('by-header') };
    const byHeader = scene.chat.client('', { headers });
    await byHeader.start();
    expect(await byHeader.invoke('whoAmI')).toMatchObject({ user: 'by-header' });
    const response = await fetch(`${scene.chat.url}/negotiate?wxCode=${scene.fake.issueCode('by-query')}`, {
      method: 'POST',
    });
    expect(response.status).toBe(200);
  });

  it('makes the unionid the user when it is told to', async () => {
    await using scene = await startScene({ user: 'unionid' });
    const grant = await scene.login.logIn(scene.fake.issueCode({ openid: 'o', unionid: 'u' }));
    expect(grant.user).toBe('u');
    await expect(scene.login.logIn(scene.fake.issueCode('no-union'))).rejects.toMatchObject({
      code: 'MH_WECHAT_CREDENTIALS',
    });
  });

  it.each([
    ['a code that WeChat never gave', () => 'wx-code:made-up'],
    ['a code that has been used elsewhere', (fake: FakeWechat) => `wx-code:${fake.issueCode('ada')}`],
    ['a user whom WeChat blocks', (fake: FakeWechat) => `wx-code:${fake.issueCode({ openid: 'x', isBlocked: true })}`],
    ['a code that cannot be one', () => 'wx-code:<script>'],
    ['a token that is none', () => 'nonsense'],
    ['nothing at all', () => ''],
  ])('refuses %s with 401', async (about, tokenOf) => {
    await using scene = await startScene();
    const token = tokenOf(scene.fake);
    if (about.includes('elsewhere')) await scene.login.api.code2Session(token.slice('wx-code:'.length));
    await expect(scene.chat.client(token).start()).rejects.toThrow(/401/);
  });

  it('asks WeChat once about a code that it refused, however often it comes', async () => {
    await using scene = await startScene();
    for (let i = 0; i < 5; i++) await expect(scene.chat.client('wx-code:made-up').start()).rejects.toThrow(/401/);
    expect(scene.fake.callsOf(exchangePath)).toBe(1);
  });

  it('answers 500 and logs, when WeChat is down, and lets the same code in afterwards', async () => {
    await using scene = await startScene();
    const token = `wx-code:${scene.fake.issueCode('ada')}`;
    scene.fake.setDown(true);
    await expect(scene.chat.client(token).start()).rejects.toThrow(/500/);
    expect(inspect(scene.logged, { depth: 9 })).toContain('MH_WECHAT_UNREACHABLE');
    scene.fake.setDown(false);
    await scene.chat.client(token).start();
  });

  it('bounds the logins that are under way', async () => {
    await using scene = await startScene({ maxLoginsAtOnce: 2 });
    const logins = ['a', 'b', 'c', 'd'].map((user) => scene.login.logIn(scene.fake.issueCode(user)));
    const outcomes = await Promise.allSettled(logins);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await scene.login.logIn(scene.fake.issueCode('e'));
  });

  it('lets anonymous users in where they are allowed', async () => {
    await using scene = await startScene({ anonymous: 'allow' });
    const client = scene.chat.client('');
    await client.start();
    expect(await client.invoke('whoAmI')).toEqual({});
  });
});

describe('a session', () => {
  it('lets in with its token, without WeChat', async () => {
    await using scene = await startScene();
    const { token, expiresInSeconds } = await scene.login.logIn(scene.fake.issueCode('ada'));
    expect(expiresInSeconds).toBe(604_800);
    scene.fake.setDown(true);
    const client = scene.chat.client(token);
    await client.start();
    expect(await client.invoke('whoAmI')).toMatchObject({ user: 'ada' });
  });

  it('ends in time, is prolonged by use, and not for a code for ever', async () => {
    const time = new Time();
    await using scene = await startScene({ sessionMs: 100_000, codeGraceMs: 10_000 }, time);
    const code = scene.fake.issueCode('ada');
    const { token } = await scene.login.logIn(code);
    time.nowMs += 60_000;
    expect(await scene.login.sessionOf(token)).toMatchObject({ user: 'ada' });
    await expect(scene.login.logIn(code)).rejects.toMatchObject({ code: 'MH_WECHAT_CODE_USED' });
    time.nowMs += 99_000;
    expect(await scene.login.sessionOf(token)).toMatchObject({ user: 'ada' });
    time.nowMs += 100_001;
    expect(await scene.login.sessionOf(token)).toBeUndefined();
    await expect(scene.chat.client(token).start()).rejects.toThrow(/401/);
  });

  it('is found by every server that shares the store, from the code too', async () => {
    const store = createMemoryStore();
    const time = new Time();
    await using scene = await startScene({ store }, time);
    const { appId, secret, baseUrl } = scene.fake;
    const other = wechatLogin({ appId, secret, baseUrl, store, now: time.now });
    const code = scene.fake.issueCode('ada');
    const grants = [await scene.login.logIn(code), await other.logIn(code)];
    expect(grants[0]?.token).toBe(grants[1]?.token);
    expect(scene.fake.callsOf(exchangePath)).toBe(1);
  });

  it('takes a new token, and the old one ends', async () => {
    await using scene = await startScene();
    const { token } = await scene.login.logIn(scene.fake.issueCode('ada'));
    const next = await scene.login.renew(token);
    expect(next.token).not.toBe(token);
    expect(await scene.login.sessionOf(token)).toBeUndefined();
    expect(await scene.login.sessionOf(next.token)).toMatchObject({ user: 'ada' });
    await expect(scene.login.renew(token)).rejects.toMatchObject({ code: 'MH_WECHAT_SESSION_INVALID' });
  });

  it('is revoked alone, or with all of its user', async () => {
    const time = new Time();
    await using scene = await startScene({}, time);
    const logIn = async (): Promise<string> => (await scene.login.logIn(scene.fake.issueCode('ada'))).token;
    const [one, two] = [await logIn(), await logIn()];
    await scene.login.revoke(one);
    expect(await scene.login.sessionOf(one)).toBeUndefined();
    expect(await scene.login.sessionOf(two)).toBeDefined();
    await scene.login.revokeUser('ada');
    expect(await scene.login.sessionOf(two)).toBeUndefined();
    time.nowMs += 1;
    expect(await scene.login.sessionOf(await logIn())).toBeDefined();
  });

  it('keeps its secrets: no session key at the client, no token or code in a log or the store', async () => {
    const kept: string[] = [];
    const store = createMemoryStore();
    const watched: WechatStore = {
      ...store,
      set: (key, value, ttlMs) => {
        kept.push(key, value);
        return store.set(key, value, ttlMs);
      },
    };
    await using scene = await startScene({ store: watched });
    const code = scene.fake.issueCode('ada');
    const client = scene.chat.client(`wx-code:${code}`);
    await client.start();
    const answer = JSON.stringify(await client.invoke('whoAmI'));
    const { token } = await scene.login.logIn(code);
    const sessionKey = (await scene.login.sessionOf(token))?.sessionKey ?? '';
    expect(sessionKey).not.toBe('');
    expect(answer).not.toContain(sessionKey);
    const written = inspect([scene.logged, scene.login, kept], { depth: 9, maxArrayLength: 1_000 });
    for (const secret of [token, code, scene.fake.secret]) expect(written).not.toContain(secret);
    expect(inspect([scene.logged, scene.login], { depth: 9 })).not.toContain(sessionKey);
  });

  it.each([{ sessionMs: 0 }, { codeGraceMs: -1 }, { maxLoginsAtOnce: Number.NaN }])('refuses %j', (wrong) => {
    expect(() => wechatLogin({ appId: 'a', secret: 's', ...wrong })).toThrow(
      expect.objectContaining({ code: 'MH_WECHAT_INVALID_OPTION' }),
    );
  });
});
