import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWx } from '@minihub/simulator';
import { runMiniProgram } from '@minihub/simulator/pages';
import { JSDOM } from 'jsdom';
import { type RunningApp, startApp } from '../server/app.ts';

// [[编译后的测试在 dist/tests。|The compiled tests are in dist/tests.]]
const dir = fileURLToPath(new URL('../../miniprogram', import.meta.url));

let app: RunningApp;
before(async () => {
  app = await startApp({ port: 0, host: '127.0.0.1' });
});
after(() => app.close());

/** [[真实的页面，渲染在一部模拟的手机上。|The real pages, rendered on a simulated phone.]] */
async function openMiniProgram() {
  const { window } = new JSDOM('', { pretendToBeVisual: true });
  const phone = createWx({ routes: { 'ws://127.0.0.1:3000': `ws://127.0.0.1:${app.port}` } });
  const program = await runMiniProgram({ dir, phone, document: window.document });
  assert.deepEqual(program.errors, []);
  const front = () => window.document.querySelector('.mh-page:not([data-hidden]) wx-page') as Element;
  const find = (selector: string) => front().querySelector(selector) as HTMLElement;
  return {
    phone,
    program,
    texts: (selector: string) =>
      Array.from(front().querySelectorAll(selector), ({ textContent }) => textContent?.trim()),
    tap: (selector: string) => find(selector).click(),
    type(selector: string, text: string) {
      const control = find(`${selector} .wx-control`) as HTMLInputElement;
      control.value = text;
      control.dispatchEvent(new window.Event('input', { bubbles: true }));
    },
    close() {
      program.dispose();
      phone.dispose();
      window.close();
    },
  };
}

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!check()) {
    assert.ok(Date.now() < end, `[[五秒内没有发生|Did not happen within five seconds]]: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('[[改昵称，发消息，另一部手机收到|a name is chosen, a message is sent, another phone shows it]]', async () => {
  const [mine, other] = [await openMiniProgram(), await openMiniProgram()];
  await until(() => mine.texts('.notice').length === 0 && other.texts('.notice').length === 0);

  mine.tap('.name');
  await until(() => mine.texts('.save').length === 1);
  mine.type('.field', 'Ann');
  mine.tap('.save');
  await until(() => mine.texts('.name')[0] === 'Ann');

  mine.type('.input', '你好');
  mine.tap('.send');
  await until(() => other.texts('.bubble').includes('你好'));
  assert.deepEqual(other.texts('.message .soft'), ['Ann']);
  assert.deepEqual(other.texts('.mine'), []);
  await until(() => mine.texts('.mine .bubble').includes('你好'));

  assert.deepEqual([mine.program.errors, other.program.errors], [[], []]);
  mine.close();
  other.close();
});

test('[[断网时页面如实说明，恢复后自动重连|the page says that the network is gone, and recovers]]', async () => {
  const phone = await openMiniProgram();
  await until(() => phone.texts('.notice').length === 0);
  phone.phone.network.switchTo('none');
  await until(() => phone.texts('.notice').length === 1);
  phone.phone.network.switchTo('wifi');
  await until(() => phone.texts('.notice').length === 0);
  phone.close();
});
