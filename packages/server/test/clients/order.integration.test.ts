import { defineHub, method, upload } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { everything } from '../support/everything-hub.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { createGate, Inbox } from '../support/inbox.ts';
import { RawClient, records } from '../support/raw-client.ts';
import { startServer } from '../support/start-server.ts';

const invocation = (id: number | string, target: string, ...args: unknown[]): object => ({
  type: 1,
  invocationId: String(id),
  target,
  arguments: args,
});
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the order of invocations', () => {
  trapFaults();

  /** A hub whose `work` takes a few turns of the loop, fewer each time, and notes begin and end. */
  function createWorkHub() {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const hub = defineHub()({
      methods: {
        work: method([z.number()], async (_, n) => {
          begun.push(n);
          most = Math.max(most, ++running);
          for (let turns = 3 - (n % 4); turns > 0; turns--) await turn();
          running--;
          return n;
        }),
      },
    });
    return { hub, begun, most: () => most };
  }

  it('runs a thousand calls one after another, and answers in order', async () => {
    const { hub, begun, most } = createWorkHub();
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const client = await RawClient.connect(server.wsUrl('/hub'));
    const wanted = numbers(1_000);
    // As one frame, and as many.
    for (const chunk of [wanted.slice(0, 300), ...wanted.slice(300).map((n) => [n])]) {
      client.send(...chunk.map((n) => invocation(n, 'work', n)));
    }
    expect((await client.take(1_000)).map(({ result }) => result)).toEqual(wanted);
    expect(begun).toEqual(wanted);
    expect(most()).toBe(1);
    await client.close();
  });

  it('runs four at once where that is allowed, and still begins in order', async () => {
    const { hub, begun, most } = createWorkHub();
    await using server = await startServer((hubs) => hubs.map('/hub', hub), { limits: { maxParallelInvocations: 4 } });
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.send(...numbers(200).map((n) => invocation(n, 'work', n)));
    const results = (await client.take(200)).map(({ result }) => result as number);
    expect(results.sort((a, b) => a - b)).toEqual(numbers(200));
    expect(begun).toEqual(numbers(200));
    expect(most()).toBe(4);
    await client.close();
  });

  /** A hub that asks its callers, and can be made to be slow. */
  function createAskHub() {
    const gate = createGate();
    const hub = defineHub<{ question(n: number): number }>()({
      methods: {
        ask: method([z.number()], ({ clients }, n) => clients.caller.ask({ timeoutMs: 0 }).question(n)),
        slow: method([], () => gate.passed),
      },
    });
    return { hub, gate };
  }

  /** Answers questions until `count` completions have come. */
  async function answerAll(client: RawClient, count: number): Promise<unknown[]> {
    const results: unknown[] = [];
    while (results.length < count) {
      const { type, invocationId, arguments: args, result } = await client.next();
      if (type === 3) results.push(result);
      else client.send({ type: 3, invocationId, result: (args as number[])[0] });
    }
    return results;
  }

  it('answers a method that asks its caller, though methods run one at a time', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', createAskHub().hub));
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.send(...numbers(500).map((n) => invocation(n, 'ask', n)));
    expect(await answerAll(client, 500)).toEqual(numbers(500));
    await client.close();
  });

  // A slow call in front stopped the reading of the socket; what waited behind it then asked, and nobody read answers.
  it('reads answers again when calls that waited begin to ask', async () => {
    const { hub, gate } = createAskHub();
    await using server = await startServer((hubs) => hubs.map('/hub', hub), { limits: { maxPendingInvocations: 4 } });
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.send(invocation('slow', 'slow'), ...numbers(50).map((n) => invocation(n, 'ask', n)));
    gate.open();
    expect(await answerAll(client, 51)).toHaveLength(51);
    await client.close();
  });
});

describe('back-pressure', () => {
  trapFaults();

  it('holds back a client that uploads faster than the method reads, and loses nothing', async () => {
    const gate = createGate();
    const reading = new Inbox<void>();
    const hub = defineHub()({
      methods: {
        read: method([upload(z.object({ n: z.number(), padding: z.string() }))], async (_, items) => {
          reading.put();
          await gate.passed;
          let next = 0;
          for await (const { n } of items) {
            if (n !== next) throw new Error(`${n} came instead of ${next}`);
            next++;
          }
          return next;
        }),
      },
    });
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.send({ ...invocation('r', 'read'), streamIds: ['u'] });
    await reading.next();

    const count = 20_000;
    const padding = 'x'.repeat(1_000);
    for (let n = 0; n < count; n++) client.send({ type: 2, invocationId: 'u', item: { n, padding } });
    client.send({ type: 3, invocationId: 'u' });
    const [socket] = [...server.sockets];
    // It is held back when the server reads no more, though there is more than kernels buffer.
    let before = -1;
    for (let still = 0; still < 50; still = socket?.bytesRead === before ? still + 1 : 0) {
      before = socket?.bytesRead ?? 0;
      await turn();
    }
    expect(socket?.isPaused()).toBe(true);
    expect(socket?.bytesRead).toBeLessThan(500_000);
    expect(client.webSocket.bufferedAmount).toBeGreaterThan(1_000_000);

    gate.open();
    expect(await client.next()).toEqual({ type: 3, invocationId: 'r', result: count });
    await client.close();
  });

  it('reads no further than the calls that may wait', async () => {
    const gate = createGate();
    const begun = new Inbox<void>();
    const hub = defineHub()({
      methods: {
        wait: method([z.string()], () => {
          begun.put();
          return gate.passed;
        }),
      },
    });
    await using server = await startServer((hubs) => hubs.map('/hub', hub));
    const client = await RawClient.connect(server.wsUrl('/hub'));
    const padding = 'x'.repeat(1_000);
    for (let n = 0; n < 10_000; n++) client.send(invocation(n, 'wait', padding));
    await begun.next();
    const [socket] = [...server.sockets];
    await expect.poll(() => socket?.isPaused()).toBe(true);
    expect(socket?.bytesRead).toBeLessThan(500_000);
    gate.open();
    expect(await client.take(10_000)).toHaveLength(10_000);
    await client.close();
  });

  it('waits with a stream until the client reads on', async () => {
    await using server = await startServer((hubs) => hubs.map('/hub', everything), {
      limits: { maxBufferedBytes: 1_000_000 },
    });
    const client = await RawClient.connect(server.wsUrl('/hub'));
    client.webSocket.pause();
    client.text(records({ type: 4, invocationId: 's', target: 'burst', arguments: [300_000] }));
    const [socket] = [...server.sockets];
    await expect.poll(() => socket?.writableNeedDrain).toBe(true);
    expect(socket?.writableLength).toBeLessThan(1_000_000);
    client.webSocket.resume();
    const last = (await client.take(300_001)).at(-1);
    expect(last).toEqual({ type: 3, invocationId: 's' });
    await client.close();
  });
});
