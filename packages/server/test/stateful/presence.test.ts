import { defaultHubLimits, defaultStatefulReconnect, defineHub, HubHandle } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { HubHarness, type MemoryClient } from '../support/hub-harness.ts';
import { MemoryTransport } from '../support/memory-transport.ts';
import { turns } from '../support/turn.ts';

function createScene() {
  const statefulReconnect = { ...defaultStatefulReconnect, windowMs: 60_000 };
  const harness = new HubHarness(defineHub()({ methods: {} }), defaultHubLimits, false, { statefulReconnect });
  const { users } = new HubHandle(harness.host);
  const told: string[] = [];
  users.onChange(({ user, isConnected }) => told.push(`${user} ${isConnected ? 'came' : 'left'}`));
  const open = (): Promise<MemoryClient> => harness.connect({ isStateful: true, version: 2, user: 'ann' });
  const vanish = (client: MemoryClient): void => client.transport.end({ graceful: false, vanished: true });
  return { harness, told, open, vanish };
}

describe('presence with stateful reconnect', () => {
  it('takes a phone that comes back within the window for one that was there', async () => {
    const { harness, told, open, vanish } = createScene();
    const client = await open();
    vanish(client);
    await harness.pass(30_000);
    harness.connections.get(client.id)?.reattach(new MemoryTransport());
    await turns();
    await harness.pass(10_000);
    expect(told).toEqual(['ann came']);
  });

  it('says that a user has left when the window has passed, once', async () => {
    const { harness, told, open, vanish } = createScene();
    vanish(await open());
    await harness.pass(59_000);
    expect(told).toEqual(['ann came']);
    await harness.pass(2_000);
    await turns();
    expect(told).toEqual(['ann came', 'ann left']);
  });

  it('says at once that a user has left who said goodbye', async () => {
    const { told, open } = createScene();
    (await open()).transport.end({ graceful: true });
    await turns();
    expect(told).toEqual(['ann came', 'ann left']);
  });
});
