const config = require('../../config.js');
const { texts } = require('../../lib/texts.js');

Page({
  data: {
    name: '',
    user: '',
    state: '',
    why: '',
    maxLength: config.limits.nameLength,
    mayAsk: config.templateId !== '',
  },

  onLoad() {
    this.chat = getApp().chat;
    this.stopListening = this.chat.listen(() => this.show());
    this.show();
  },

  onUnload() {
    this.stopListening();
  },

  show() {
    const { me, connection, lastError } = this.chat;
    const banner = this.chat.banner();
    this.setData({
      name: me ? me.name : '',
      user: me ? me.user : '',
      state: connection.state === 'connected' ? texts.connected : banner.text,
      why: connection.state === 'connected' || !lastError ? '' : lastError.message,
    });
  },

  rename({ detail }) {
    const name = detail.value.trim();
    if (name === '' || name === this.data.name) return;
    this.chat.rename(name).then(
      () => wx.showToast({ title: '已保存' }),
      (error) => wx.showToast({ title: error.message, icon: 'none' }),
    );
  },

  ask() {
    this.chat.askForMessages().then(
      (agreed) => wx.showToast({ title: agreed ? '有新消息会通知您一次' : '未订阅', icon: 'none' }),
      (error) => wx.showToast({ title: error.message, icon: 'none' }),
    );
  },
});
