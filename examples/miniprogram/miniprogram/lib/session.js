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

// A token that was given out and has not led to a connection since may be one that the server refused.
let isDoubtful = false;

/** Asked for before each attempt to connect: the session of the last time, else a code of wx.login. */
function accessToken() {
  if (!config.wechatLogin) return Promise.resolve(undefined);
  const kept = wx.getStorageSync(tokenKey);
  if (kept && !isDoubtful) {
    isDoubtful = true;
    return Promise.resolve(kept);
  }
  isDoubtful = false;
  return loginCode();
}

/** The server has let us in. */
function accepted() {
  isDoubtful = false;
}

/** The server says which token is ours from now on. */
function keep(grant) {
  wx.setStorageSync(tokenKey, grant.token);
}

module.exports = { accepted, accessToken, keep, roomsUrl };
