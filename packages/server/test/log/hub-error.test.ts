import { defineHub, HubError, logEvents, method, stream } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { HubHarness } from '../support/hub-harness.ts';

const full = new HubError('The room is full.');

const hub = defineHub()({
  methods: {
    join: method([], () => {
      throw full;
    }),
    joinLater: method([], () => Promise.reject(full)),
    items: stream([], function* () {
      yield 1;
      throw full;
    }),
    broken: method([], () => {
      throw new TypeError('a mistake');
    }),
  },
});

describe('a HubError', () => {
  it('is an answer and no trouble: it is logged below what operators look at', async () => {
    const harness = new HubHarness(hub);
    const client = await harness.connect();
    for (const target of ['join', 'joinLater']) client.invoke(target, target);
    client.send({ type: 4, invocationId: 'items', target: 'items', arguments: [] });
    await harness.pass(0);
    const about = (target: string) => ({ connectionId: client.id, target, error: full });
    expect(harness.log.of('hubErrorThrown')).toEqual([about('join'), about('joinLater'), about('items')]);
    expect(harness.log.of('methodThrew')).toEqual([]);
    expect(logEvents.hubErrorThrown[0]).toBe('debug');
  });

  it('is told apart from what a method throws by mistake', async () => {
    const harness = new HubHarness(hub);
    const client = await harness.connect();
    client.invoke('1', 'broken');
    await harness.pass(0);
    expect(harness.log.of('methodThrew')).toMatchObject([{ target: 'broken', error: new TypeError('a mistake') }]);
    expect(harness.log.of('hubErrorThrown')).toEqual([]);
  });
});
