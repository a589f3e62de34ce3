import { type HubMessage, MessageType } from '@minihub/protocol';
import { createHubServer, defineHub, HubError, type Metrics, method, serverMetrics, stream } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EndpointMetrics } from '../../src/metrics/endpoint-metrics.ts';
import { createRawHarness } from '../raw/support/raw-harness.ts';
import { createDeferred } from '../support/deferred.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { RecordingMetrics } from '../support/recording-metrics.ts';
import { turns } from '../support/turn.ts';

const slow = createDeferred();
const hub = defineHub()({
  methods: {
    add: method([z.number(), z.number()], (_, a, b) => a + b),
    refuse: method([], () => {
      throw new HubError('no');
    }),
    fail: method([], () => {
      throw new RangeError('a secret');
    }),
    slow: method([], () => slow.promise),
    wait: method([], ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve))),
    never: method([], () => 1, { authorize: () => false }),
    count: stream([], function* () {
      yield 1;
      yield 2;
    }),
    broken: stream([], function* () {
      yield 1;
      throw new HubError('half-way');
    }),
  },
});

function createScene(limits = {}) {
  const metrics = new RecordingMetrics();
  const harness = new HubHarness(hub, limits);
  const { clock, log } = harness;
  const measured = new HubHarness(hub, limits, false, {
    clock,
    metrics: new EndpointMetrics([metrics], { endpoint: '/hub', clock, log: log.log }),
  });
  return { metrics, measured, clock };
}

const attributes = { 'minihub.endpoint': '/hub' };
const invocation = (target: string, id: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  invocationId: id,
  target,
  arguments: args,
});

describe('the metrics of a hub', () => {
  it('count connections, and how long each lasted, under the names of ASP.NET Core', async () => {
    const { metrics, measured, clock } = createScene();
    const client = await measured.connect();
    expect(metrics.sum('activeConnections', { 'signalr.transport': 'web_sockets', ...attributes })).toBe(1);
    clock.advance(2_500);
    client.send({ type: MessageType.Close });
    await turns();
    expect(metrics.sum('activeConnections', { 'signalr.transport': 'web_sockets' })).toBe(0);
    expect(metrics.values('connectionDuration')).toEqual([
      {
        value: 2.5,
        attributes: {
          ...attributes,
          'signalr.transport': 'web_sockets',
          'signalr.connection.status': 'normal_closure',
          'minihub.disconnect.cause': 'client',
        },
      },
    ]);
    expect(serverMetrics.connectionDuration).toMatchObject({ name: 'signalr.server.connection.duration', unit: 's' });
  });

  it('count connections that never finish their handshake', async () => {
    const { metrics, measured } = createScene();
    const client = measured.open({ handshake: false });
    expect(metrics.sum('activeConnections')).toBe(1);
    client.transport.push('no handshake\u001e');
    await turns();
    expect(metrics.sum('activeConnections')).toBe(0);
    expect(metrics.values('connectionDuration')).toHaveLength(1);
  });

  it.each([
    ['shutdown', 'app_shutdown'],
    ['server', 'normal_closure'],
    ['timeout', 'timeout'],
  ] as const)('tell the end %s as %s', async (cause, status) => {
    const { metrics, measured } = createScene();
    const client = await measured.connect();
    if (cause === 'shutdown') measured.host.shutdown();
    else if (cause === 'server') measured.host.disconnect({ kind: 'connections', ids: [client.id] }, {});
    else {
      client.send({ type: MessageType.Ping });
      await measured.pass(31_000);
    }
    await turns();
    expect(metrics.values('connectionDuration')).toMatchObject([
      { attributes: { 'signalr.connection.status': status, 'minihub.disconnect.cause': cause } },
    ]);
  });

  it('count messages and bytes both ways, but for pings', async () => {
    const { metrics, measured } = createScene();
    const client = await measured.connect();
    const before = metrics.sum('bytesReceived');
    client.send({ type: MessageType.Ping }, invocation('add', '1', 1, 2), invocation('add', '2', 1, 2));
    await turns();
    expect(metrics.sum('messagesReceived')).toBe(2);
    const sent = [invocation('add', '1', 1, 2), invocation('add', '2', 1, 2), { type: MessageType.Ping }];
    const sentBytes = sent.reduce((sum, message) => sum + JSON.stringify(message).length + 1, 0);
    expect(metrics.sum('bytesReceived') - before).toBe(sentBytes);
    expect(metrics.sum('messagesSent')).toBe(2);
    const written = client.transport.writes.slice(1).reduce((sum, frame) => sum + frame.length, 0);
    expect(metrics.sum('bytesSent')).toBe(written);
  });

  it.each([
    ['add', [1, 2], 'ok'],
    ['refuse', [], 'hub_error'],
    ['fail', [], 'error'],
    ['add', ['a', 'b'], 'refused'],
    ['never', [], 'refused'],
  ])('time a call of %s with %j as %s', async (target, args, outcome) => {
    const { metrics, measured } = createScene();
    const client = await measured.connect();
    client.send(invocation(target.toUpperCase(), '1', ...args));
    await turns();
    expect(metrics.values('invocationDuration')).toEqual([
      { value: 0, attributes: { ...attributes, 'rpc.method': target, 'minihub.outcome': outcome } },
    ]);
  });

  it.each([
    ['count', 'ok'],
    ['broken', 'hub_error'],
  ])('time the stream %s to its end as %s', async (target, outcome) => {
    const { metrics, measured } = createScene();
    const client = await measured.connect();
    client.send({ type: MessageType.StreamInvocation, invocationId: '1', target, arguments: [] });
    await turns(8);
    expect(metrics.values('invocationDuration')).toMatchObject([{ attributes: { 'minihub.outcome': outcome } }]);
  });

  it('time a call from its turn to its completion', async () => {
    const { metrics, measured, clock } = createScene();
    const client = await measured.connect();
    client.send(invocation('slow', '1'));
    clock.advance(1_250);
    slow.resolve();
    await turns();
    expect(metrics.values('invocationDuration')).toMatchObject([{ value: 1.25 }]);
  });

  it('tell calls apart that were cancelled', async () => {
    const { metrics, measured } = createScene();
    const client = await measured.connect();
    client.send(invocation('wait', '1'), { type: MessageType.CancelInvocation, invocationId: '1' });
    await turns();
    expect(metrics.values('invocationDuration')).toMatchObject([{ attributes: { 'minihub.outcome': 'canceled' } }]);
  });

  it('count each refusal of a call under its reason', async () => {
    const { metrics, measured } = createScene({ maxActiveInvocations: 1 });
    const client = await measured.connect();
    client.send(invocation('constructor', '1'), invocation('count', '2'), invocation('add', '3', 'a', 'b'));
    client.send(invocation('never', '4'));
    await turns();
    client.send(invocation('wait', '5'), invocation('wait', '5'), invocation('add', '6', 1, 2));
    await turns();
    expect(metrics.refusals).toEqual({
      unknown_method: 1,
      wrong_call: 2,
      invalid_arguments: 1,
      method_unauthorized: 1,
      too_many_calls: 1,
    });
    expect(measured.log.of('callRefused').map(({ reason }) => reason)).toEqual([
      'wrong_call',
      'wrong_call',
      'too_many_calls',
    ]);
  });

  it('count slow clients, and show what waits for them', async () => {
    const { metrics, measured } = createScene({ maxBufferedBytes: 1_000 });
    const [slowClient, other] = [await measured.connect(), await measured.connect()];
    slowClient.transport.isStalled = true;
    slowClient.send(invocation('add', '1', 1, 2));
    await turns();
    expect(measured.host.bufferedBytes).toBe(slowClient.transport.bufferedBytes);
    expect(measured.host.bufferedBytes).toBeGreaterThan(0);
    for (let n = 0; n < 50; n++) slowClient.send(invocation('add', `a${n}`, 1, 2));
    await turns();
    expect(metrics.sum('slowClients')).toBe(1);
    expect(metrics.values('connectionDuration')).toMatchObject([
      { attributes: { 'minihub.disconnect.cause': 'slow' } },
    ]);
    expect(other.transport.isOver).toBe(false);
  });
});

