/** A text in the two languages of the documentation. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** One `errcode` of WeChat's server interfaces. */
export interface Errcode {
  /** The code of the error that is thrown, or named in a result. */
  readonly code: WechatErrorCode;
  readonly meaning: Bilingual;
  /** What a developer can do about it. */
  readonly advice: Bilingual;
}

/** Every error code of `@minihub/wechat`, with what it means. A retired code stays listed and is never used again. */
export const wechatErrorCodes = {
  MH_WECHAT_INVALID_OPTION: 'An option has a value that it cannot have.',
  MH_WECHAT_UNREACHABLE: 'WeChat did not answer, or not in the form that is documented.',
  MH_WECHAT_BUSY: 'WeChat is busy; the same call may go through later.',
  MH_WECHAT_CREDENTIALS: 'The app id or the app secret is wrong, or the secret is frozen.',
  MH_WECHAT_IP_NOT_ALLOWED: "The server's address is not in the app's allow-list.",
  MH_WECHAT_TOKEN: 'The access token was refused even after it was renewed.',
  MH_WECHAT_QUOTA: 'A quota of WeChat is used up.',
  MH_WECHAT_CODE_INVALID: 'The code of `wx.login` is wrong, or older than five minutes.',
  MH_WECHAT_CODE_USED: 'The code of `wx.login` has been used before.',
  MH_WECHAT_USER_BLOCKED: 'WeChat considers the user a high risk and does not let them log in.',
  MH_WECHAT_SESSION_INVALID: 'The session token is unknown, expired or revoked.',
  MH_WECHAT_NOT_SUBSCRIBED: 'The user has not agreed to this message, or the agreement is used up.',
  MH_WECHAT_OPENID: 'The openid is wrong, or belongs to another app.',
  MH_WECHAT_TEMPLATE: 'The template id is wrong, or of the other kind (one-time, long-term).',
  MH_WECHAT_PAGE: 'The page does not exist in the released version of the mini program.',
  MH_WECHAT_ARGUMENT: 'An argument is missing or does not fit its rules.',
  MH_WECHAT_USER_INACTIVE: 'The user has not been in the mini program for too long.',
  MH_WECHAT_CONTENT_REFUSED: 'A text was refused by the content check.',
  MH_WECHAT_UNKNOWN: 'WeChat answered with a code that is not in the table.',
} as const;

/** One of the codes of {@link wechatErrorCodes}. */
export type WechatErrorCode = keyof typeof wechatErrorCodes;

const entry = (code: WechatErrorCode, en: string, zh: string, adviceEn: string, adviceZh: string): Errcode => ({
  code,
  meaning: { en, zh },
  advice: { en: adviceEn, zh: adviceZh },
});

/**
 * What the `errcode`s of WeChat's server interfaces mean, as far as a developer can act on them.
 * `docs/reference/wechat-errors.md` is made from this table.
 */
