import { type HubMessage, MessageType } from '@minihub/protocol';
import { createHubServer, defineHub, HubError, type HubFilter, method, stream, upload } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FilterChain } from '../../src/filters/filter-chain.ts';
import { createDeferred } from '../support/deferred.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

trapFaults();

const invocation = (target: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  invocationId: '1',
  target,
  arguments: args,
});
const streamInvocation = (target: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.StreamInvocation,
  invocationId: '1',
  target,
  arguments: args,
});

/** A hub that writes down what happens to it, behind filters. */
function createScene(filters: readonly HubFilter[]) {
  const story: string[] = [];
  const hub = defineHub()({
    connected: () => {
      story.push('connected');
    },
    disconnected: (_, { cause }) => {
      story.push(`disconnected: ${cause}`);
    },
    methods: {
      Say: method([z.string().trim()], (_, text) => {
        story.push(`say ${text}`);
        return text;
      }),
      never: method([], () => 'a secret', { authorize: () => false }),
      fail: method([], () => {
        story.push('fail');
        throw new RangeError('a secret');
      }),
      count: stream([z.number()], async function* (_, to) {
        for (let n = 1; n <= to; n++) yield n;
      }),
      sum: method([upload(z.number()), z.number()], async (_, numbers, factor) => {
        let sum = 0;
        for await (const n of numbers) sum += n;
        return sum * factor;
      }),
      endless: stream([], async function* ({ signal }) {
        try {
          for (let n = 0; !signal.aborted; n++) {
            yield n;
            await turns(1);
          }
        } finally {
          story.push('ended');
        }
      }),
    },
  });
  const chain = filters.length === 0 ? undefined : new FilterChain(filters);
  return { story, harness: new HubHarness(hub, {}, false, { filters: chain }) };
}

/** A filter that writes down when it begins and ends. */
function noting(story: string[], name: string): HubFilter {
  return {
    async invoke({ method: target }, next) {
      story.push(`${name} before ${target}`);
      const result = await next();
      story.push(`${name} after ${target}`);
      return result;
    },
    async connected(_, next) {
      story.push(`${name} before connected`);
      await next();
      story.push(`${name} after connected`);
    },
    async disconnected(_context, { cause }, next) {
      story.push(`${name} before disconnected: ${cause}`);
      await next();
      story.push(`${name} after disconnected`);
    },
  };
}

async function answerOf(client: MemoryClient, ...messages: HubMessage[]): Promise<HubMessage | undefined> {
  client.send(...messages);
  await turns(8);
  return client.completions['1'];
}

const items = (client: MemoryClient): unknown[] =>
  client.received.flatMap((message) => (message.type === MessageType.StreamItem ? [message.item] : []));