describe('the metrics of a raw endpoint', () => {
  it('count connections, messages and bytes', async () => {
    const metrics = new RecordingMetrics();
    const harness = createRawHarness(
      { message: (connection, data) => connection.send(data) },
      {},
      (parts) => new EndpointMetrics([metrics], { endpoint: '/raw', ...parts }),
    );
    const { peer } = harness.connect();
    expect(metrics.sum('activeConnections', { 'minihub.endpoint': '/raw' })).toBe(1);
    peer.push('hello');
    await turns();
    expect(metrics.sum('messagesReceived')).toBe(1);
    expect(metrics.sum('bytesReceived')).toBe(5);
    expect(metrics.sum('messagesSent')).toBe(1);
    harness.host.shutdown();
    await turns();
    expect(metrics.sum('activeConnections')).toBe(0);
    expect(metrics.values('connectionDuration')).toMatchObject([
      { attributes: { 'signalr.connection.status': 'app_shutdown' } },
    ]);
  });
});

describe('an exporter', () => {
  const broken: Metrics = {
    add: () => {
      throw new Error('add');
    },
    record: () => {
      throw new Error('record');
    },
    observe: () => {
      throw new Error('observe');
    },
  };

  it('that throws is logged, and does no harm to the server or to the exporter beside it', async () => {
    const metrics = new RecordingMetrics();
    const { clock, log } = new HubHarness(hub);
    const measured = new HubHarness(hub, {}, false, {
      metrics: new EndpointMetrics([broken, metrics], { endpoint: '/hub', clock, log: log.log }),
    });
    const client = await measured.connect();
    client.send(invocation('add', '1', 1, 2));
    await turns();
    expect(client.completions['1']).toMatchObject({ result: 3 });
    expect(metrics.sum('messagesReceived')).toBe(1);
    expect(new Set(log.events)).toEqual(new Set(['metricsThrew']));
  });

  it('is offered the gauges of every endpoint, hubs and raw ones', () => {
    const metrics = new RecordingMetrics();
    const hubs = createHubServer({ metrics: [metrics, new RecordingMetrics()] });
    hubs.map('/hub', hub);
    hubs.mapRaw('/raw', {});
    expect(metrics.gauges.map(({ name, read }) => ({ name, ...read() }))).toEqual([
      { name: 'bufferedBytes', value: 0, attributes: { 'minihub.endpoint': '/hub' } },
      { name: 'bufferedBytes', value: 0, attributes: { 'minihub.endpoint': '/raw' } },
    ]);
  });
});
