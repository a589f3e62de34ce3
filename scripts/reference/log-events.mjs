import { loadSource, table } from './load-source.mjs';

const heads = {
  en: {
    title: '# Log events',
    other: '[简体中文](log-events.zh-CN.md)',
    about:
      'Made from the tables of `@minihub/server` by `npm run reference`. Every line that the server logs has one of ' +
      'these names in its field `event`; the names are stable. `suppressed` says how many lines of that event were left ' +
      'out since the last, where whoever can reach the server causes them at will. How to take them: ' +
      '[observability](../guide/observability.md).',
    columns: ['event', 'level', 'text', 'fields'],
  },
  zh: {
    title: '# 日志事件',
    other: '[English](log-events.md)',
    about:
      '由 `npm run reference` 从 `@minihub/server` 的表生成。服务器写的每一行日志，`event` 字段都是下面的名字之一，名字保持稳定。' +
      '对于任何人都能随意触发的事件，`suppressed` 表示自上一行以来省略了多少行。接入方法见[可观测性](../guide/observability.zh-CN.md)。',
    columns: ['事件', '级别', '文字', '字段'],
  },
};

/** The page about what the server logs, in both languages. */
export async function logEventPages() {
  const source = await loadSource('packages/server/src/log.ts');
  const events = /** @type {Record<string, readonly [string, string]>} */ (source.logEvents);
  const fields = /** @type {Record<string, readonly string[]>} */ (source.logEventFields);
  const rows = Object.entries(events).map(([name, [level, text]]) => {
    const names = (fields[name] ?? []).map((field) => `\`${field}\``);
    return [`\`${name}\``, level, text, names.join(', ')];
  });
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, columns } = heads[language];
    return `${[title, other, about, table(columns, rows)].join('\n\n')}\n`;
  };
  return {
    'docs/reference/log-events.md': page('en'),
    'docs/reference/log-events.zh-CN.md': page('zh'),
  };
}
