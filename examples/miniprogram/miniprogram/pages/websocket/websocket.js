// The plainest page on a WebSocket: the standard's class, made for `wx`, and everything that it says.
const { createWebSocketClass } = require('@minihub/client/web-socket');
const config = require('../../config.js');

const MiniWebSocket = createWebSocketClass(wx);

const states = [
  { name: 'CONNECTING', about: '正在建立连接' },
  { name: 'OPEN', about: '可以收发' },
  { name: 'CLOSING', about: '正在关闭' },
  { name: 'CLOSED', about: '已经关闭' },
];

Page({
  data: {
    url: config.echoUrl,
    readyState: MiniWebSocket.CLOSED,
    bufferedAmount: 0,
    text: '你好，WebSocket',
    log: [],
    states,
  },

  onUnload() {
    clearInterval(this.timer);
    if (this.socket) this.socket.close();
  },

  writeUrl({ detail }) {
    this.setData({ url: detail.value });
  },

  writeText({ detail }) {
    this.setData({ text: detail.value });
  },

  connect() {
    let socket;
    try {
      socket = new MiniWebSocket(this.data.url);
    } catch (error) {
      this.note('error', `${error.name}: ${error.message}`);
      return;
    }
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.note('open', `protocol: "${socket.protocol}"`);
    socket.onmessage = ({ data }) => {
      this.note('message', typeof data === 'string' ? data : `ArrayBuffer, ${data.byteLength} bytes`);
    };
    socket.onerror = (event) => this.note('error', event.message || '');
    socket.onclose = ({ code, reason, wasClean }) => {
      this.note('close', `code ${code}, reason "${reason}", wasClean ${wasClean}`);
    };
    this.socket = socket;
    this.note('new', this.data.url);
    // Neither property has an event of its own: they are looked at.
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), 100);
  },

  send() {
    this.attempt(() => this.socket.send(this.data.text), `send("${this.data.text}")`);
  },

  sendBytes() {
    this.attempt(() => this.socket.send(new ArrayBuffer(60000)), 'send(ArrayBuffer, 60000 bytes)');
  },

  close() {
    this.attempt(() => this.socket.close(1000, '再见'), 'close(1000, "再见")');
  },

  attempt(act, text) {
    try {
      act();
      this.note('call', text);
    } catch (error) {
      this.note('error', `${error.name}: ${error.message}`);
    }
  },

  look() {
    const { readyState, bufferedAmount } = this.socket;
    const { data } = this;
    if (readyState !== data.readyState || bufferedAmount !== data.bufferedAmount) {
      this.setData({ readyState, bufferedAmount });
    }
    if (readyState === MiniWebSocket.CLOSED) clearInterval(this.timer);
  },

  note(kind, text) {
    this.count = (this.count || 0) + 1;
    const line = { id: this.count, kind, text, time: new Date().toTimeString().slice(0, 8) };
    this.setData({ log: [line].concat(this.data.log).slice(0, 50) });
    if (this.socket) this.look();
  },

  clear() {
    this.setData({ log: [] });
  },
});
