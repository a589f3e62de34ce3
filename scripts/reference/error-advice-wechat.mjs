/** What to do about the codes of WeChat; the page of WeChat's errors says it for each errcode. @type {Readonly<Record<string, import('./error-advice.mjs').Advice>>} */
export const wechatAdvice = {
  MH_WECHAT_INVALID_OPTION: {
    retry: 'no',
    en: 'Correct the option that the message names.',
    zh: '修正消息中指出的选项。',
  },
  MH_WECHAT_UNREACHABLE: {
    retry: 'later',
    en: 'Can the server reach api.weixin.qq.com?',
    zh: '服务器能否访问 api.weixin.qq.com？',
  },
  MH_WECHAT_BUSY: { retry: 'later', en: 'Try again later.', zh: '稍后重试。' },
  MH_WECHAT_CREDENTIALS: {
    retry: 'no',
    en: 'Compare app id and secret with the console.',
    zh: '与后台核对 appid 和 secret。',
  },
  MH_WECHAT_IP_NOT_ALLOWED: {
    retry: 'no',
    en: 'Add the address that the message names to the allow-list.',
    zh: '把消息中的 IP 加入白名单。',
  },
  MH_WECHAT_TOKEN: {
    retry: 'no',
    en: 'Does another server renew the token of the same app?',
    zh: '是否有其他服务器在刷新同一小程序的令牌？',
  },
  MH_WECHAT_QUOTA: {
    retry: 'later',
    en: 'Wait for the next day, or reset the quota in the console.',
    zh: '等到次日，或在后台重置额度。',
  },
  MH_WECHAT_CODE_INVALID: { retry: 'yes', en: 'Call `wx.login` again.', zh: '重新调用 `wx.login`。' },
  MH_WECHAT_CODE_USED: {
    retry: 'yes',
    en: 'Call `wx.login` again for every login.',
    zh: '每次登录都重新调用 `wx.login`。',
  },
  MH_WECHAT_USER_BLOCKED: {
    retry: 'no',
    en: 'Tell the user that WeChat refuses the login.',
    zh: '告知用户微信拒绝了登录。',
  },
  MH_WECHAT_SESSION_INVALID: { retry: 'yes', en: 'Log in again.', zh: '重新登录。' },
  MH_WECHAT_NOT_SUBSCRIBED: {
    retry: 'no',
    en: 'Ask again with `wx.requestSubscribeMessage`.',
    zh: '用 `wx.requestSubscribeMessage` 再次请求授权。',
  },
  MH_WECHAT_OPENID: { retry: 'no', en: 'Use the openid of this app id.', zh: '使用本 appid 的 openid。' },
  MH_WECHAT_TEMPLATE: { retry: 'no', en: 'Copy the template id from the console.', zh: '从后台复制模板 id。' },
  MH_WECHAT_PAGE: {
    retry: 'no',
    en: 'Use a path of app.json that is released.',
    zh: '使用已发布的 app.json 中的路径。',
  },
  MH_WECHAT_ARGUMENT: { retry: 'no', en: 'The message names the field.', zh: '消息指出了字段。' },
  MH_WECHAT_USER_INACTIVE: {
    retry: 'later',
    en: 'Check texts while the user is there.',
    zh: '在用户使用期间检测文本。',
  },
  MH_WECHAT_CONTENT_REFUSED: { retry: 'no', en: 'Tell the user to change the text.', zh: '请用户修改文本。' },
  MH_WECHAT_UNKNOWN: {
    retry: 'later',
    en: 'Look the number up in WeChat’s documentation.',
    zh: '在微信文档中查询该错误码。',
  },
};
