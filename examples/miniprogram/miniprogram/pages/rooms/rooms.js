const { shortTime } = require('../../lib/time.js');
const { language, texts } = require('../../lib/texts.js');

/** What a row of the list shows of a room. */
function toRow(room) {
  const { last } = room;
  const preview = last ? `${last.from.name}：${last.image ? texts.image : last.text}` : texts.nothingYet;
  return {
    id: room.id,
    name: room.name[language],
    preview,
    time: last ? shortTime(last.atMs, Date.now()) : '',
    count: room.count,
    unread: room.unread > 99 ? '99+' : room.unread,
  };
}

Page({
  data: { rows: [], isLoading: true, texts },

  onLoad() {
    this.chat = getApp().chat;
    this.stopListening = this.chat.listen(() => this.show());
    this.show();
  },

  onShow() {
    if (this.chat.rooms.length > 0) this.chat.refresh().catch(() => {});
    getApp().shownUnread = undefined;
    getApp().showUnread();
  },

  onUnload() {
    this.stopListening();
  },

  onPullDownRefresh() {
    this.chat.retry();
    const stop = () => wx.stopPullDownRefresh();
    this.chat.refresh().then(stop, stop);
  },

  show() {
    const { rooms, connection } = this.chat;
    this.setData({ rows: rooms.map(toRow), isLoading: rooms.length === 0 && connection.state !== 'disconnected' });
  },

  open({ currentTarget }) {
    wx.navigateTo({ url: `/pages/room/room?id=${currentTarget.dataset.id}` });
  },
});
