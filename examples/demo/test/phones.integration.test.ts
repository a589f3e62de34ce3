import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startPhones } from '../src/phones.ts';

async function takePort(): Promise<{ port: number; close(): void }> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  return { port: (taken.address() as { port: number }).port, close: () => taken.close() };
}

const configOf = async (url: string): Promise<unknown> => (await (await fetch(`${url}program.json`)).json()).extConfig;

it('shows the mini program on the next port when one is taken', async () => {
  const taken = await takePort();
  await using phones = await startPhones({ demoPort: 3000, port: taken.port, host: '127.0.0.1' });
  taken.close();
  expect(Number(new URL(phones.url).port)).toBeGreaterThan(taken.port);
});

it.each([
  [undefined, 'ws://127.0.0.1:3000'],
  ['0.0.0.0', 'ws://127.0.0.1:3000'],
  ['localhost', 'ws://localhost:3000'],
])('tells the mini program where the demo is that listens on %s', async (host, address) => {
  await using phones = await startPhones({ demoPort: 3000, port: 0, host });
  expect(await configOf(phones.url)).toEqual({ host: address });
});
