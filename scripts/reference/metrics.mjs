import { loadSource, table } from './load-source.mjs';

/**
 * @typedef {{ name: string, kind: 'counter' | 'upDown' | 'histogram' | 'gauge', unit: string, description: string, attributes: readonly string[] }} Metric
 */

const heads = {
  en: {
    title: '# Metrics',
    other: '[简体中文](metrics.zh-CN.md)',
    about:
      'Made from the tables of `@minihub/server` by `npm run reference`. Every metric has the attribute ' +
      '`minihub.endpoint` besides: the path at which the hub or the raw endpoint is mapped. How to collect them: ' +
      '[observability](../guide/observability.md).',
    columns: ['OpenTelemetry', 'Prometheus', 'kind', 'unit', 'what it is', 'attributes'],
    reasons: '## Reasons: the values of `minihub.reason`',
    reasonColumns: ['reason', 'meaning'],
  },
  zh: {
    title: '# 指标',
    other: '[English](metrics.md)',
    about:
      '由 `npm run reference` 从 `@minihub/server` 的表生成。每个指标另外都有 `minihub.endpoint` 属性：hub 或原始端点映射的路径。' +
      '采集方法见[可观测性](../guide/observability.zh-CN.md)。',
    columns: ['OpenTelemetry', 'Prometheus', '种类', '单位', '含义（英文）', '属性'],
    reasons: '## 拒绝的原因：`minihub.reason` 的取值',
    reasonColumns: ['原因', '含义（英文）'],
  },
};

/** The page about what the server counts, in both languages. */
export async function metricPages() {
  const source = await loadSource('packages/server/src/metrics/metric-table.ts');
  const names = await loadSource('packages/server/src/prometheus/prometheus-name.ts');
  const metrics = /** @type {Record<string, Metric>} */ (source.serverMetrics);
  const reasons = /** @type {Record<string, string>} */ (source.refusalReasons);
  const toPrometheusName = /** @type {(name: string, kind: string, unit: string) => string} */ (names.toPrometheusName);
  const rows = Object.values(metrics).map(({ name, kind, unit, description, attributes }) => {
    const prometheus = `\`${toPrometheusName(name, kind, unit)}\``;
    return [`\`${name}\``, prometheus, kind, unit, description, attributes.map((a) => `\`${a}\``).join(', ')];
  });
  const reasonRows = Object.entries(reasons).map(([reason, meaning]) => [`\`${reason}\``, meaning]);
  const page = (/** @type {'en' | 'zh'} */ language) => {
    const { title, other, about, columns, reasons: reasonsTitle, reasonColumns } = heads[language];
    const parts = [title, other, about, table(columns, rows), reasonsTitle, table(reasonColumns, reasonRows)];
    return `${parts.join('\n\n')}\n`;
  };
  return { 'docs/reference/metrics.md': page('en'), 'docs/reference/metrics.zh-CN.md': page('zh') };
}
