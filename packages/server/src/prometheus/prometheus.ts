import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { endpointAttribute, type MetricDescription, type MetricName, serverMetrics } from '../metrics/metric-table.ts';
import type { GaugeReading, MetricAttributes, Metrics } from '../metrics/metrics.ts';
import { toLabelName, toPrometheusName } from './prometheus-name.ts';

/** What {@link prometheus} takes. */
export interface PrometheusOptions {
  /** Where the metrics are kept, together with others if you have some. @defaultValue a registry of its own */
  readonly registry?: Registry;
}

/** The server's metrics for Prometheus. Made by {@link prometheus}. */
export interface PrometheusMetrics extends Metrics {
  readonly registry: Registry;
  /** Answers a scrape; to be called for the path of your choice. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * Keeps the server's metrics for Prometheus, with the package `prom-client`. Names follow the rules by which
 * OpenTelemetry's are translated: `signalr.server.connection.duration` is `signalr_server_connection_duration_seconds`.
 *
 * @example
 * const metrics = prometheus();
 * const hubs = createHubServer({ metrics });
 * createServer((request, response) => {
 *   if (request.url === '/metrics') void metrics.answer(request, response);
 * });
 */
export function prometheus({ registry = new Registry() }: PrometheusOptions = {}): PrometheusMetrics {
  const tellers = new Map<MetricName, (value: number, attributes: MetricAttributes) => void>();
  const readers = new Map<MetricName, (() => GaugeReading)[]>();
  for (const name of Object.keys(serverMetrics) as MetricName[]) {
    const reads: (() => GaugeReading)[] = [];
    readers.set(name, reads);
    tellers.set(name, register(registry, serverMetrics[name], reads));
  }
  const tell = (name: MetricName, value: number, attributes: MetricAttributes): void =>
    tellers.get(name)?.(value, toLabels(attributes));
  return {
    registry,
    add: tell,
    record: tell,
    observe: (name, read) => void readers.get(name)?.push(read),
    async answer(_, response) {
      const text = await registry.metrics();
      response.writeHead(200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' });
      response.end(text);
    },
  };
}

function register(
  registry: Registry,
  { name, kind, unit, description, attributes, buckets = [] }: MetricDescription,
  reads: readonly (() => GaugeReading)[],
): (value: number, labels: MetricAttributes) => void {
  const settings = {
    name: toPrometheusName(name, kind, unit),
    help: description,
    labelNames: [endpointAttribute, ...attributes].map(toLabelName),
    registers: [registry],
  };
  if (kind === 'counter') {
    const counter = new Counter(settings);
    return (value, labels) => counter.inc(labels, value);
  }
  if (kind === 'histogram') {
    const histogram = new Histogram({ ...settings, ...(buckets.length > 0 ? { buckets: [...buckets] } : undefined) });
    return (value, labels) => histogram.observe(labels, value);
  }
  const gauge = new Gauge({
    ...settings,
    collect() {
      for (const read of reads) {
        const { value, attributes: about } = read();
        this.set(toLabels(about), value);
      }
    },
  });
  return (value, labels) => gauge.inc(labels, value);
}

function toLabels(attributes: MetricAttributes): MetricAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [toLabelName(name), value]));
}
