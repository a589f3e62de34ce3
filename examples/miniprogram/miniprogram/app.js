const { Chat } = require('./lib/chat.js');

App({
  chat: new Chat(),

  onLaunch() {
    this.chat.start();
    this.chat.listen(() => this.showUnread());
  },

  onShow() {
    this.chat.hidden(false);
  },

  onHide() {
    this.chat.hidden(true);
  },

  /** The number on the tab. */
  showUnread() {
    const unread = this.chat.unread();
    if (unread === this.shownUnread) return;
    this.shownUnread = unread;
    // Both fail on a page without a tab bar; the number is right again with the next change.
    const fail = () => {
      this.shownUnread = undefined;
    };
    if (unread > 0) wx.setTabBarBadge({ index: 0, text: unread > 99 ? '99+' : String(unread), fail });
    else wx.removeTabBarBadge({ index: 0, fail });
  },
});
