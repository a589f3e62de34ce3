import type { CounterName, GaugeName, HistogramName } from './metric-table.ts';

/** What a value is about, by attribute name. */
export type MetricAttributes = Readonly<Record<string, string | number>>;

/** One value of a gauge. */
export interface GaugeReading {
  readonly value: number;
  readonly attributes: MetricAttributes;
}

/**
 * Where the server's metrics go: what an exporter implements. `@minihub/server/opentelemetry` and
 * `@minihub/server/prometheus` have one each. The metrics are those of `serverMetrics`, a table that says everything
 * an exporter needs, so an exporter knows none of them by name. What an exporter throws is logged and has no effect.
 *
 * @example
 * const counts = new Map<string, number>();
 * createHubServer({
 *   metrics: {
 *     add: (name, amount) => counts.set(name, (counts.get(name) ?? 0) + amount),
 *     record() {},
 *     observe() {},
 *   },
 * });
 */
export interface Metrics {
  /** A counter has grown by `amount`; one of the kind `upDown` may fall. */
  add(name: CounterName, amount: number, attributes: MetricAttributes): void;
  /** One more value of a histogram. */
  record(name: HistogramName, value: number, attributes: MetricAttributes): void;
  /** A gauge that can be read from now on, as often as somebody looks. Called once per gauge and endpoint. */
  observe(name: GaugeName, read: () => GaugeReading): void;
}
