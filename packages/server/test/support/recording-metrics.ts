import type { CounterName, GaugeName, GaugeReading, HistogramName, MetricAttributes, Metrics } from '@minihub/server';

/** An exporter that remembers. */
export class RecordingMetrics implements Metrics {
  readonly added: { name: CounterName; amount: number; attributes: MetricAttributes }[] = [];
  readonly recorded: { name: HistogramName; value: number; attributes: MetricAttributes }[] = [];
  readonly gauges: { name: GaugeName; read: () => GaugeReading }[] = [];

  add(name: CounterName, amount: number, attributes: MetricAttributes): void {
    this.added.push({ name, amount, attributes });
  }

  record(name: HistogramName, value: number, attributes: MetricAttributes): void {
    this.recorded.push({ name, value, attributes });
  }

  observe(name: GaugeName, read: () => GaugeReading): void {
    this.gauges.push({ name, read });
  }

  /** What a counter stands at, with these attributes or whatever ones. */
  sum(name: CounterName, attributes: MetricAttributes = {}): number {
    return this.added
      .filter((entry) => entry.name === name && includes(entry.attributes, attributes))
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  /** How often something was refused, by reason. */
  get refusals(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { name, attributes } of this.added) {
      const reason = String(attributes['minihub.reason']);
      if (name === 'refusals') counts[reason] = (counts[reason] ?? 0) + 1;
    }
    return counts;
  }

  /** The values of a histogram. */
  values(name: HistogramName): { value: number; attributes: MetricAttributes }[] {
    return this.recorded.filter((entry) => entry.name === name).map(({ value, attributes }) => ({ value, attributes }));
  }

  /** What the gauges of one name read now, in all. */
  gauge(name: GaugeName): number {
    return this.gauges.filter((entry) => entry.name === name).reduce((sum, { read }) => sum + read().value, 0);
  }
}

function includes(attributes: MetricAttributes, wanted: MetricAttributes): boolean {
  return Object.entries(wanted).every(([key, value]) => attributes[key] === value);
}
