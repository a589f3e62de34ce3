import { type HubMessage, MessageType } from '@minihub/protocol';
import { createHubServer, defineHub, HubError, method, stream } from '@minihub/server';
import { tracing } from '@minihub/server/opentelemetry';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FilterChain } from '../../src/filters/filter-chain.ts';
import { HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

const exporter = new InMemorySpanExporter();

beforeAll(() => {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
});

afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

beforeEach(() => exporter.reset());

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=1', baggage: 'tenant=t1' };

/** What the methods saw: the active span's id, and the baggage. */
const seen: (string | undefined)[] = [];
const look = (): void => {
  seen.push(trace.getActiveSpan()?.spanContext().spanId);
};

const hub = defineHub()({
  methods: {
    Say: method([z.string()], async (_, text) => {
      await turns(1);
      look();
      return text;
    }),
    baggage: method([], () => propagation.getActiveBaggage()?.getEntry('tenant')?.value),
    inner: method([], () => trace.getTracer('inner').startActiveSpan('inner', (span) => span.end())),
    refuse: method([], () => {
      throw new HubError('Not today.');
    }),
    text: method([], () => {
      throw 'a text';
    }),
    count: stream([], async function* () {
      look();
      yield 1;
      await turns(1);
      look();
      yield 2;
    }),
    plain: stream([], () => [1, 2, 3]),
    broken: stream([], async function* () {
      yield 1;
      throw new RangeError('half-way');
    }),
    endless: stream([], async function* ({ signal }) {
      for (let n = 0; !signal.aborted; n++) {
        yield n;
        await turns(1);
      }
    }),
    nothing: stream([], () => 42 as unknown as Iterable<number>),
  },
});

async function connect(options = {}): Promise<{ client: MemoryClient; harness: HubHarness }> {
  const harness = new HubHarness(hub, {}, false, { filters: new FilterChain([tracing(options)]) });
  seen.length = 0;
  return { harness, client: await harness.connect() };
}

const invocation = (target: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  invocationId: '1',
  target,
  arguments: args,
  headers,
});
const streamInvocation = (target: string): HubMessage => ({
  type: MessageType.StreamInvocation,
  invocationId: '1',
  target,
  arguments: [],
});

const spanOf = (name: string): ReadableSpan | undefined =>
  exporter.getFinishedSpans().find((span) => span.name === name);

