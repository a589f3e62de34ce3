import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineHub, HubError, method, serverMetrics } from '@minihub/server';
import { prometheus } from '@minihub/server/prometheus';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RawClient } from '../support/raw-client.ts';
import { startServer } from '../support/start-server.ts';

const hub = defineHub()({
  methods: {
    ok: method([], () => 'ok'),
    no: method([], () => {
      throw new HubError('no');
    }),
  },
});

/** Lines of an exposition by name and labels. */
function parse(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('metrics for Prometheus', () => {
  it('tell what happened on a hub and on a raw endpoint', async () => {
    const metrics = prometheus();
    await using server = await startServer(
      (hubs) => {
        hubs.map('/hub', hub);
        hubs.mapRaw('/raw', { message: (connection, data) => connection.send(data) });
      },
      { metrics },
      0,
      (request, response) => void metrics.answer(request, response),
    );
    const client = await RawClient.connect(server.wsUrl('/hub'));
    for (const target of ['ok', 'no', 'unknown']) await client.invoke(target);
    const raw = await RawClient.open(server.wsUrl('/raw'));
    raw.text('hello');
    await raw.frames.next();
    const scrape = async (): Promise<Map<string, number>> => {
      const response = await fetch(server.url('/metrics'));
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      return parse(await response.text());
    };
    const values = await scrape();
    const about = 'minihub_endpoint="/hub"';
    expect(values.get(`signalr_server_active_connections{${about},signalr_transport="web_sockets"}`)).toBe(1);
    const count = 'minihub_server_invocation_duration_seconds_count';
    expect(values.get(`${count}{${about},rpc_method="ok",minihub_outcome="ok"}`)).toBe(1);
    expect(values.get(`${count}{${about},rpc_method="no",minihub_outcome="hub_error"}`)).toBe(1);
    expect(values.get(`minihub_server_refusals_total{${about},minihub_reason="unknown_method"}`)).toBe(1);
    expect(values.get(`minihub_server_messages_received_total{${about}}`)).toBe(3);
    expect(values.get('minihub_server_bytes_received_total{minihub_endpoint="/raw"}')).toBe(5);
    expect(values.get(`minihub_server_buffered_bytes{${about}}`)).toBe(0);
    await client.close();
    await expect
      .poll(async () =>
        (await scrape()).get(`signalr_server_active_connections{${about},signalr_transport="web_sockets"}`),
      )
      .toBe(0);
    await expect
      .poll(async () => [...(await scrape()).keys()].filter((key) => key.includes('connection_duration_seconds_count')))
      .toEqual([expect.stringContaining('signalr_connection_status="normal_closure"')]);
    await raw.close();
  });

  it('have a name and a help text each, and nothing is left out', async () => {
    const registry = new Registry();
    prometheus({ registry });
    const all = await registry.getMetricsAsJSON();
    expect(all.map(({ help }) => help)).toEqual(Object.values(serverMetrics).map(({ description }) => description));
    for (const { name } of all) expect(name).toMatch(/^(signalr|minihub)_server_[a-z_]+$/);
  });

  it('stand beside others in one registry', async () => {
    const registry = new Registry();
    const metrics = prometheus({ registry });
    const http = createServer((request, response) => void metrics.answer(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void http.close());
    const text = await (await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`)).text();
    expect(text).toContain('# TYPE signalr_server_connection_duration_seconds histogram');
    expect(metrics.registry).toBe(registry);
  });
});
