import type { MetricDescription } from '../metrics/metric-table.ts';

const unitNames: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * A metric's name as Prometheus wants it: underscores, the unit at the end unless it is in the name already, `_total`
 * behind what only grows. @see OpenTelemetry, "Prometheus and OpenMetrics Compatibility"
 */
export function toPrometheusName(name: string, kind: MetricDescription['kind'], unit: string): string {
  const words = toLabelName(name).split('_');
  const unitName = unitNames[unit];
  if (unitName !== undefined && !words.includes(unitName)) words.push(unitName);
  if (kind === 'counter') words.push('total');
  return words.join('_');
}

/** An attribute's name as a label. */
export function toLabelName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}
