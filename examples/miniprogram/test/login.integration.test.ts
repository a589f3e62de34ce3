import { createWx, type SimulatedPhone } from '@minihub/simulator';
import { type MiniProgram, runMiniProgram, type TextStorage } from '@minihub/simulator/pages';
import { type FakeWechat, startFakeWechat } from '@minihub/wechat/testing';
import { JSDOM } from 'jsdom';
import { expect, it } from 'vitest';
import { type RunningDemo, startDemo } from '../../demo/src/demo-server.ts';
import { projectDir } from './support/mini-program-files.ts';

interface Run extends AsyncDisposable {
  readonly phone: SimulatedPhone;
  readonly program: MiniProgram;
  readonly document: Document;
}

const templateId = 'tmpl';

function startServer({ appId, secret, baseUrl }: FakeWechat, port = 0): Promise<RunningDemo> {
  return startDemo({ port, host: '127.0.0.1', wechat: { appId, secret, baseUrl, templateId } });
}

/** A storage that outlives a run, as a phone's does. */
function makeStorage(): TextStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get length() {
      return texts.size;
    },
    key: (index) => [...texts.keys()][index] ?? null,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
  };
}

async function run(port: number, wechat: FakeWechat, user: string, storage: TextStorage, path?: string): Promise<Run> {
  const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
  const { document } = window;
  const phone = createWx();
  const program = await runMiniProgram({
    dir: projectDir,
    phone,
    document,
    storage,
    login: () => wechat.issueCode(user),
    extConfig: { host: `ws://127.0.0.1:${port}`, wechatLogin: true, templateId },
    ...(path !== undefined && { path }),
  });
  return {
    phone,
    program,
    document,
    [Symbol.asyncDispose]: async () => {
      program.dispose();
      phone.dispose();
      window.close();
    },
  };
}

const text = ({ document }: Run, selector: string): string | undefined =>
  document.querySelector(`.mh-page:not([data-hidden]) ${selector}`)?.textContent?.trim();

function say({ document }: Run, words: string): void {
  const control = document.querySelector<HTMLInputElement>('.composer .wx-control');
  const view = document.defaultView;
  if (control === null || view === null) throw new Error('There is no field to write into');
  control.value = words;
  control.dispatchEvent(new view.Event('input', { bubbles: true }));
  document.querySelector<HTMLElement>('.send')?.click();
}

const count = ({ document }: Run, selector: string): number => document.querySelectorAll(selector).length;

it('logs in by WeChat once, and by the session that the server gave from then on', async () => {
  await using wechat = await startFakeWechat();
  await using demo = await startServer(wechat);
  const storage = makeStorage();
  for (let start = 1; start <= 2; start++) {
    await using app = await run(demo.port, wechat, 'ada-openid', storage, 'pages/room/room?id=tea');
    await expect.poll(() => count(app, '.guest')).toBe(1);
    expect(text(app, '.guest-name')).toMatch(/^\S+ enid$/);
    expect(app.program.errors).toEqual([]);
  }
  expect(wechat.callsOf('/sns/jscode2session')).toBe(1);
  // A server that has started anew knows no session of the one before: the code is asked for again.
  await demo.close();
  await using other = await startServer(wechat);
  await using app = await run(other.port, wechat, 'ada-openid', storage, 'pages/room/room?id=tea');
  await expect.poll(() => count(app, '.guest'), { timeout: 15_000 }).toBe(1);
  expect(wechat.callsOf('/sns/jscode2session')).toBe(2);
}, 30_000);

it('has WeChat tell somebody whose phone is away, when they agreed', async () => {
  await using wechat = await startFakeWechat({ templates: { [templateId]: ['thing1', 'thing2', 'thing3'] } });
  await using demo = await startServer(wechat);
  await using ada = await run(demo.port, wechat, 'ada', makeStorage(), 'pages/room/room?id=tea');
  await expect.poll(() => count(ada, '.guest')).toBe(1);
  wechat.grant('ada', templateId);
  await using bob = await run(demo.port, wechat, 'bob', makeStorage(), 'pages/room/room?id=tea');
  await expect.poll(() => count(bob, '.guest')).toBe(2);
  say(bob, 'you are here');
  await expect.poll(() => text(ada, '.message .bubble')).toBe('you are here');
  expect(wechat.sent).toEqual([]);
  // Nobody is told of a silent death; the server goes on keeping the connection.
  ada.phone.network.lose('silent');
  say(bob, '在吗');
  await expect.poll(() => wechat.sent.length, { timeout: 15_000 }).toBe(1);
  expect(wechat.sent[0]).toMatchObject({ openid: 'ada', data: { thing1: '茶馆', thing3: '在吗' } });
}, 30_000);

it('asks for leave to tell somebody while they are away', async () => {
  await using wechat = await startFakeWechat();
  await using demo = await startServer(wechat);
  await using ada = await run(demo.port, wechat, 'ada', makeStorage(), 'pages/rooms/rooms');
  await expect.poll(() => count(ada, '.rooms .cell')).toBe(4);
  const tabs = ada.document.querySelectorAll<HTMLElement>('.mh-tab');
  tabs[2]?.click();
  await expect.poll(() => text(ada, '.cells:nth-of-type(2) .cell-main')).toBe('不在时通知我');
  ada.document.querySelector<HTMLElement>('.mh-page:not([data-hidden]) .cells:nth-of-type(2) .cell')?.click();
  await expect.poll(() => ada.document.querySelector('.mh-toast')?.textContent).toContain('有新消息会通知您一次');
});
