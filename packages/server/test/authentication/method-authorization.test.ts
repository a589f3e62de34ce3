import { type HubMessage, MessageType } from '@minihub/protocol';
import { defineHub, HubError, method, stream } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeferred } from '../support/deferred.ts';
import { HubHarness } from '../support/hub-harness.ts';
import { turns } from '../support/turn.ts';

function createScene() {
  const ran: string[] = [];
  const gate = createDeferred<boolean>();
  const adminOnly = { authorize: ({ user }: { user: string | undefined }) => user === 'admin' };
  const hub = defineHub()({
    methods: {
      Purge: method([z.string()], (_, room) => ran.push(room), adminOnly),
      watch: stream([], () => ran, adminOnly),
      slow: method([], () => ran.push('slow'), { authorize: () => gate.promise }),
      broken: method([], () => ran.push('broken'), {
        authorize: () => {
          throw new HubError('a secret');
        },
      }),
      truthy: method([], () => ran.push('truthy'), { authorize: () => true }),
      open: method([], () => ran.push('open')),
    },
  });
  return { ran, gate, harness: new HubHarness(hub, {}, true) };
}

const invocation = (target: string, ...args: unknown[]): HubMessage => ({
  type: MessageType.Invocation,
  invocationId: '1',
  target,
  arguments: args,
});

describe('authorization of a method', () => {
  it('lets pass whom it knows', async () => {
    const { harness, ran } = createScene();
    const client = await harness.connect({ user: 'admin' });
    client.send(invocation('purge', 'lobby'));
    await turns();
    expect(ran).toEqual(['lobby']);
  });

  it.each([
    ['a method', invocation('pURGE', 'lobby'), 'pURGE'],
    ['a method, before the arguments are looked at', invocation('purge', 42), 'purge'],
    ['a stream', { type: MessageType.StreamInvocation, invocationId: '1', target: 'watch', arguments: [] }, 'watch'],
  ] as const)('refuses %s with the text of SignalR, whatever `detailedErrors` says', async (_, message, target) => {
    const { harness, ran } = createScene();
    const client = await harness.connect({ user: 'guest' });
    client.send(message);
    await turns();
    expect(client.completions['1']).toEqual({
      type: MessageType.Completion,
      invocationId: '1',
      error: `Failed to invoke '${target}' because user is unauthorized`,
    });
    expect(ran).toEqual([]);
    expect(harness.log.of('unauthorizedCall')).toEqual([{ connectionId: client.id, target }]);
  });

  it('refuses when it throws, and says no more than that', async () => {
    const { harness, ran } = createScene();
    const client = await harness.connect();
    client.send(invocation('broken'));
    await turns();
    expect(client.completions['1']).toMatchObject({ error: "Failed to invoke 'broken' because user is unauthorized" });
    expect(harness.log.of('methodThrew')).toMatchObject([{ error: new HubError('a secret') }]);
    expect(ran).toEqual([]);
  });

  it.each([true, false])('is waited for, and holds the turn of the connection: %s', async (isAllowed) => {
    const { harness, ran, gate } = createScene();
    const client = await harness.connect();
    client.send(invocation('slow'), { ...invocation('open'), invocationId: '2' } as HubMessage);
    await turns();
    expect(ran).toEqual([]);
    gate.resolve(isAllowed);
    await turns();
    expect(ran).toEqual(isAllowed ? ['slow', 'open'] : ['open']);
  });

  it('refuses a call without an id silently: nobody waits for an answer', async () => {
    const { harness, ran } = createScene();
    const client = await harness.connect();
    client.send({ type: MessageType.Invocation, target: 'purge', arguments: ['lobby'] });
    await turns();
    expect([client.received, ran]).toEqual([[], []]);
  });

  it('asks each method for itself', async () => {
    const { harness, ran } = createScene();
    const client = await harness.connect();
    client.send(invocation('truthy'), { ...invocation('purge', 'x'), invocationId: '2' } as HubMessage);
    client.send({ ...invocation('open'), invocationId: '3' } as HubMessage);
    await turns();
    expect(ran).toEqual(['truthy', 'open']);
  });
});
