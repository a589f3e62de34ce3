const config = require('../../config.js');
const pictures = require('../../lib/pictures.js');
const { language, texts } = require('../../lib/texts.js');

const typingEveryMs = 3000;

Page({
  data: {
    rows: [],
    guests: [],
    typing: '',
    draft: '',
    bottom: '',
    isRefreshing: false,
    maxLength: config.limits.textLength,
    texts,
  },

  onLoad({ id }) {
    this.id = id;
    this.chat = getApp().chat;
    this.stopListening = this.chat.listen(() => this.show());
    this.chat.open(id).catch(() => {});
    this.show();
  },

  onShow() {
    this.chat.openRoomId = this.id;
    this.chat.withRoom(this.id, (room) => this.chat.seen(room));
  },

  onHide() {
    this.chat.close(this.id);
  },

  onUnload() {
    this.stopListening();
    this.chat.close(this.id);
  },

  show() {
    this.chat.withRoom(this.id, (room) => {
      const rows = room.rows(this.chat.me, this.chat.sources, Date.now());
      const typists = room.typists();
      this.setTitle(room);
      const last = rows.length > 0 ? rows[rows.length - 1].key : '';
      const isNew = last !== this.lastShown;
      this.lastShown = last;
      this.setData(
        { rows, guests: room.guests, typing: typists.length > 0 ? typists.join('、') + texts.typing : '' },
        () => {
          if (isNew) this.setData({ bottom: '' }, () => this.setData({ bottom: 'bottom' }));
        },
      );
    });
  },

  setTitle(room) {
    const title = room.name[language] + (room.guests.length > 0 ? `（${room.guests.length}）` : '');
    if (title === this.title) return;
    this.title = title;
    wx.setNavigationBarTitle({ title });
  },

  write({ detail }) {
    this.setData({ draft: detail.value });
    const nowMs = Date.now();
    if (nowMs - (this.typedMs || 0) < typingEveryMs || detail.value === '') return;
    this.typedMs = nowMs;
    this.chat.withRoom(this.id, (room) => this.chat.type(room));
  },

  send() {
    const text = this.data.draft.trim();
    if (text === '') return;
    this.typedMs = 0;
    this.setData({ draft: '' });
    this.chat.withRoom(this.id, (room) => this.chat.send(room, text));
  },

  choosePicture() {
    pictures.choose().then(
      (bytes) => {
        if (bytes !== undefined) this.chat.withRoom(this.id, (room) => this.chat.show(room, bytes));
      },
      (error) => wx.showToast({ title: error.tooBig ? texts.tooBig : error.message, icon: 'none' }),
    );
  },

  seePicture({ currentTarget }) {
    const { src } = currentTarget.dataset;
    wx.previewImage({ urls: [src], current: src });
  },

  resend({ currentTarget }) {
    this.chat.withRoom(this.id, (room) => this.chat.resend(room, currentTarget.dataset.key));
  },

  pulled() {
    this.setData({ isRefreshing: true });
    const done = () => this.setData({ isRefreshing: false });
    this.chat.retry().then(done, done);
  },
});
