import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '@minihub/client';
import { createWx } from '@minihub/simulator';
import { type RunningApp, startApp } from '../server/app.ts';
import type { ChatHub, Message } from '../server/chat-hub.ts';

let app: RunningApp;
before(async () => {
  app = await startApp({ port: 0, host: '127.0.0.1' });
});
after(() => app.close());

/** [[一部模拟的手机，以及它上面的连接。|A simulated phone, and a connection on it.]] */
function pickUpPhone() {
  const phone = createWx();
  const chat = connect<ChatHub>(`ws://127.0.0.1:${app.port}/chat`, {
    wx: phone.wx,
    statefulReconnect: true,
    negotiate: false,
  });
  const heard: Message[] = [];
  chat.on('message', (message) => heard.push(message));
  return { phone, chat, heard, putAway: () => chat.close().then(() => phone.dispose()) };
}

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!check()) {
    assert.ok(Date.now() < end, `[[五秒内没有发生|Did not happen within five seconds]]: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('[[一个人说的话，所有人都听得到|what one says is heard by all]]', async () => {
  const [ann, ben] = [pickUpPhone(), pickUpPhone()];
  await ben.chat.invoke('latest');
  await ann.chat.invoke('say', 'Ann', '你好');
  await until(() => ben.heard.length === 1);
  assert.deepEqual([ben.heard[0]?.name, ben.heard[0]?.text], ['Ann', '你好']);
  assert.equal((await ben.chat.invoke('latest')).at(-1)?.text, '你好');
  await Promise.all([ann.putAway(), ben.putAway()]);
});

test('[[空消息和过长的消息被拒绝|an empty message and one that is too long are refused]]', async () => {
  const ann = pickUpPhone();
  await assert.rejects(ann.chat.invoke('say', 'Ann', '   '));
  await assert.rejects(ann.chat.invoke('say', 'Ann', 'x'.repeat(501)));
  await ann.putAway();
});

test('[[手机断网期间的消息，回来后一条不少|a phone that was without network misses nothing]]', async () => {
  const [ann, ben] = [pickUpPhone(), pickUpPhone()];
  await ben.chat.invoke('latest');
  let resumed = false;
  ben.chat.onStateChange((change) => {
    if (change.to === 'connected') resumed = change.resumed === true;
  });
  ben.phone.network.switchTo('none');
  await ann.chat.invoke('say', 'Ann', '1');
  await ann.chat.invoke('say', 'Ann', '2');
  assert.deepEqual(ben.heard, []);
  ben.phone.network.switchTo('4g');
  await until(() => ben.heard.length === 2);
  assert.deepEqual(
    ben.heard.map(({ text }) => text),
    ['1', '2'],
  );
  assert.equal(resumed, true);
  await Promise.all([ann.putAway(), ben.putAway()]);
});
