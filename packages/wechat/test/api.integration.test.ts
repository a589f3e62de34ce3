import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, createWechatApi, errcodes, WechatApiError } from '../src/index.ts';
import { type FakeWechat, startFakeWechat } from '../src/testing.ts';

const tokenPath = '/cgi-bin/stable_token';
const checkPath = '/wxa/msg_sec_check';

class Time {
  nowMs = 1_800_000_000_000;
  readonly now = (): number => this.nowMs;
}

function apiOf({ appId, secret, baseUrl }: FakeWechat, more: object = {}) {
  return createWechatApi({ appId, secret, baseUrl, ...more });
}

const check = (openid: string): object => ({ version: 2, openid, scene: 2, content: '你好' });

describe('the access token', () => {
  it('is asked for once, however many calls need it', async () => {
    await using fake = await startFakeWechat();
    const api = apiOf(fake);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => api.accessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(fake.callsOf(tokenPath)).toBe(1);
  });

  it('is renewed before its end, and nobody waits for that', async () => {
    const time = new Time();
    await using fake = await startFakeWechat({ now: time.now });
    const api = apiOf(fake, { now: time.now });
    const first = await api.accessToken();
    time.nowMs += 7_200_000 - 200_000;
    expect(await api.accessToken()).toBe(first);
    await expect.poll(() => fake.callsOf(tokenPath)).toBe(2);
    await expect.poll(() => api.accessToken()).not.toBe(first);
    expect(fake.callsOf(tokenPath)).toBe(2);
  });

  it('is shared through the store', async () => {
    await using fake = await startFakeWechat();
    const store = createMemoryStore();
    const tokens = [await apiOf(fake, { store }).accessToken(), await apiOf(fake, { store }).accessToken()];
    expect(tokens[0]).toBe(tokens[1]);
    expect(fake.callsOf(tokenPath)).toBe(1);
  });

  it('is replaced once when WeChat refuses it, and the call is repeated', async () => {
    await using fake = await startFakeWechat();
    fake.issueCode('ada');
    const api = apiOf(fake);
    await api.accessToken();
    fake.expireTokens();
    const answers = await Promise.all([api.post(checkPath, check('ada')), api.post(checkPath, check('ada'))]);
    expect(answers.map(({ errcode }) => errcode)).toEqual([0, 0]);
    expect(fake.callsOf(tokenPath)).toBe(2);
    expect(fake.callsOf(checkPath)).toBe(4);
  });

  it('is forced when WeChat insists on the refused one, and given up after that', async () => {
    const time = new Time();
    await using fake = await startFakeWechat({ now: time.now });
    fake.issueCode('ada');
    const api = apiOf(fake, { now: time.now });
    const first = await api.accessToken();
    fake.failNext(checkPath, 40001);
    await api.post(checkPath, check('ada'));
    expect(await api.accessToken()).not.toBe(first);
    time.nowMs += 60_000;
    fake.failNext(checkPath, 42001, 2);
    await expect(api.post(checkPath, check('ada'))).rejects.toMatchObject({ code: 'MH_WECHAT_TOKEN', errcode: 42001 });
  });
});

describe('a call to WeChat', () => {
  it('is repeated once when the system is busy', async () => {
    await using fake = await startFakeWechat();
    fake.issueCode('ada');
    const api = apiOf(fake);
    fake.failNext(checkPath, -1);
    expect(await api.post(checkPath, check('ada'))).toMatchObject({ errcode: 0 });
    fake.failNext(checkPath, -1, 2);
    await expect(api.post(checkPath, check('ada'))).rejects.toMatchObject({ code: 'MH_WECHAT_BUSY' });
  });

  it('fails with a coded error for every errcode of the table, the rid in its message', async () => {
    await using fake = await startFakeWechat();
    const api = apiOf(fake);
    for (const errcode of Object.keys(errcodes)
      .map(Number)
      .filter((n) => n !== -1)) {
      fake.failNext('/sns/jscode2session', errcode);
      const error = await api.code2Session('any').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(WechatApiError);
      expect(error).toMatchObject({ code: errcodes[errcode]?.code, errcode });
      expect(String(error)).toContain('rid: ');
    }
  });

  it('names an unknown errcode as such', async () => {
    await using fake = await startFakeWechat();
    fake.failNext('/sns/jscode2session', 99_999);
    await expect(apiOf(fake).code2Session('any')).rejects.toMatchObject({ code: 'MH_WECHAT_UNKNOWN', errcode: 99_999 });
  });

  it('shows no secret when WeChat is down', async () => {
    await using fake = await startFakeWechat({ secret: 'top-secret-value' });
    fake.setDown(true);
    const api = apiOf(fake);
    const error = await api.code2Session('secret-code').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'MH_WECHAT_UNREACHABLE' });
    expect(inspect([error, api], { depth: 9 })).not.toMatch(/top-secret-value|secret-code/);
  });

  it('ends at its deadline', async () => {
    const { createServer } = await import('node:http');
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    const api = createWechatApi({ appId: 'a', secret: 's', baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 50 });
    await expect(api.code2Session('x')).rejects.toMatchObject({ code: 'MH_WECHAT_UNREACHABLE' });
    mute.closeAllConnections();
    mute.close();
  });

  it.each([{ appId: '' }, { secret: '' }, { baseUrl: 'nowhere' }, { timeoutMs: -1 }, { timeoutMs: Number.NaN }])(
    'does not begin with %j',
    (wrong) => {
      expect(() => createWechatApi({ appId: 'a', secret: 's', ...wrong })).toThrow(
        expect.objectContaining({ code: 'MH_WECHAT_INVALID_OPTION' }),
      );
    },
  );
});

describe('the fake', () => {
  it('takes a code once, within five minutes, for its own app', async () => {
    const time = new Time();
    await using fake = await startFakeWechat({ now: time.now });
    const api = apiOf(fake);
    const code = fake.issueCode({ openid: 'ada', unionid: 'u-ada' });
    expect(await api.code2Session(code)).toMatchObject({ openid: 'ada', unionid: 'u-ada' });
    await expect(api.code2Session(code)).rejects.toMatchObject({ errcode: 40163 });
    const late = fake.issueCode('ada');
    time.nowMs += 300_000;
    await expect(api.code2Session(late)).rejects.toMatchObject({ errcode: 40029 });
    await expect(apiOf(fake, { secret: 'other' }).code2Session(late)).rejects.toMatchObject({ errcode: 40125 });
    await expect(apiOf(fake, { appId: 'other' }).code2Session(late)).rejects.toMatchObject({ errcode: 40013 });
  });

  it('counts logins of a user by the minute, and quotas', async () => {
    await using fake = await startFakeWechat({ now: () => 0 });
    const api = apiOf(fake);
    for (let i = 0; i < 100; i++) await api.code2Session(fake.issueCode('ada'));
    await expect(api.code2Session(fake.issueCode('ada'))).rejects.toMatchObject({ errcode: 45011 });
    await api.code2Session(fake.issueCode('bob'));
    fake.setQuota('/sns/jscode2session', 1);
    await api.code2Session(fake.issueCode('bob'));
    await expect(api.code2Session(fake.issueCode('bob'))).rejects.toMatchObject({ errcode: 45009 });
  });
});
