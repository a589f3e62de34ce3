import { loadSource, table } from './load-source.mjs';

/** @typedef {{ code: string, meaning: { en: string, zh: string }, advice: { en: string, zh: string } }} Errcode */

const heads = {
  en: {
    title: '# Errors of WeChat',
    other: '[简体中文](wechat-errors.zh-CN.md)',
    about:
      'Made from the tables of `@minihub/wechat` by `npm run reference`. What WeChat answers to its server interfaces, ' +
      'the code that minihub gives it, and what to do.',
    columns: ['errcode', 'meaning', 'what to do', 'code'],
    codes: '## Codes of `@minihub/wechat`',
    codeColumns: ['code', 'meaning'],
  },
  zh: {
    title: '# 微信的错误码',
    other: '[English](wechat-errors.md)',
    about:
      '由 `npm run reference` 从 `@minihub/wechat` 的表生成：微信服务端接口返回的错误码、minihub 对应的代码，以及处理办法。',
    columns: ['errcode', '含义', '处理办法', '代码'],
    codes: '## `@minihub/wechat` 的代码',
    codeColumns: ['代码', '含义（英文）'],
  },
};

/** The page about WeChat's errors, in both languages. */
export async function wechatErrorPages() {
  const source = await loadSource('packages/wechat/src/errcodes.ts');
  const errcodes = /** @type {Record<string, Errcode>} */ (source.errcodes);
  const codes = /** @type {Record<string, string>} */ (source.wechatErrorCodes);
  const numbers = Object.keys(errcodes).map(Number);
  numbers.sort((a, b) => a - b);
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, columns, codes: codesTitle, codeColumns } = heads[language];
    const rows = numbers.map((number) => {
      const { code, meaning, advice } = /** @type {Errcode} */ (errcodes[number]);
      return [number, meaning[language], advice[language], `\`${code}\``];
    });
    const codeRows = Object.entries(codes).map(([code, meaning]) => [`\`${code}\``, meaning]);
    const parts = [title, other, about, table(columns, rows), codesTitle, table(codeColumns, codeRows)];
    return `${parts.join('\n\n')}\n`;
  };
  return {
    'docs/reference/wechat-errors.md': page('en'),
    'docs/reference/wechat-errors.zh-CN.md': page('zh'),
  };
}
