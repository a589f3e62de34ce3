import { defineHub, method } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ContentCheckOptions, contentCheck, type SessionGrant, sessionFilter, wechatLogin } from '../src/index.ts';
import { type FakeWechat, startFakeWechat } from '../src/testing.ts';
import { startChat } from './support/chat-scene.ts';

const checkPath = '/wxa/msg_sec_check';

const hub = defineHub()({
  methods: {
    say: method([z.string(), z.number().optional()], (_, text) => `said ${text}`),
    post: method([z.object({ title: z.string(), body: z.string() })], (_, { title }) => title),
    free: method([z.string()], (_, text) => text),
  },
});

const words = { risky: ['坏'], review: ['odd'] };

async function startScene(check: Partial<ContentCheckOptions> = {}) {
  const fake: FakeWechat = await startFakeWechat({ words });
  const { appId, secret, baseUrl } = fake;
  const login = wechatLogin({ appId, secret, baseUrl });
  const filter = contentCheck({ api: login.api, methods: { say: true }, ...check });
  const chat = await startChat(hub, { authenticate: login.authenticate, filters: [sessionFilter(login), filter] });
  const grants: SessionGrant[] = [];
  const client = chat.client(`wx-code:${fake.issueCode('ada')}`);
  client.on('minihub:session', (grant: SessionGrant) => grants.push(grant));
  await client.start();
  return {
    fake,
    chat,
    client,
    grants,
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}

describe('the session filter', () => {
  it('tells a client with a code its token, which lets it in again, and is told to nobody then', async () => {
    await using scene = await startScene();
    await expect.poll(() => scene.grants).toHaveLength(1);
    const [grant] = scene.grants;
    expect(grant).toEqual({ token: expect.any(String), expiresInSeconds: expect.any(Number), user: 'ada' });
    const again = scene.chat.client(grant?.token ?? '');
    again.on('minihub:session', (told: SessionGrant) => scene.grants.push(told));
    await again.start();
    expect(await again.invoke('free', 'hi')).toBe('hi');
    expect(scene.grants).toHaveLength(1);
  });
});

describe('the content check', () => {
  it('lets pass what passes, and refuses what is risky or to be reviewed', async () => {
    await using scene = await startScene();
    expect(await scene.client.invoke('say', '你好')).toBe('said 你好');
    await expect(scene.client.invoke('say', '坏')).rejects.toThrow('ContentRefused: 内容未通过安全检查。');
    await expect(scene.client.invoke('SAY', 'odd', 1)).rejects.toThrow('ContentRefused');
    expect(scene.fake.checked.map(({ openid, scene: where, content }) => [openid, where, content])).toEqual([
      ['ada', 2, '你好'],
      ['ada', 2, '坏'],
      ['ada', 2, 'odd'],
    ]);
  });

  it('checks the chosen methods only, and of those the picked texts', async () => {
    await using scene = await startScene({
      methods: { post: ({ arguments: [about] }) => [(about as { body: string }).body] },
      scene: 3,
    });
    expect(await scene.client.invoke('free', '坏')).toBe('坏');
    expect(await scene.client.invoke('post', { title: '坏', body: 'fine' })).toBe('坏');
    await expect(scene.client.invoke('post', { title: 'fine', body: '坏' })).rejects.toThrow('ContentRefused');
    expect(scene.fake.checked.every(({ scene: where }) => where === 3)).toBe(true);
  });

  it('lets a text to be reviewed pass when it is told to', async () => {
    await using scene = await startScene({ onReview: 'allow' });
    expect(await scene.client.invoke('say', 'odd')).toBe('said odd');
    await expect(scene.client.invoke('say', '坏 odd')).rejects.toThrow('ContentRefused');
  });

  it('checks a long text in pieces, and asks nothing about a blank one', async () => {
    await using scene = await startScene();
    const text = `${'👋'.repeat(2_500)}坏`;
    await expect(scene.client.invoke('say', text)).rejects.toThrow('ContentRefused');
    expect(scene.fake.checked.map(({ content }) => [...content].length)).toEqual([2_500, 1]);
    expect(await scene.client.invoke('say', ' ')).toBe('said  ');
    expect(scene.fake.checked).toHaveLength(2);
  });

  it.each([
    ['refuse', -1],
    ['allow', 45009],
    ['refuse', 61010],
  ] as const)('is told to %s when the check fails with %i, and says so', async (onFailure, errcode) => {
    const heard: unknown[] = [];
    await using scene = await startScene({ onFailure, onError: (error, name) => heard.push(error, name) });
    scene.fake.failNext(checkPath, errcode, 2);
    const said = scene.client.invoke('say', '你好');
    if (onFailure === 'allow') expect(await said).toBe('said 你好');
    else await expect(said).rejects.toThrow('ContentRefused');
    expect(heard).toEqual([expect.objectContaining({ errcode }), 'say']);
  });

  it('wants to know what to check', () => {
    expect(() => contentCheck({ appId: 'a', secret: 's', methods: {} })).toThrow(
      expect.objectContaining({ code: 'MH_WECHAT_INVALID_OPTION' }),
    );
  });
});