export const errcodes: Readonly<Record<number, Errcode>> = {
  [-1]: entry(
    'MH_WECHAT_BUSY',
    'The system is busy.',
    '系统繁忙。',
    'Try again later; calls that may be repeated are.',
    '稍后重试；可重复的调用会自动重试。',
  ),
  40001: entry(
    'MH_WECHAT_TOKEN',
    'The access token is wrong, or belongs to another app.',
    'access_token 无效，或属于其他小程序。',
    'It is renewed and the call repeated once. If it goes on: the secret was reset, or another server renews tokens with force_refresh.',
    '会自动刷新并重试一次。若仍出现：secret 被重置，或有其他服务器在用 force_refresh 刷新。',
  ),
  40003: entry(
    'MH_WECHAT_OPENID',
    'The openid is wrong.',
    'openid 不正确。',
    'Each app has its own openids: use the one that code2Session gave for this app id.',
    '每个小程序的 openid 都不同：请使用本 appid 的 code2Session 返回的 openid。',
  ),
  40013: entry(
    'MH_WECHAT_CREDENTIALS',
    'The app id is wrong.',
    'appid 不正确。',
    'Compare it with the console: Development, Development settings.',
    '与小程序后台「开发 → 开发设置」核对。',
  ),
  40014: entry(
    'MH_WECHAT_TOKEN',
    'The access token is malformed.',
    'access_token 不合法。',
    'It is renewed and the call repeated once.',
    '会自动刷新并重试一次。',
  ),
  40029: entry(
    'MH_WECHAT_CODE_INVALID',
    'The login code is not valid.',
    'code 无效。',
    'Call wx.login again: a code lives five minutes and belongs to one app id.',
    '请重新调用 wx.login：code 有效期五分钟，且只属于一个 appid。',
  ),
  40037: entry(
    'MH_WECHAT_TEMPLATE',
    'The template id is wrong.',
    '订阅模板 id 不正确。',
    'Copy it from the console; long-term and device templates go to another interface.',
    '从后台复制；长期订阅与设备模板使用另外的接口。',
  ),
  40097: entry(
    'MH_WECHAT_ARGUMENT',
    'An argument is wrong.',
    '参数错误。',
    'Compare the call with the documentation.',
    '对照文档检查参数。',
  ),
  40125: entry(
    'MH_WECHAT_CREDENTIALS',
    'The app secret is wrong.',
    'appsecret 不正确。',
    'Reset it in the console and give the new one to the server.',
    '在后台重置，并更新服务器配置。',
  ),
  40129: entry(
    'MH_WECHAT_ARGUMENT',
    'The scene is wrong.',
    '场景值错误。',
    'Use 1 (profile), 2 (comment), 3 (forum) or 4 (social log).',
    '使用 1（资料）、2（评论）、3（论坛）或 4（社交日志）。',
  ),
  40163: entry(
    'MH_WECHAT_CODE_USED',
    'The login code has been used.',
    'code 已被使用。',
    'Call wx.login again for every login.',
    '每次登录都要重新调用 wx.login。',
  ),
  40164: entry(
    'MH_WECHAT_IP_NOT_ALLOWED',
    "The server's address is not in the allow-list.",
    '调用接口的 IP 不在白名单中。',
    'Add the address that the message names: Development settings, IP allow-list.',
    '把错误信息里的 IP 加入「开发设置 → IP 白名单」。',
  ),
  40226: entry(
    'MH_WECHAT_USER_BLOCKED',
    'The user is a high risk; login is blocked.',
    '高风险等级用户，登录被拦截。',
    'Nothing on the server: tell the user that WeChat refuses the login.',
    '服务器无法处理：提示用户登录被微信拦截。',
  ),
  40243: entry(
    'MH_WECHAT_CREDENTIALS',
    'The app secret is frozen.',
    'appsecret 已被冻结。',
    'Unfreeze it in the console.',
    '在后台解冻。',
  ),
  41002: entry('MH_WECHAT_CREDENTIALS', 'The app id is missing.', '缺少 appid。', 'Set `appId`.', '请设置 `appId`。'),
  41004: entry(
    'MH_WECHAT_CREDENTIALS',
    'The app secret is missing.',
    '缺少 secret。',
    'Set `secret`.',
    '请设置 `secret`。',
  ),
  41008: entry('MH_WECHAT_CODE_INVALID', 'The login code is missing.', '缺少 code。', 'Send it.', '请传入 code。'),
  41030: entry(
    'MH_WECHAT_PAGE',
    'The page does not exist in the released version.',
    'page 路径不正确，需在现网版本中存在。',
    'Use a path of app.json, without a leading slash; a new page must be released first.',
    '使用 app.json 中的路径，不带开头的斜杠；新页面需先发布。',
  ),
  42001: entry(
    'MH_WECHAT_TOKEN',
    'The access token has expired.',
    'access_token 已过期。',
    'It is renewed and the call repeated once.',
    '会自动刷新并重试一次。',
  ),
  43101: entry(
    'MH_WECHAT_NOT_SUBSCRIBED',
    'The user has not agreed to this message, or the agreement is used up.',
    '用户拒绝接受消息，或订阅次数已用完。',
    'Ask again with wx.requestSubscribeMessage: each agreement is one message.',
    '再次调用 wx.requestSubscribeMessage：一次同意只能下发一条。',
  ),
  43104: entry(
    'MH_WECHAT_OPENID',
    'The openid does not belong to this app id.',
    'appid 与 openid 不匹配。',
    'Use the openid that code2Session gave for this app id.',
    '使用本 appid 的 code2Session 返回的 openid。',
  ),
  43302: entry(
    'MH_WECHAT_ARGUMENT',
    'The method must be POST.',
    '请使用 POST 方法。',
    'Only when you call interfaces by hand.',
    '仅在手动调用接口时出现。',
  ),
  44002: entry('MH_WECHAT_ARGUMENT', 'The body is empty.', 'POST 数据为空。', 'Send a body.', '请传入请求体。'),
  45009: entry(
    'MH_WECHAT_QUOTA',
    "The interface's quota is used up.",
    '接口调用超过限制。',
    'It is full again at midnight (China time); the console can reset it a few times a month.',
    '次日零点恢复；后台每月可手动清零数次。',
  ),
  45011: entry(
    'MH_WECHAT_QUOTA',
    'Too many calls in this minute.',
    'API 调用太频繁。',
    'Wait a minute: a user may log in 100 times a minute.',
    '稍等一分钟：每个用户每分钟最多登录 100 次。',
  ),
  47001: entry(
    'MH_WECHAT_ARGUMENT',
    'The body is not the expected JSON.',
    'POST 数据格式错误。',
    'Send JSON in UTF-8.',
    '请使用 UTF-8 编码的 JSON。',
  ),
  47003: entry(
    'MH_WECHAT_ARGUMENT',
    'A value does not fit the rules of its kind.',
    '模板参数不准确。',
    'The message names the field: `thing` has 20 characters, `phrase` 5 Chinese ones, and so on.',
    '错误信息会指出字段：`thing` 限 20 个字符，`phrase` 限 5 个汉字等。',
  ),
  48001: entry(
    'MH_WECHAT_CREDENTIALS',
    'The app may not use this interface.',
    'api 功能未授权。',
    'Apply for it in the console.',
    '在后台申请接口权限。',
  ),
  61010: entry(
    'MH_WECHAT_USER_INACTIVE',
    'The user has not been in the mini program in the last two hours.',
    '用户近两小时内未访问小程序。',
    'Check texts while the user is there.',
    '请在用户访问期间做内容检查。',
  ),
};
