import { metrics as api, type Meter } from '@opentelemetry/api';
import { type MetricDescription, type MetricName, serverMetrics } from '../metrics/metric-table.ts';
import type { MetricAttributes, Metrics } from '../metrics/metrics.ts';

const dotnetMeter = 'Microsoft.AspNetCore.Http.Connections';
const ownMeter = '@minihub/server';

type Instrument = { tell(value: number, attributes: MetricAttributes): void };

/**
 * Sends the server's metrics to OpenTelemetry: what begins with `signalr.` under the meter of ASP.NET Core, the rest
 * under `@minihub/server`. The meter provider must be registered before the server is created.
 *
 * @example
 * metrics.setGlobalMeterProvider(provider); // of @opentelemetry/api
 * createHubServer({ metrics: metrics() }); // of @minihub/server/opentelemetry
 */
export function metrics(): Metrics {
  const instruments = new Map<MetricName, Instrument>();
  const instrumentOf = (name: MetricName): Instrument => {
    const known = instruments.get(name);
    if (known !== undefined) return known;
    const made = createInstrument(serverMetrics[name]);
    instruments.set(name, made);
    return made;
  };
  return {
    add: (name, amount, attributes) => instrumentOf(name).tell(amount, attributes),
    record: (name, value, attributes) => instrumentOf(name).tell(value, attributes),
    observe(name, read) {
      const { name: exported, unit, description } = serverMetrics[name];
      // A meter gives the same instrument for the same name, so the endpoints share it.
      meterOf(exported)
        .createObservableGauge(exported, { unit, description })
        .addCallback((result) => {
          const { value, attributes } = read();
          result.observe(value, attributes);
        });
    },
  };
}

function createInstrument({ name, kind, unit, description, buckets }: MetricDescription): Instrument {
  const meter = meterOf(name);
  if (kind === 'histogram') {
    const advice = buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } };
    const histogram = meter.createHistogram(name, { unit, description, ...advice });
    return { tell: (value, attributes) => histogram.record(value, attributes) };
  }
  const create = kind === 'upDown' ? meter.createUpDownCounter : meter.createCounter;
  const counter = create.call(meter, name, { unit, description });
  return { tell: (value, attributes) => counter.add(value, attributes) };
}

function meterOf(name: string): Meter {
  return api.getMeter(name.startsWith('signalr.') ? dotnetMeter : ownMeter);
}
