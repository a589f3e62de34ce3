import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapSenparc } from '@minihub/server/senparc';
import { createWx, loadMiniProgramModule } from '@minihub/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMiniprogramEntry } from '../../../scripts/build-miniprogram.mjs';
import { startServer } from '../../server/test/support/start-server.ts';
import { until } from '../../simulator/test/fixtures.ts';

// A page as those of Senparc's samples are written: the file beside it is all that is replaced.
const page = `
var signalR = require("../../utils/signalr.1.0.js");
var connection;
Page({
  data: { messageTip: "", messageTextArr: [], connected: false },
  onLoad: function (options) {
    var that = this;
    var hubUrl = options.hubUrl;
    connection = new signalR.HubConnectionBuilder().withUrl(hubUrl).build();
    connection.on("ReceiveMessage", function (res) {
      var msg = JSON.parse(res);
      that.setData({ messageTip: msg.time || "", messageTextArr: that.data.messageTextArr.concat(msg.content) });
    });
    connection.onclose(function () { that.setData({ connected: false }); });
    connection.start().then(function () {
      that.setData({ connected: true });
    }).catch(function (err) {
      that.setData({ messageTip: String(err) });
    });
  },
  formSubmit: function (e) {
    connection.invoke("ReceiveMessage", JSON.stringify({ Message: e.detail.value, SessionId: "", FormId: "" }))
      .catch(function (err) { console.error(err.toString()); });
  },
  onUnload: function () { connection.stop(); }
});
`;

interface PageInstance {
  data: { messageTextArr: string[]; messageTip: string; connected: boolean };
  setData(change: object): void;
  onLoad(options: { hubUrl: string }): void;
  formSubmit(event: { detail: { value: string } }): void;
  onUnload(): void;
}

const folder = mkdtempSync(join(tmpdir(), 'minihub-senparc-'));

beforeAll(async () => {
  mkdirSync(join(folder, 'pages/websocket'), { recursive: true });
  mkdirSync(join(folder, 'utils'));
  writeFileSync(join(folder, 'pages/websocket/websocket.js'), page);
  const source = fileURLToPath(new URL('../src/signalr-core.ts', import.meta.url));
  writeFileSync(join(folder, 'built.js'), await buildMiniprogramEntry(source));
  cpSync(join(folder, 'built.js'), join(folder, 'utils/signalr.1.0.js'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function openPage(globals: { readonly [name: string]: unknown }, timers: object, hubUrl: string): PageInstance {
  let instance: PageInstance | undefined;
  const Page = (definition: PageInstance): void => {
    instance = Object.assign(definition, {
      setData(this: PageInstance, change: object) {
        Object.assign(this.data, change);
      },
    });
  };
  loadMiniProgramModule(join(folder, 'pages/websocket/websocket.js'), {
    globals: { Page, ...globals },
    timers: timers as never,
  });
  if (instance === undefined) throw new Error('Page was not called');
  instance.onLoad({ hubUrl });
  return instance;
}

describe("a page of Senparc's samples, with signalr.1.0.js replaced", () => {
  it.each(['wx', 'my', 'tt', 'swan', 'qq', 'ks', 'jd'])(
    'talks to the Senparc endpoint where the platform is %s',
    async (name) => {
      await using server = await startServer((hubs) => {
        mapSenparc(hubs, {
          handler: {
            onMessage: async (helper, { message }) => {
              await helper.sendMessage(`您说：${message}`);
            },
          },
        });
      });
      await using phone = createWx({ platform: 'ios' });
      const globals = { [name]: name === 'my' ? phone.my : phone.wx };
      const opened = openPage(globals, phone.timers, server.url('/SenparcHub'));
      await until(() => opened.data.connected, 'the connection');
      opened.formSubmit({ detail: { value: '你好' } });
      await until(() => opened.data.messageTextArr.length > 0, 'the answer');
      expect(opened.data.messageTextArr).toEqual(['您说：你好']);
      opened.onUnload();
      await until(() => !opened.data.connected, 'the end');
    },
  );

  it('tells the page when there is no server', async () => {
    await using phone = createWx({ platform: 'android' });
    const opened = openPage({ wx: phone.wx }, phone.timers, 'http://127.0.0.1:1/SenparcHub');
    await until(() => opened.data.messageTip !== '', 'the error');
    expect(opened.data.connected).toBe(false);
  });
});
