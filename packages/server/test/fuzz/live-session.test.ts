import { HubHandle } from '@minihub/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trapFaults } from '../support/fault-trap.ts';
import { anyStep, chunksOf, createHostileHub, type HostileClient, type HostileStep } from '../support/hostile.ts';
import { HubHarness, type MemoryClient, type ProtocolName } from '../support/hub-harness.ts';
import { createGate } from '../support/inbox.ts';
import { turns } from '../support/turn.ts';

trapFaults();

const limits = { maxPendingInvocations: 4, maxActiveInvocations: 16, uploadBufferItems: 2, maxBufferedBytes: 20_000 };
const shape = fc.record({
  protocol: fc.constantFrom<ProtocolName>('json', 'messagepack'),
  shakesHands: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  // With `slow` the connected hook waits for the gate, so that everything can come before it is done.
  query: fc.constantFrom('', '', 'slow'),
  steps: fc.array(anyStep, { maxLength: 25 }),
  end: fc.constantFrom('properly', 'broken', 'server'),
});

/** Plays steps against one connection. Whatever it sends, no call into the server may throw. */
async function play(harness: HubHarness, client: MemoryClient, steps: readonly HostileStep[], openGate: () => void) {
  const { clients, disconnect } = handleOf(harness);
  for (const step of steps) {
    for (const chunk of chunksOf(step, client.codec)) client.transport.push(chunk);
    if (step.do === 'turn') await turns(1);
    else if (step.do === 'open gate') openGate();
    else if (step.do === 'broadcast') void clients.all.message('x'.repeat(3_000));
    else if (step.do === 'kick') await disconnect(client.id);
    else if (step.do === 'stall') client.transport.isStalled = true;
    else if (step.do === 'drain') client.transport.drain();
    else if (step.do === 'pass') await harness.pass(step.ms);
  }
}

function handleOf(harness: HubHarness) {
  const handle = new HubHandle<HostileClient>(harness.host);
  return { clients: handle.clients, disconnect: (connection: string) => handle.disconnect({ connection }) };
}

describe('a live session', () => {
  it('survives whatever a peer sends, cut anywhere, at any moment, and leaves nothing behind', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ protocol, shakesHands, query, steps, end }) => {
        const { hub, state } = createHostileHub();
        const harness = new HubHarness(hub, limits);
        const neighbour = await harness.connect();
        const client = harness.open({ protocol, query, handshake: shakesHands });
        const openGate = (): void => {
          state.gate.open();
          state.gate = createGate();
        };
        await play(harness, client, steps, openGate);

        if (end === 'server') await handleOf(harness).disconnect(client.id);
        client.transport.end({ graceful: end === 'properly' });
        for (let i = 0; i < 500 && harness.host.openConnections > 1; i++) {
          openGate();
          await turns(3);
        }
        expect(harness.released).toEqual([client.id]);
        expect(harness.host.openConnections).toBe(1);
        expect(harness.host.connectionCount).toBe(1);
        expect(await harness.host.groups.names()).toEqual(['all']);
        expect(await harness.host.groups.of(client.id)).toEqual([]);

        // Nobody else has noticed anything.
        neighbour.invoke('n', 'add', 40, 2);
        await turns(2);
        expect(neighbour.completions.n).toEqual({ type: 3, invocationId: 'n', result: 42 });

        neighbour.transport.end();
        openGate();
        await turns(4);
        await harness.pass(6_000);
        openGate();
        await turns(4);
        expect([harness.host.openConnections, harness.clock.pending]).toEqual([0, 0]);
        expect(await harness.host.groups.names()).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
