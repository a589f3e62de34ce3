Page({
  data: { name: '' },

  onLoad() {
    this.setData({ name: wx.getStorageSync('name') });
  },

  type({ detail }: WechatMiniprogram.Input) {
    this.setData({ name: detail.value });
  },

  save() {
    const name = this.data.name.trim();
    if (name === '') {
      wx.showToast({ title: '[[请输入昵称|Please type a name]]', icon: 'none' });
      return;
    }
    wx.setStorageSync('name', name);
    wx.navigateBack();
  },
});
