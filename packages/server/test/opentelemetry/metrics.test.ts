import { serverMetrics } from '@minihub/server';
import { metrics } from '@minihub/server/opentelemetry';
import { metrics as api } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A reader that is asked by the test. */
class AskedReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

let reader: AskedReader;

beforeEach(() => {
  reader = new AskedReader();
  api.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});

afterEach(() => api.disable());

async function collect(): Promise<ResourceMetrics['scopeMetrics']> {
  const { resourceMetrics, errors } = await reader.collect();
  expect(errors).toEqual([]);
  return resourceMetrics.scopeMetrics;
}

describe('metrics for OpenTelemetry', () => {
  it('go out under the names, units and meters of the table', async () => {
    const exporter = metrics();
    const about = { 'minihub.endpoint': '/hub' };
    exporter.add('activeConnections', 1, { ...about, 'signalr.transport': 'web_sockets' });
    exporter.add('activeConnections', 1, { ...about, 'signalr.transport': 'web_sockets' });
    exporter.add('activeConnections', -1, { ...about, 'signalr.transport': 'web_sockets' });
    exporter.add('messagesSent', 3, about);
    exporter.record('connectionDuration', 2.5, about);
    exporter.observe('bufferedBytes', () => ({ value: 7, attributes: { 'minihub.endpoint': '/a' } }));
    exporter.observe('bufferedBytes', () => ({ value: 8, attributes: { 'minihub.endpoint': '/b' } }));
    const scopes = await collect();
    const found = scopes.flatMap(({ scope, metrics: all }) =>
      all.map(({ descriptor: { name, unit }, dataPoints }) => [scope.name, name, unit, dataPoints.map((p) => p.value)]),
    );
    const dotnet = 'Microsoft.AspNetCore.Http.Connections';
    expect(found).toEqual([
      [dotnet, 'signalr.server.active_connections', '{connection}', [1]],
      [dotnet, 'signalr.server.connection.duration', 's', [expect.objectContaining({ count: 1, sum: 2.5 })]],
      ['@minihub/server', 'minihub.server.messages.sent', '{message}', [3]],
      ['@minihub/server', 'minihub.server.buffered_bytes', 'By', [7, 8]],
    ]);
  });

  it('use the buckets of the table', async () => {
    metrics().record('invocationDuration', 0.002, {});
    const [point] = (await collect())[0]?.metrics[0]?.dataPoints ?? [];
    expect(point?.value).toMatchObject({ buckets: { boundaries: serverMetrics.invocationDuration.buckets } });
  });

  it('read a gauge each time somebody looks', async () => {
    let value = 1;
    metrics().observe('bufferedBytes', () => ({ value, attributes: {} }));
    await collect();
    value = 2;
    expect((await collect())[0]?.metrics[0]?.dataPoints[0]?.value).toBe(2);
  });
});