describe('filters', () => {
  it('go around methods and hooks, the first outermost', async () => {
    const notes: string[] = [];
    const { harness, story } = createScene([noting(notes, 'a'), noting(notes, 'b')]);
    const client = await harness.connect();
    expect(await answerOf(client, invocation('say', ' hi '))).toMatchObject({ result: 'hi' });
    client.send({ type: MessageType.Close });
    await turns();
    expect(notes).toEqual([
      ...['a before connected', 'b before connected', 'b after connected', 'a after connected'],
      ...['a before Say', 'b before Say', 'b after Say', 'a after Say'],
      ...['a before disconnected: client', 'b before disconnected: client'],
      ...['b after disconnected', 'a after disconnected'],
    ]);
    expect(story).toEqual(['connected', 'say hi', 'disconnected: client']);
  });

  it('see what is called: the name as defined, the kind, validated arguments and the context', async () => {
    const seen: unknown[] = [];
    const { harness } = createScene([
      {
        invoke(call, next) {
          seen.push([call.method, call.kind, call.arguments, call.context.user, call.context.headers]);
          return next();
        },
      },
    ]);
    const client = await harness.connect({ user: 'ada' });
    client.send({ ...invocation('SAY', '  hi'), headers: { traceparent: '00' } } as HubMessage);
    await turns();
    client.send(streamInvocation('count', 2));
    await turns();
    expect(seen).toEqual([
      ['Say', 'method', ['hi'], 'ada', { traceparent: '00' }],
      ['count', 'stream', [2], 'ada', {}],
    ]);
  });

  it('change arguments for the filters inside of them and for the method', async () => {
    const inner: unknown[] = [];
    const { harness } = createScene([
      { invoke: ({ arguments: [text] }, next) => next([`${text}!`]) },
      {
        invoke({ arguments: args }, next) {
          inner.push(args);
          return next();
        },
      },
    ]);
    expect(await answerOf(await harness.connect(), invocation('say', 'hi'))).toMatchObject({ result: 'hi!' });
    expect(inner).toEqual([['hi!']]);
  });

  it('change the answer', async () => {
    const { harness } = createScene([{ invoke: async (_, next) => `<${await next()}>` }]);
    expect(await answerOf(await harness.connect(), invocation('say', 'hi'))).toMatchObject({ result: '<hi>' });
  });

  it('refuse a call with a text for the caller, and the method does not run', async () => {
    const { harness, story } = createScene([
      {
        invoke() {
          throw new HubError('Not today.');
        },
      },
    ]);
    expect(await answerOf(await harness.connect(), invocation('say', 'hi'))).toMatchObject({
      error: "An unexpected error occurred invoking 'say' on the server. HubException: Not today.",
    });
    expect(story).toEqual(['connected']);
  });

  it('keep what else they throw on the server, and log it', async () => {
    const { harness } = createScene([
      {
        async invoke() {
          throw new TypeError('a secret');
        },
      },
    ]);
    expect(await answerOf(await harness.connect(), invocation('say', 'hi'))).toEqual({
      type: MessageType.Completion,
      invocationId: '1',
      error: "An unexpected error occurred invoking 'say' on the server.",
    });
    expect(harness.log.of('methodThrew')).toMatchObject([{ error: new TypeError('a secret'), target: 'say' }]);
  });

  it('catch what the method throws', async () => {
    const { harness } = createScene([{ invoke: (_, next) => next().catch((error) => (error as Error).name) }]);
    expect(await answerOf(await harness.connect(), invocation('fail'))).toMatchObject({ result: 'RangeError' });
    expect(harness.log.of('methodThrew')).toEqual([]);
  });

  it('run a method again', async () => {
    const { harness, story } = createScene([{ invoke: (_, next) => next().catch(() => next()) }]);
    await answerOf(await harness.connect(), invocation('fail'));
    expect(story.filter((line) => line === 'fail')).toHaveLength(2);
  });

  it('answer without the method', async () => {
    const { harness, story } = createScene([{ invoke: () => 'cached' }]);
    expect(await answerOf(await harness.connect(), invocation('say', 'hi'))).toMatchObject({ result: 'cached' });
    expect(story).toEqual(['connected']);
  });

  it('hold the turn of the connection while they wait', async () => {
    const gate = createDeferred();
    const { harness, story } = createScene([
      {
        async invoke({ arguments: [text] }, next) {
          if (text === 'first') await gate.promise;
          return next();
        },
      },
    ]);
    const client = await harness.connect();
    client.send(invocation('say', 'first'), { ...invocation('say', 'second'), invocationId: '2' } as HubMessage);
    await turns();
    expect(story).toEqual(['connected']);
    gate.resolve();
    await turns();
    expect(story).toEqual(['connected', 'say first', 'say second']);
  });

  it.each([
    ['that is not allowed', invocation('never')],
    ['whose arguments do not fit', invocation('say', 42)],
    ['of a method that does not exist', invocation('constructor')],
    ['of a stream as a method', invocation('count', 1)],
  ])('do not see a call %s', async (_, message) => {
    const notes: string[] = [];
    const { harness } = createScene([noting(notes, 'a')]);
    expect(await answerOf(await harness.connect(), message)).toHaveProperty('error');
    expect(notes.filter((note) => !note.includes('connected'))).toEqual([]);
  });

  it('wrap uploads', async () => {
    async function* doubled(numbers: AsyncIterable<number>): AsyncGenerator<number> {
      for await (const n of numbers) yield n * 2;
    }
    const { harness } = createScene([
      { invoke: ({ arguments: [numbers, factor] }, next) => next([doubled(numbers as AsyncIterable<number>), factor]) },
    ]);
    const answer = await answerOf(
      await harness.connect(),
      { type: MessageType.Invocation, invocationId: '1', target: 'sum', arguments: [10], streamIds: ['u'] },
      { type: MessageType.StreamItem, invocationId: 'u', item: 1 },
      { type: MessageType.StreamItem, invocationId: 'u', item: 2 },
      { type: MessageType.Completion, invocationId: 'u' },
    );
    expect(answer).toMatchObject({ result: 60 });
  });
});