describe('tracing', () => {
  it('makes spans as ASP.NET Core does: names, source, attributes, kinds', async () => {
    const { client } = await connect();
    client.send(invocation('SAY', 'a secret'));
    await turns(8);
    client.send({ type: MessageType.Close });
    await turns(8);
    const about = (span: ReadableSpan): unknown => [span.name, span.kind, span.attributes];
    const rpc = (name: string) => ({ 'rpc.system': 'signalr', 'rpc.service': 'hub', 'rpc.method': name });
    expect(exporter.getFinishedSpans().map(about)).toEqual([
      ['hub/OnConnectedAsync', SpanKind.INTERNAL, rpc('OnConnectedAsync')],
      ['hub/Say', SpanKind.SERVER, rpc('Say')],
      [
        'hub/OnDisconnectedAsync',
        SpanKind.INTERNAL,
        { ...rpc('OnDisconnectedAsync'), 'minihub.disconnect.cause': 'client' },
      ],
    ]);
    for (const span of exporter.getFinishedSpans()) {
      expect(span.instrumentationScope.name).toBe('Microsoft.AspNetCore.SignalR.Server');
    }
    expect(JSON.stringify(exporter.getFinishedSpans().map(({ attributes }) => attributes))).not.toContain('a secret');
  });

  it('continues the trace of the message, state and baggage too', async () => {
    const { client } = await connect();
    client.send(invocation('say', 'hi'));
    await turns(8);
    const span = spanOf('hub/Say');
    expect(span?.spanContext()).toMatchObject({ traceId });
    expect(span?.spanContext().traceState?.get('vendor')).toBe('1');
    expect(span?.parentSpanContext).toMatchObject({ spanId, isRemote: true });
    client.send({ ...invocation('baggage'), invocationId: '2' } as HubMessage);
    await turns(8);
    expect(client.completions['2']).toMatchObject({ result: 't1' });
  });

  it.each([
    ['none', undefined],
    ['a broken one', { traceparent: 'what?' }],
    ['an empty one', { traceparent: '' }],
  ])('begins a trace where the message has %s', async (_, given) => {
    const { client } = await connect();
    client.send({ ...invocation('say', 'hi'), headers: given } as HubMessage);
    await turns(8);
    expect(spanOf('hub/Say')?.parentSpanContext).toBeUndefined();
    expect(spanOf('hub/Say')?.spanContext().traceId).not.toBe(traceId);
  });

  it('keeps the span active while the method runs, so that spans in it are its children', async () => {
    const { client } = await connect();
    client.send(invocation('say', 'hi'));
    await turns(8);
    expect(seen).toEqual([spanOf('hub/Say')?.spanContext().spanId]);
    client.send({ ...invocation('inner'), invocationId: '2' } as HubMessage);
    await turns(8);
    expect(spanOf('inner')?.parentSpanContext?.spanId).toBe(spanOf('hub/inner')?.spanContext().spanId);
  });

  it.each([
    ['refuse', 'HubError', 'Not today.'],
    ['text', 'string', 'a text'],
  ])('records that %s threw', async (target, type, message) => {
    const { client } = await connect();
    client.send(invocation(target));
    await turns(8);
    const span = spanOf(`hub/${target}`);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span?.attributes['error.type']).toBe(type);
    expect(span?.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': message } }]);
    expect(client.completions['1']).toHaveProperty('error');
  });

  it('names hubs by their path in one form, or as it is told', async () => {
    const { client } = await connect({ hubName: () => 'MyApp.ChatHub' });
    client.send(invocation('say', 'hi'));
    await turns(8);
    expect(spanOf('MyApp.ChatHub/Say')?.attributes['rpc.service']).toBe('MyApp.ChatHub');
  });

  it('is a filter for every hub', () => {
    expect(() => createHubServer({ filters: [tracing()] }).map('/hub', hub)).not.toThrow();
  });
});

describe('tracing of a stream', () => {
  it('keeps the span active while the stream is read, and ends it at its end', async () => {
    const { client } = await connect();
    client.send(streamInvocation('count'));
    await turns(10);
    const span = spanOf('hub/count');
    expect(seen).toEqual([span?.spanContext().spanId, span?.spanContext().spanId]);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(client.received.filter(({ type }) => type === MessageType.StreamItem)).toHaveLength(2);
  });

  it('takes iterables that are not asynchronous', async () => {
    const { client } = await connect();
    client.send(streamInvocation('plain'));
    await turns(10);
    expect(client.received.filter(({ type }) => type === MessageType.StreamItem)).toHaveLength(3);
    expect(spanOf('hub/plain')).toBeDefined();
  });

  it('records what broke it, once', async () => {
    const { client } = await connect();
    client.send(streamInvocation('broken'));
    await turns(10);
    expect(spanOf('hub/broken')).toMatchObject({ status: { code: SpanStatusCode.ERROR, message: 'half-way' } });
    expect(spanOf('hub/broken')?.events).toHaveLength(1);
    expect(client.completions['1']).toHaveProperty('error');
  });

  it('ends the span when the client listens no more', async () => {
    const { client } = await connect();
    client.send(streamInvocation('endless'));
    await turns(10);
    expect(spanOf('hub/endless')).toBeUndefined();
    client.send({ type: MessageType.CancelInvocation, invocationId: '1' });
    await turns(10);
    expect(spanOf('hub/endless')?.status.code).toBe(SpanStatusCode.UNSET);
    expect(client.completions['1']).toEqual({ type: MessageType.Completion, invocationId: '1' });
  });

  it('records that the method returned none', async () => {
    const { client } = await connect();
    client.send(streamInvocation('nothing'));
    await turns(10);
    expect(spanOf('hub/nothing')?.status.code).toBe(SpanStatusCode.ERROR);
    expect(client.completions['1']).toMatchObject({ error: expect.stringContaining('IAsyncEnumerable') });
  });
});
