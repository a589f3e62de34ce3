const zh = {
  connecting: '连接中…',
  reconnecting: '连接已断开，正在重连…',
  waitingNetwork: '网络不可用，恢复后自动重连',
  waitingForeground: '已在后台暂停',
  connected: '已连接',
  disconnected: '未连接，点击重试',
  resumed: '已恢复，没有遗漏消息',
  missed: '已重新连接，离开期间的消息已补上',
  gap: '离开太久，有些消息已不在服务器上',
  noRooms: '还没有房间',
  nothingYet: '还没有人说话',
  people: ' 人在线',
  nobody: '没有人',
  typing: ' 正在输入…',
  image: '[图片]',
  you: '我',
  send: '发送',
  placeholder: '说点什么',
  emptyRoom: '还没有消息，打个招呼吧',
  failed: '没有发出',
  resend: '重新发送',
  tooBig: '图片不能超过 512 KB',
  yesterday: '昨天',
  imageGone: '图片已过期',
  loading: '加载中…',
};

const en = {
  connecting: 'Connecting…',
  reconnecting: 'Connection lost, reconnecting…',
  waitingNetwork: 'No network; reconnects when it is back',
  waitingForeground: 'Paused in the background',
  connected: 'Connected',
  disconnected: 'Not connected; tap to try again',
  resumed: 'Resumed, no message missed',
  missed: 'Reconnected; what you missed is here',
  gap: 'Away for too long: some messages are not kept any more',
  noRooms: 'No rooms yet',
  nothingYet: 'Nobody has said anything',
  people: ' online',
  nobody: 'Nobody',
  typing: ' is typing…',
  image: '[Picture]',
  you: 'Me',
  send: 'Send',
  placeholder: 'Say something',
  emptyRoom: 'No messages yet. Say hello!',
  failed: 'Not sent',
  resend: 'Send again',
  tooBig: 'A picture has at most 512 KB',
  yesterday: 'Yesterday',
  imageGone: 'The picture is gone',
  loading: 'Loading…',
};

/** The language of WeChat, which is the language of its user. */
function language() {
  try {
    const { language: name = 'zh_CN' } = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
    return name.indexOf('zh') === 0 ? 'zh' : 'en';
  } catch (_error) {
    return 'zh';
  }
}

const current = language();

module.exports = { language: current, texts: current === 'zh' ? zh : en };
