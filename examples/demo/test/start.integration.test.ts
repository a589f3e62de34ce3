import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectHub } from './support/demo-clients.ts';

// Beside src/ and dist/, because the page's files are looked for from there.
const bundle = fileURLToPath(new URL('../.temp/main.js', import.meta.url));

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@minihub/source'],
    // The simulator finds its pages beside itself.
    external: ['ws', 'zod', '@microsoft/signalr', 'prom-client', '@minihub/simulator/dev-server'],
    outfile: bundle,
  });
});
afterAll(() => rm(fileURLToPath(new URL('../.temp', import.meta.url)), { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  /** Resolved with everything written so far, once that contains a text. */
  wrote(text: string): Promise<string>;
  /** Resolved at the end. */
  readonly outcome: Promise<{ code: number; output: string }>;
}

function run(port: string): Run {
  const child = spawn(process.execPath, [bundle], { env: { ...process.env, PORT: port, HOST: '127.0.0.1' } });
  let output = '';
  const collect = (data: Buffer): void => {
    output += data.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    child,
    async wrote(text) {
      while (!output.includes(text)) await once(child.stdout, 'data');
      return output;
    },
    outcome: once(child, 'close').then(([code]) => ({ code, output })),
  };
}

it('says what to open, serves it, and stops in order', async () => {
  const { child, wrote, outcome } = run('0');
  const said = await wrote('Ctrl+C');
  expect(said).toContain('浏览器');
  // It listens on one address here, and promises no other: the demo's, and that of the phones.
  expect(said.match(/http:/g)).toHaveLength(2);
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  const phones = /(http:\/\/localhost:\d+\/)\?phones=2/.exec(said)?.[1];
  const program = await (await fetch(`${phones}program.json`)).json();
  expect(program).toMatchObject({ extConfig: { host: `ws://127.0.0.1:${port}` }, program: { problems: [] } });
  const client = await connectHub({ port }, '/chat', []);
  const closed = new Promise((resolve) => client.hub.onclose(resolve));
  child.kill('SIGTERM');
  // Launchers pass on a signal that has reached the process already.
  child.kill('SIGINT');
  await closed;
  expect((await outcome).code).toBe(0);
});

it('says which port is taken and ends with 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { code, output } = await run(String(port)).outcome;
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} is taken`);
  expect(output).toContain(`端口 ${port} 已被占用`);
});

it.each(['abc', '-1', '65536', '80.5'])('refuses %s as a port', async (port) => {
  const { code, output } = await run(port).outcome;
  expect(code).toBe(1);
  expect(output).toContain(`not ${port}`);
});

it('moves its clients away at SIGTERM, and says meanwhile that it is not ready', async () => {
  const { child, wrote, outcome } = run('0');
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(await wrote('Ctrl+C'))?.[1]);
  const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
  expect(await ready()).toBe(200);
  // One that never answers the close of its socket keeps the process waiting.
  const deaf = connect(port, '127.0.0.1');
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const headers = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}`;
  deaf.write(`GET /echo HTTP/1.1\r\nHost: localhost:${port}\r\n${headers}\r\n\r\n`);
  await once(deaf, 'data');
  const told = once(deaf, 'data');
  child.kill('SIGTERM');
  await wrote('Stopping');
  expect(await ready()).toBe(503);
  const negotiate = await fetch(`http://127.0.0.1:${port}/chat/negotiate?negotiateVersion=1`, { method: 'POST' });
  expect([negotiate.status, negotiate.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  // A close frame with 1001: going away.
  expect(((await told) as [Buffer])[0].toString('hex')).toBe('880203e9');
  // Launchers pass on a signal twice: only one that comes later means it.
  let isOver = false;
  void outcome.then(() => {
    isOver = true;
  });
  while (!isOver) {
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await outcome).code).toBe(1);
  deaf.destroy();
});
