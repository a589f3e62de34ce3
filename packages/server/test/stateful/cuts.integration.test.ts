import { createJsonCodec, createMessagePackCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { everything } from '../support/everything-hub.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { createRandom } from '../support/random.ts';
import { startServer } from '../support/start-server.ts';
import { StatefulClient } from '../support/stateful-client.ts';

trapFaults();

const codecs = { json: createJsonCodec(), messagepack: createMessagePackCodec() };
const rounds = 500;
const perRound = 8;

async function negotiate(port: number): Promise<string> {
  const url = `http://127.0.0.1:${port}/hub/negotiate?negotiateVersion=1&useStatefulReconnect=true`;
  const answer = (await (await fetch(url, { method: 'POST' })).json()) as { connectionToken: string };
  return answer.connectionToken;
}

/** Waits for what the loop of sockets brings about. */
async function until(condition: () => boolean, about: () => string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${about()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(['json', 'messagepack'] as const)('stateful reconnect with a client written by hand, %s', (protocol) => {
  it(`loses nothing, doubles nothing and keeps the order over ${rounds} cuts, resumes cut as well`, {
    timeout: 180_000,
  }, async () => {
    const random = createRandom();
    await using server = await startServer((hubs) => hubs.map('/hub', everything, { statefulReconnect: true }));
    await using proxy = await startCuttingProxy(server.port);
    const results: unknown[] = [];
    const echoes: unknown[] = [];
    const others: HubMessage[] = [];
    const client = new StatefulClient({
      url: `ws://127.0.0.1:${proxy.port}/hub?id=${await negotiate(server.port)}`,
      codec: codecs[protocol],
      ackEvery: 1 + random.below(12),
      received: (message) => {
        if (message.type === MessageType.Completion && 'result' in message)
          results.push([message.invocationId, message.result]);
        else if (message.type === MessageType.Invocation) echoes.push(message.arguments[0]);
        else others.push(message);
      },
    });
    await client.start();
    const { clients } = server.hubs.hub(everything);
    const about = (): string =>
      `seed ${random.seed}, ${results.length} results, ${echoes.length} echoes, ${proxy.cuts} cuts, refusal ${client.refusal}`;

    for (let round = 0; round < rounds; round++) {
      // Sometimes so soon that the resume itself is cut: nobody waits for the one before to be healed.
      proxy.cutAfter(1 + random.below(random.below(4) === 0 ? 200 : 800), random.below(2) === 0 ? 'up' : 'down');
      for (let i = 0; i < perRound; i++) {
        const n = round * perRound + i;
        client.send({ type: MessageType.Invocation, invocationId: `${n}`, target: 'echo', arguments: [n] });
        void clients.all.echo(n);
        if (random.below(3) === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      if (random.below(3) === 0) await until(() => results.length >= round * perRound, about);
      proxy.cutAll();
      await until(() => proxy.open > 0, about);
    }
    const numbers = Array.from({ length: rounds * perRound }, (_, n) => n);
    await until(() => results.length >= numbers.length && echoes.length >= numbers.length, about);
    expect(results, about()).toEqual(numbers.map((n) => [`${n}`, n]));
    expect(echoes, about()).toEqual(numbers);
    expect(others).toEqual([]);
    expect(proxy.cuts, about()).toBeGreaterThanOrEqual(rounds);
    expect(client.sockets, about()).toBeGreaterThan(rounds / 2);
    // Something must have been under way when it was cut, or nothing was tried.
    expect(client.doubled, about()).toBeGreaterThan(0);
    expect(server.hubs.connectionCount).toBe(1);
    // The good-bye itself must not be cut, or the server waits for the client to come back, as it should.
    await until(() => client.isOpen && proxy.open > 0, about);
    for (const direction of ['up', 'down'] as const) proxy.cutAfter(Number.POSITIVE_INFINITY, direction);
    await client.stop();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });
});
