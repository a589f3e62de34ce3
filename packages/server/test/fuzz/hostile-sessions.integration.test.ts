import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostileKinds, playHostileSession } from '../support/hostile-peer.ts';
import { createRandom } from '../support/random.ts';
import type { Health } from './hostile-server.ts';

const total = 10_000;
// After so many, what is made once has been made.
const warmUp = 1_000;
const atOnce = 48;
// The last one or two may still hang on something that the engine has not written over.
const maxUncollected = 2;
const bundle = fileURLToPath(new URL('../../.temp/hostile-server.js', import.meta.url));
let child: ChildProcess;
let output = '';

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('./hostile-server.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@minihub/source'],
    external: ['ws', 'zod'],
    outfile: bundle,
  });
  child = spawn(process.execPath, ['--expose-gc', bundle], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      output += data.toString();
    });
  }
  await once(child, 'message');
});

afterAll(async () => {
  child.kill();
  await rm(fileURLToPath(new URL('../../.temp', import.meta.url)), { recursive: true });
});

async function askHealth(): Promise<Health> {
  if (child.exitCode !== null) throw new Error(`The server has ended: ${output}`);
  child.send('how are you?');
  return (await once(child, 'message'))[0] as Health;
}

/** How the server is once everybody has gone. */
async function askWhenQuiet(): Promise<Health> {
  let health = await askHealth();
  for (let i = 0; i < 100 && (health.connections + health.sockets > 0 || health.uncollected > maxUncollected); i++) {
    health = await askHealth();
  }
  return health;
}

/** A client that calls all the time, one call after the other, and listens to what the server sends to all. */
class BusyNeighbour {
  readonly #connection: HubConnection;
  readonly heard: number[] = [];
  readonly troubles: unknown[] = [];
  answers = 0;
  #isLeaving = false;
  #calling: Promise<void> | undefined;

  constructor(port: number, transport: HttpTransportType) {
    this.#connection = new HubConnectionBuilder()
      .withUrl(`http://127.0.0.1:${port}/hub`, { transport })
      .configureLogging(LogLevel.None)
      .build();
    this.#connection.on('tick', (n: number) => {
      this.heard.push(n);
    });
    this.#connection.onclose((error) => {
      if (!this.#isLeaving) this.troubles.push(error ?? 'closed');
    });
  }

  async moveIn(): Promise<void> {
    await this.#connection.start();
    await this.#connection.invoke('listen');
    this.#calling = this.#call();
  }

  async #call(): Promise<void> {
    try {
      while (!this.#isLeaving) {
        const sum = await this.#connection.invoke<number>('add', this.answers, 1);
        if (sum !== this.answers + 1) this.troubles.push(sum);
        this.answers++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } catch (error) {
      this.troubles.push(error);
    }
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#calling;
    await this.#connection.stop();
  }
}

it(`outlives ${total} hostile sessions, forgets them, and serves its other clients all the time`, {
  timeout: 240_000,
}, async () => {
  const random = createRandom();
  const { port } = await askHealth();
  const kinds = new Map<string, number>();
  let left = 0;
  const attack = async (sessions: number): Promise<void> => {
    left = sessions;
    const attacker = async (): Promise<void> => {
      while (left-- > 0) {
        const kind = await playHostileSession(port, createRandom(random.below(2 ** 31)));
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, attacker));
  };

  await attack(warmUp);
  const before = await askWhenQuiet();
  expect(before, `seed ${random.seed}`).toMatchObject({ connections: 0, sockets: 0 });

  const { WebSockets, ServerSentEvents, LongPolling } = HttpTransportType;
  const neighbours = [WebSockets, ServerSentEvents, LongPolling].map((transport) => new BusyNeighbour(port, transport));
  for (const neighbour of neighbours) await neighbour.moveIn();
  await attack(total - warmUp);
  for (const neighbour of neighbours) await neighbour.leave();
  const after = await askWhenQuiet();

  const about = `seed ${random.seed}\n${output}\n${JSON.stringify({ before, after, kinds: [...kinds] })}`;
  expect(child.exitCode, about).toBeNull();
  expect(output, about).toBe('');
  for (const { troubles, heard, answers } of neighbours) {
    expect(troubles, about).toEqual([]);
    expect(answers, about).toBeGreaterThan(100);
    expect(heard.length, about).toBeGreaterThan(100);
    expect(heard, about).toEqual(heard.map((_, i) => (heard[0] as number) + i));
  }
  expect(after, about).toMatchObject({ connections: 0, sockets: 0, resources: before.resources });
  expect(after.uncollected, about).toBeLessThanOrEqual(maxUncollected);
  // Every session whose `connected` ran has had its `disconnected`.
  expect(after.disconnectedHooks, about).toBe(after.connectedHooks);
  // A leak of 1 KB for each session would be 9 MB.
  expect(after.heapBytes - before.heapBytes, about).toBeLessThan(3_000_000);
  expect([...kinds.keys()].sort(), about).toEqual([...hostileKinds].sort());
});
