const refused = {
  en: '429 with `Retry-After`; the code is in the body.',
  zh: '返回带 `Retry-After` 的 429；正文中有代码。',
  codes: ['MH_SERVER_RATE_LIMITED'],
};
const exceeded = { en: 'What `onExcess` says.', zh: '按 `onExcess` 处理。', codes: ['MH_SERVER_RATE_LIMITED'] };

/** The same for rate limits, which have no numbers by default. @type {typeof import('./limit-effects.mjs').effects} */
export const ratesEffects = {
  'ConnectRates.perUser': refused,
  'ConnectRates.perAddress': refused,
  'MessageRates.perConnection': exceeded,
  'MessageRates.perUser': exceeded,
  'MessageRates.perAddress': exceeded,
  'MessageRates.onExcess': {
    en:
      '`refuse`: the call is answered with the code. `delay`: reading waits. `disconnect`: Close with the code, without ' +
      '`allowReconnect`; raw endpoints close with 1008, and take `refuse` for `delay`.',
    zh:
      '`refuse`：以该代码回应调用。`delay`：暂停读取。`disconnect`：发送带该代码、不带 `allowReconnect` 的 Close；' +
      '原始端点以 1008 关闭，并把 `refuse` 当作 `delay`。',
    codes: ['MH_SERVER_RATE_LIMITED'],
  },
};