describe('filters around streams', () => {
  const squares: HubFilter = {
    async invoke({ kind }, next) {
      const result = await next();
      if (kind === 'method') return result;
      return (async function* () {
        for await (const n of result as AsyncIterable<number>) yield n * n;
      })();
    },
  };

  it('see and change the items', async () => {
    const { harness } = createScene([squares]);
    const client = await harness.connect();
    expect(await answerOf(client, streamInvocation('count', 3))).toEqual({
      type: MessageType.Completion,
      invocationId: '1',
    });
    expect(items(client)).toEqual([1, 4, 9]);
  });

  it('pass on that the client listens no more', async () => {
    const { harness, story } = createScene([squares]);
    const client = await harness.connect();
    client.send(streamInvocation('endless'));
    await turns(10);
    client.send({ type: MessageType.CancelInvocation, invocationId: '1' });
    await turns(10);
    expect(client.completions['1']).toEqual({ type: MessageType.Completion, invocationId: '1' });
    expect(story).toEqual(['connected', 'ended']);
  });

  it('that answer with something else than a stream fail it', async () => {
    const { harness } = createScene([{ invoke: () => 42 }]);
    expect(await answerOf(await harness.connect(), streamInvocation('count', 3))).toMatchObject({
      error: expect.stringContaining('is not a ChannelReader<> or IAsyncEnumerable<>'),
    });
  });
});

describe('filters around the life of a connection', () => {
  it('refuse it: the client is told, and neither `connected` nor `disconnected` runs', async () => {
    const { harness, story } = createScene([
      {
        connected() {
          throw new HubError('Full.');
        },
        disconnected: (_context, _info, next) => {
          story.push('never');
          return next();
        },
      },
    ]);
    const client = await harness.connect();
    expect(client.received).toEqual([
      { type: MessageType.Close, error: 'Connection closed with an error. HubException: Full.' },
    ]);
    expect(story).toEqual([]);
    expect(harness.log.of('hubErrorThrown')).toMatchObject([{ target: 'connected' }]);
  });

  it('run for hubs without hooks', async () => {
    const notes: string[] = [];
    const filters = new FilterChain([noting(notes, 'a')]);
    const harness = new HubHarness(defineHub()({ methods: {} }), {}, false, { filters });
    const client = await harness.connect();
    client.transport.end();
    await turns();
    expect(notes).toEqual([
      ...['a before connected', 'a after connected', 'a before disconnected: client', 'a after disconnected'],
    ]);
    expect(harness.released).toEqual([client.id]);
  });

  it('are logged when they throw at the end, and the connection is let go', async () => {
    const { harness } = createScene([
      {
        disconnected() {
          throw new TypeError('broken');
        },
      },
    ]);
    const client = await harness.connect();
    client.transport.end();
    await turns();
    expect(harness.log.of('disconnectedThrew')).toMatchObject([{ error: new TypeError('broken') }]);
    expect(harness.released).toEqual([client.id]);
  });
});

describe('without filters', () => {
  it.each([
    ['there are none', []],
    ['there are none around methods', [noting([], 'a')].map(({ connected }) => ({ connected }) as HubFilter)],
  ])('a method that answers at once is answered in the same turn, when %s', async (_, filters) => {
    const { harness } = createScene(filters);
    const client = await harness.connect();
    client.send(invocation('say', 'hi'));
    harness.flushQueue.flushAll();
    expect(client.completions['1']).toMatchObject({ result: 'hi' });
  });
});

describe('the option `filters`', () => {
  it.each([
    ['not an object', 'log'],
    ['empty', {}],
    ['no function', { invoke: true }],
    ['of an unknown kind', { onInvoke() {} }],
    ['null', null],
  ])('refuses a filter that is %s', (_, filter) => {
    const hubs = createHubServer();
    const map = (): unknown => hubs.map('/hub', defineHub()({ methods: {} }), { filters: [filter as HubFilter] });
    expect(map).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
  });
});
