import { type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { everything } from '../support/everything-hub.ts';
import { createRandom } from '../support/random.ts';
import { startServer } from '../support/start-server.ts';

function build(port: number, protocol: string): HubConnection {
  const builder = new HubConnectionBuilder()
    .withUrl(`http://127.0.0.1:${port}/hub`)
    .withStatefulReconnect()
    .configureLogging(LogLevel.None);
  if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  return builder.build();
}

const rounds = 500;
const perRound = 8;

describe.each(['json', 'messagepack'])('stateful reconnect with the official client, %s', (protocol) => {
  it(`loses nothing, doubles nothing and keeps the order over ${rounds} cuts at random bytes`, {
    timeout: 180_000,
  }, async () => {
    const random = createRandom();
    await using server = await startServer((hubs) => hubs.map('/hub', everything, { statefulReconnect: true }));
    await using proxy = await startCuttingProxy(server.port);
    const client = build(proxy.port, protocol);
    const { clients } = server.hubs.hub(everything);
    const received: number[] = [];
    client.on('echo', (n: number) => {
      received.push(n);
    });
    const closed: unknown[] = [];
    client.onclose((error) => closed.push(error ?? 'closed'));
    await client.start();
    const id = await client.invoke<string>('id');

    for (let round = 0; round < rounds; round++) {
      // The client tries to come back only once, so each cut waits until the one before is healed.
      proxy.cutAfter(1 + random.below(600), random.below(2) === 0 ? 'up' : 'down');
      const first = round * perRound;
      const numbers = Array.from({ length: perRound }, (_, i) => first + i);
      const results = Promise.all(numbers.map((n) => client.invoke<number>('echo', n)));
      for (const n of numbers) {
        await clients.all.echo(n);
        if (random.below(3) === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await results, `seed ${random.seed}, round ${round}, ${closed}`).toEqual(numbers);
      proxy.cutAll();
      expect(await client.invoke('id'), `seed ${random.seed}, round ${round}`).toBe(id);
    }
    const all = Array.from({ length: rounds * perRound }, (_, n) => n);
    await expect.poll(() => received.length).toBe(all.length);
    expect(received, `seed ${random.seed}`).toEqual(all);
    expect(proxy.cuts).toBeGreaterThanOrEqual(rounds);
    expect(closed).toEqual([]);
    await client.stop();
    await expect.poll(() => server.hubs.connectionCount).toBe(0);
  });
});
