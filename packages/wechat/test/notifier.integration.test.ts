import { defineHub } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createNotifier, createWechatApi, type Notifier, subscribeMessage } from '../src/index.ts';
import { type FakeWechat, startFakeWechat } from '../src/testing.ts';
import { type ChatScene, startChat } from './support/chat-scene.ts';

type Client = { message(from: string, text: string): void };

const hub = defineHub<Client>()({ methods: {} });
const sendPath = '/cgi-bin/message/subscribe/send';
const dinner = subscribeMessage('tmpl', { thing1: 'Dinner?' }, 'pages/room/room?id=7');

interface Scene extends AsyncDisposable {
  readonly fake: FakeWechat;
  readonly chat: ChatScene;
  readonly notifier: Notifier<Client>;
}

async function startScene(): Promise<Scene> {
  const fake = await startFakeWechat({ templates: { tmpl: ['thing1'] }, pages: ['pages/room/room'] });
  const { appId, secret, baseUrl } = fake;
  const chat = await startChat(hub, { authenticate: ({ token }) => ({ user: token ?? '' }) });
  const notifier = createNotifier(chat.hubs.hub(hub), { api: createWechatApi({ appId, secret, baseUrl }) });
  return {
    fake,
    chat,
    notifier,
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}

describe('notify', () => {
  it('tells a user who is there over the hub, on every device, and leaves WeChat alone', async () => {
    await using scene = await startScene();
    scene.fake.grant('ada', 'tmpl');
    const got: string[] = [];
    for (const device of ['phone', 'desk']) {
      const client = scene.chat.client('ada');
      client.on('message', (from: string, text: string) => void got.push(`${device}: ${from} ${text}`));
      await client.start();
    }
    const result = await scene.notifier.notify('ada', { message: ['message', 'Bob', '你好'], ifOffline: dinner });
    expect(result).toEqual({ via: 'hub', connections: 2 });
    expect(got.sort()).toEqual(['desk: Bob 你好', 'phone: Bob 你好']);
    expect(scene.fake.sent).toEqual([]);
  });

  it('has WeChat tell a user who is away, for one grant each', async () => {
    await using scene = await startScene();
    scene.fake.grant('ada', 'tmpl');
    await scene.notifier.grants.report('ada', { tmpl: 'accept', other: 'reject' });
    expect(await scene.notifier.grants.count('ada', 'tmpl')).toBe(1);
    const result = await scene.notifier.notify('ada', { message: ['message', 'Bob', 'hi'], ifOffline: dinner });
    expect(result).toMatchObject({ via: 'wechat', messageId: expect.any(String) });
    expect(scene.fake.sent).toEqual([
      {
        openid: 'ada',
        templateId: 'tmpl',
        data: { thing1: 'Dinner?' },
        page: 'pages/room/room?id=7',
        state: undefined,
      },
    ]);
    expect(await scene.notifier.grants.count('ada', 'tmpl')).toBe(0);
    expect(await scene.notifier.notify('ada', { ifOffline: dinner })).toMatchObject({
      via: 'nobody',
      outcome: { status: 'not-subscribed', error: { errcode: 43101 } },
    });
  });

  it('does not take a sleeping phone for a user who is there', async () => {
    await using scene = await startScene();
    scene.fake.grant('ada', 'tmpl');
    // A client that speaks the protocol and never answers: connected, and nobody is there.
    const socket = new WebSocket(`${scene.chat.url.replace('http', 'ws')}?access_token=ada`);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send('{"protocol":"json","version":1}\u001e');
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
    const options = { message: ['message', 'Bob', 'hi'], ifOffline: dinner, acknowledgeWithinMs: 50 } as const;
    expect(await scene.notifier.notify('ada', options)).toMatchObject({ via: 'wechat' });
    const withoutAnswer = { ...options, acknowledgeWithinMs: 0 };
    expect(await scene.notifier.notify('ada', withoutAnswer)).toEqual({ via: 'hub', connections: 1 });
    socket.close();
  });

  it.each([
    [45009, 'quota'],
    [41030, 'refused'],
    [47003, 'refused'],
    [40164, 'refused'],
  ])('gives errcode %i back as a result: %s', async (errcode, status) => {
    await using scene = await startScene();
    scene.fake.failNext(sendPath, errcode);
    const result = await scene.notifier.notify('ada', { ifOffline: dinner });
    expect(result).toMatchObject({ via: 'nobody', outcome: { status, error: { errcode } } });
  });

  it('forgets what it thought to be granted when WeChat knows better', async () => {
    await using scene = await startScene();
    scene.fake.grant('ada', 'other');
    await scene.notifier.grants.report('ada', { tmpl: 'accept' });
    await scene.notifier.notify('ada', { ifOffline: dinner });
    expect(await scene.notifier.grants.count('ada', 'tmpl')).toBe(0);
  });

  it('says so when nobody was to be asked', async () => {
    await using scene = await startScene();
    expect(await scene.notifier.notify('ada', { message: ['message', 'a', 'b'] })).toEqual({
      via: 'nobody',
      outcome: undefined,
    });
  });

  it('fails when WeChat cannot be reached', async () => {
    await using scene = await startScene();
    scene.fake.setDown(true);
    await expect(scene.notifier.notify('ada', { ifOffline: dinner })).rejects.toMatchObject({
      code: 'MH_WECHAT_UNREACHABLE',
    });
  });

  it('counts grants that are reported at the same time', async () => {
    await using scene = await startScene();
    await Promise.all(Array.from({ length: 10 }, () => scene.notifier.grants.report('ada', { tmpl: 'accept' })));
    expect(await scene.notifier.grants.count('ada', 'tmpl')).toBe(10);
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`t${i}`, 'accept']));
    await expect(scene.notifier.grants.report('ada', many)).rejects.toMatchObject({ code: 'MH_WECHAT_ARGUMENT' });
  });
});
