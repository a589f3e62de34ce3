import { loadSource, table } from './load-source.mjs';

/** @typedef {{ retry: string, en: string, zh: string }} Advice */

const heads = {
  en: {
    title: '# Errors of the client',
    other: '[简体中文](client-errors.zh-CN.md)',
    about:
      'Made from the tables of `@minihub/client` by `npm run reference`. Every error is a `MinihubError` with one of these ' +
      "codes; its `message` carries the platform's own words. `adviseOnFailure(code)` gives the last two columns to programs.",
    retries:
      '`try again`: *no* – a person or the program has to change something; *slowly* – it will rarely help; *after-close* – ' +
      'when another socket has been closed; *on-show* – when the mini program is in the foreground. A hub connection does ' +
      'what stands there by itself.',
    columns: ['code', 'meaning', 'try again', 'what to do'],
  },
  zh: {
    title: '# 客户端的错误码',
    other: '[English](client-errors.md)',
    about:
      '由 `npm run reference` 从 `@minihub/client` 的表生成。每个错误都是带有下列代码之一的 `MinihubError`，`message` 中是平台返回的原文。' +
      '程序可以用 `adviseOnFailure(code)` 得到最后两列。',
    retries:
      '“重试”一列：*no* 表示需要人或程序先作修改；*slowly* 表示重试通常没有帮助；*after-close* 表示关闭另一个连接之后；' +
      '*on-show* 表示小程序回到前台之后。Hub 连接会自行按此处理。',
    columns: ['代码', '含义（英文）', '重试', '处理办法'],
  },
};

/** The page about the client's errors, in both languages. */
export async function clientErrorPages() {
  const source = await loadSource('packages/client/src/index.ts');
  const codes = /** @type {Record<string, string>} */ (source.clientErrorCodes);
  const adviseOnFailure = /** @type {(code: string) => Advice} */ (source.adviseOnFailure);
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, retries, columns } = heads[language];
    const rows = Object.entries(codes).map(([code, meaning]) => {
      const advice = adviseOnFailure(code);
      return [`\`${code}\``, meaning, advice.retry, advice[language]];
    });
    return `${[title, other, about, retries, table(columns, rows)].join('\n\n')}\n`;
  };
  return {
    'docs/reference/client-errors.md': page('en'),
    'docs/reference/client-errors.zh-CN.md': page('zh'),
  };
}
