// What is said from outside, by an ext.json or by `npm start`, stands above what stands here.
const given = wx.getExtConfigSync ? wx.getExtConfigSync() : {};

/** Where the server is. On a phone this must be a wss:// address of the domain list; see README. */
const host = given.host || 'ws://127.0.0.1:3000';

module.exports = {
  roomsUrl: `${host}/rooms`,
  echoUrl: `${host}/echo`,
  /** True when the server has WECHAT_APPID and WECHAT_SECRET: users then log in by wx.login. */
  wechatLogin: given.wechatLogin || false,
  /** The template of the messages for those who are away (WECHAT_TEMPLATE of the server); empty for none. */
  templateId: given.templateId || '',
  /** As the server has them. */
  limits: { nameLength: 20, textLength: 1000, imageBytes: 512 * 1024, chunkBytes: 16 * 1024 },
};
