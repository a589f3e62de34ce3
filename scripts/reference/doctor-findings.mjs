import { loadSource, table } from './load-source.mjs';

/** @typedef {{ en: string, zh: string }} Text */
/** @typedef {{ code: string, difficulty?: string, severity: 'error' | 'warning', title: Text, means: Text, mend: Text }} Kind */

const heads = {
  en: {
    title: '# What `minihub doctor` finds',
    other: '[简体中文](doctor-findings.zh-CN.md)',
    about:
      'Made from the checks of `@minihub/cli` by `npm run reference`. Codes are stable; D1 to D15 are the difficulties of ' +
      'deployment that [the guide](../guide/doctor.md) speaks of. An error keeps phones out, a warning will, or keeps some out.',
    endpoint: '## An endpoint',
    app: '## A mini program (`--app`)',
    columns: ['code', '', 'severity', 'what it is', 'what it means on a phone', 'how to mend it'],
    severity: { error: 'error', warning: 'warning' },
  },
  zh: {
    title: '# `minihub doctor` 的检查结果',
    other: '[English](doctor-findings.md)',
    about:
      '由 `npm run reference` 从 `@minihub/cli` 的检查生成。代码保持稳定；D1 到 D15 是[指南](../guide/doctor.zh-CN.md)所说的部署难点。' +
      '错误会让手机连不上；警告迟早会，或只影响部分手机。',
    endpoint: '## 接口',
    app: '## 小程序（`--app`）',
    columns: ['代码', '', '级别', '问题', '手机上的后果', '修复办法'],
    severity: { error: '错误', warning: '警告' },
  },
};

/** The page of findings, in both languages. */
export async function doctorFindingPages() {
  const endpoint = /** @type {Kind[]} */ ((await loadSource('packages/cli/src/doctor/checks.ts')).endpointKinds);
  const app = /** @type {Kind[]} */ ((await loadSource('packages/cli/src/doctor/app/app-checks.ts')).appKinds);
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const head = heads[language];
    const rows = (/** @type {Kind[]} */ kinds) =>
      table(
        head.columns,
        kinds.map(({ code, difficulty, severity, title, means, mend }) => [
          `\`${code}\``,
          difficulty ?? '',
          head.severity[severity],
          title[language],
          means[language],
          mend[language],
        ]),
      );
    return `${[head.title, head.other, head.about, head.endpoint, rows(endpoint), head.app, rows(app)].join('\n\n')}\n`;
  };
  return {
    'docs/reference/doctor-findings.md': page('en'),
    'docs/reference/doctor-findings.zh-CN.md': page('zh'),
  };
}
