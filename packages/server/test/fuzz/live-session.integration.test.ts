import { createJsonCodec, createMessagePackCodec, encodeHandshakeRequest, MessageType } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { trapFaults } from '../support/fault-trap.ts';
import { anyStep, chunksOf, createHostileHub } from '../support/hostile.ts';
import { createGate, Inbox } from '../support/inbox.ts';
import { startServer } from '../support/start-server.ts';
import { turns } from '../support/turn.ts';

trapFaults();

const codecs = { json: createJsonCodec(), messagepack: createMessagePackCodec() };
const shape = fc.record({
  protocol: fc.constantFrom('json' as const, 'messagepack' as const),
  steps: fc.array(anyStep, { maxLength: 25 }),
  end: fc.constantFrom('close' as const, 'terminate' as const),
});

async function openSocket(url: string, codec: (typeof codecs)['json']): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(encodeHandshakeRequest({ protocol: codec.name, version: 1 }));
  return socket;
}

describe('a live session over WebSockets', () => {
  it('survives whatever a peer sends, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const { hub, state } = createHostileHub();
    const openGate = (): void => {
      state.gate.open();
      state.gate = createGate();
    };
    await using server = await startServer((hubs) => hubs.map('/hub', hub, { limits: { maxPendingInvocations: 4 } }));
    const neighbour = await openSocket(server.wsUrl('/hub'), codecs.json);
    const answers = new Inbox<string>();
    neighbour.on('message', (data: Buffer) => {
      // What the hostile peers make the hub tell and ask everybody is not looked at.
      for (const record of data.toString().split('\u001e')) if (record.includes('"type":3')) answers.put(record);
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(shape, async ({ protocol, steps, end }) => {
        const socket = await openSocket(server.wsUrl('/hub'), codecs[protocol]);
        for (const step of steps) {
          for (const chunk of chunksOf(step, codecs[protocol])) socket.send(chunk);
          if (step.do === 'turn') await turns(1);
          else if (step.do === 'open gate') openGate();
        }
        socket[end]();
        while (server.hubs.connectionCount > 1) {
          openGate();
          await turns(1);
        }
        const invocationId = `n${run++}`;
        const call = { type: MessageType.Invocation, invocationId, target: 'add', arguments: [40, 2] };
        neighbour.send(codecs.json.encode(call));
        expect(JSON.parse(await answers.next())).toEqual({ type: 3, invocationId, result: 42 });
        expect(await server.hubs.hub(hub).groups.count('all')).toBe(1);
      }),
      { numRuns: 60 },
    );
    neighbour.terminate();
    while (server.hubs.connectionCount > 0) {
      openGate();
      await turns(1);
    }
    expect(await server.hubs.hub(hub).groups.names()).toEqual([]);
  });
});
