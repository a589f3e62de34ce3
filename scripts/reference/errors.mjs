import { advice as ownAdvice } from './error-advice.mjs';
import { errorCodes } from './error-codes.mjs';
import { loadSource, table } from './load-source.mjs';

const words = {
  en: {
    title: '# Error codes',
    other: '[简体中文](errors.zh-CN.md)',
    about:
      'Made from the tables of the packages by `npm run reference`. Every error is a `MinihubError`; its `code` is one of ' +
      'these and stays what it is, its `message` is for people. `MinihubError.is(error)` recognises one.\n\n' +
      'What crosses the wire is text: a client that calls a hub method sees the code of a refusal at the beginning of the ' +
      'message (`… HubException: MH_SERVER_RATE_LIMITED: …`), a request that is refused in the body of the answer.',
    columns: ['code', 'meaning', 'again?', 'what to do'],
    retry: { yes: 'yes', later: 'later', no: 'no' },
  },
  zh: {
    title: '# 错误代码',
    other: '[English](errors.md)',
    about:
      '由 `npm run reference` 从各包的表生成（“含义”取自源码，保留英文）。所有错误都是 `MinihubError`：`code` 是下表之一且不会改变，' +
      '`message` 供人阅读；用 `MinihubError.is(error)` 判断。\n\n' +
      '线路上只有文本：调用 hub 方法的客户端在错误消息开头看到拒绝的代码（`… HubException: MH_SERVER_RATE_LIMITED: …`），' +
      '被拒绝的 HTTP 请求在响应正文中看到它。',
    columns: ['代码', '含义（英文）', '可否重试', '怎么办'],
    retry: { yes: '可以', later: '稍后', no: '不可' },
  },
};

/** @typedef {import('./error-advice.mjs').Advice} Advice */

/** The client knows more kinds of trying again; they are all some kind of later. @param {string} retry */
const toRetry = (retry) => (retry === 'no' || retry === 'yes' ? retry : 'later');

/** What the client's package itself advises. @param {readonly string[]} codes @returns {Promise<Record<string, Advice>>} */
async function clientAdvice(codes) {
  const source = await loadSource('packages/client/src/index.ts');
  const adviseOnFailure = /** @type {(code: string) => { retry: string, en: string, zh: string }} */ (
    source.adviseOnFailure
  );
  return Object.fromEntries(
    codes.map((code) => {
      const { retry, en, zh } = adviseOnFailure(code);
      return [code, { retry: toRetry(retry), en, zh }];
    }),
  );
}

/** The page of error codes, in both languages. */
export async function errorPages() {
  const packages = await errorCodes();
  const client = packages.find((one) => one.package === '@minihub/client');
  /** @type {Record<string, Advice>} */
  const advice = { ...ownAdvice, ...(await clientAdvice(client?.entries.map(([code]) => code) ?? [])) };
  const ghosts = new Set(Object.keys(advice));
  const untold = packages.flatMap(({ entries }) => entries.map(([code]) => code)).filter((code) => !(code in advice));
  if (untold.length > 0) {
    throw new Error(`codes without a line in scripts/reference/error-advice*.mjs: ${untold.join(', ')}`);
  }
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, columns, retry } = words[language];
    const parts = packages.map(({ package: name, entries }) => {
      const rows = entries.map(([code, meaning]) => {
        const known = /** @type {Advice} */ (advice[code]);
        ghosts.delete(code);
        return [`\`${code}\``, meaning, retry[known.retry], known[language]];
      });
      return `## \`${name}\`\n\n${table(columns, rows)}`;
    });
    return `${[title, other, about, ...parts].join('\n\n')}\n`;
  };
  const pages = { 'docs/reference/errors.md': page('en'), 'docs/reference/errors.zh-CN.md': page('zh') };
  if (ghosts.size > 0) throw new Error(`error-advice.mjs tells of codes that do not exist: ${[...ghosts].join(', ')}`);
  return pages;
}
