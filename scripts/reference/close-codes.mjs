import { loadSource, table } from './load-source.mjs';

const words = {
  en: {
    title: '# Close codes',
    other: '[简体中文](close-codes.zh-CN.md)',
    about:
      'Made from the table in `packages/server/src/close-codes.ts` by `npm run reference`. Hubs say why a connection ends in ' +
      'a Close message before the WebSocket is closed, so their close code is nearly always 1000: whether a client comes ' +
      'back is decided by `allowReconnect` in that message. Raw endpoints have only the code.',
    columns: ['code', 'name', 'when', 'come back?'],
    come: { yes: 'yes', no: 'no', application: 'as the application says' },
  },
  zh: {
    title: '# 关闭码',
    other: '[English](close-codes.md)',
    about:
      '由 `npm run reference` 从 `packages/server/src/close-codes.ts` 的表生成。hub 在关闭 WebSocket 之前用 Close 消息说明原因，' +
      '因此其关闭码几乎总是 1000：客户端是否回来由该消息的 `allowReconnect` 决定。原始端点只有关闭码。',
    columns: ['关闭码', '名称', '何时', '可否重连'],
    come: { yes: '可以', no: '不要', application: '由应用决定' },
  },
};

/** The page of close codes, in both languages. */
export async function closeCodePages() {
  const source = await loadSource('packages/server/src/close-codes.ts');
  const codes =
    /** @type {Record<string, { name: string, en: string, zh: string, comeBack: 'yes' | 'no' | 'application' }>} */ (
      source.closeCodes
    );
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, columns, come } = words[language];
    const rows = Object.entries(codes).map(([code, entry]) => [
      code,
      entry.name,
      entry[language],
      come[entry.comeBack],
    ]);
    return `${[title, other, about, table(columns, rows)].join('\n\n')}\n`;
  };
  return { 'docs/reference/close-codes.md': page('en'), 'docs/reference/close-codes.zh-CN.md': page('zh') };
}
