const config = require('../config.js');

const tokenKey = 'minihub-session';
const deviceKey = 'minihub-device';

/** A name for this installation, made up once: for servers that believe it (a demo without an app id). */
function deviceId() {
  let id = wx.getStorageSync(deviceKey);
  if (!id) {
    id = `d${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;
    wx.setStorageSync(deviceKey, id);
  }
  return id;
}

/** The address to connect to: who we are is in the token, or, in a demo, in the query. */
function roomsUrl() {
  return config.wechatLogin ? config.roomsUrl : `${config.roomsUrl}?device=${deviceId()}`;
}

function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({ success: ({ code }) => resolve(`wx-code:${code}`), fail: ({ errMsg }) => reject(new Error(errMsg)) });
  });
}

/**
 * Asked for before each attempt to connect: the session of the last time, else a code of wx.login.
 * @param lastError why the attempt before failed: a session that the server refused is of no use any more
 */
function accessToken(lastError) {
  if (!config.wechatLogin) return Promise.resolve(undefined);
  const kept = wx.getStorageSync(tokenKey);
  // Phones do not say with which status a handshake was refused.
  const isRefused = lastError && /UNAUTHORIZED|HANDSHAKE_REFUSED/.test(lastError.code);
  return kept && !isRefused ? Promise.resolve(kept) : loginCode();
}

/** The server says which token is ours from now on. */
function keep(grant) {
  wx.setStorageSync(tokenKey, grant.token);
}

module.exports = { accessToken, keep, roomsUrl };
