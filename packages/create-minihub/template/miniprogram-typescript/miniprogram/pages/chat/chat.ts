import type { Message } from '../../../server/chat-hub';
import type { ChatApp } from '../../app.ts';

const states: Readonly<Record<string, string>> = {
  connecting: '[[连接中…|Connecting…]]',
  reconnecting: '[[连接断开，正在重连…|Connection lost, trying again…]]',
  disconnecting: '[[正在断开…|Leaving…]]',
  disconnected: '[[未连接|Not connected]]',
};

/** [[这部手机的用户名；没改过昵称的是带编号的游客。|The name of this phone's user: a guest with a number until one is chosen.]] */
function myName(): string {
  const kept: string = wx.getStorageSync('name');
  if (kept) return kept;
  const guest = `[[游客|Guest ]]${Math.floor(1000 + Math.random() * 9000)}`;
  wx.setStorageSync('name', guest);
  return guest;
}

/** [[所有页面共用的连接。|The connection of all pages.]] */
const chat = () => getApp<ChatApp>().chat;

Page({
  data: { name: '', text: '', messages: [] as Message[], last: '', notice: '', sending: false },

  stopListening: [] as (() => void)[],

  onLoad() {
    this.stopListening = [
      chat().on('message', (message) => this.show(this.data.messages.concat(message))),
      chat().onStateChange(({ to, resumed }) => {
        this.showState(to);
        // [[resumed 为 true 时什么都没错过；否则重新取一遍。|Nothing was missed when it is resumed; else ask for what there is.]]
        if (to === 'connected' && !resumed) this.load();
      }),
    ];
    this.showState(chat().state);
    if (chat().state === 'connected') this.load();
  },

  onShow() {
    this.setData({ name: myName() });
  },

  onUnload() {
    this.stopListening.forEach((stop) => {
      stop();
    });
  },

  load() {
    // [[回答在路上时到达的消息也要留下：它可能与回答在同一帧里。|What comes while the answer is on its way stays: it may come in one frame with the answer.]]
    const arrived: Message[] = [];
    const stop = chat().on('message', (message) => arrived.push(message));
    chat()
      .invoke('latest')
      .then(
        (messages) => {
          stop();
          const known = messages.map(({ id }) => id);
          this.show(messages.concat(arrived.filter(({ id }) => !known.includes(id))));
        },
        (error) => {
          stop();
          this.fail(error);
        },
      );
  },

  show(messages: Message[]) {
    const newest = messages[messages.length - 1];
    this.setData({ messages, last: newest ? `m${newest.id}` : '' });
  },

  showState(state: string) {
    this.setData({ notice: states[state] || '' });
  },

  fail(error: Error) {
    wx.showToast({ title: error.message, icon: 'none' });
  },

  type({ detail }: WechatMiniprogram.Input) {
    this.setData({ text: detail.value });
  },

  say() {
    const text = this.data.text.trim();
    if (text === '' || this.data.sending) return;
    this.setData({ sending: true });
    chat()
      .invoke('say', this.data.name, text)
      .then(
        () => this.setData({ text: '', sending: false }),
        (error) => {
          // [[文字留在输入框里，可以再发一次。|The text stays, to be sent again.]]
          this.setData({ sending: false });
          this.fail(error);
        },
      );
  },
});
