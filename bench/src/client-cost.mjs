/**
 * What a client costs: parsing and dispatching a message, the size of its bundle, and how long a hub of 200 methods takes
 * to type-check. `node bench/src/client-cost.mjs BUNDLE` prints one JSON object.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildFolder, repository } from './places.mjs';
import { finished } from './processes.mjs';
import { median } from './statistics.mjs';

const conditions = ['@minihub/source'];
const entry = join(repository, 'packages/client/src/index.ts');

/** Bytes of the client in a page, minified and compressed. @param {string} target */
async function bundleSize(target) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target,
    conditions,
  });
  const bytes = result.outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}

const methods = 200;

/** A hub with many methods, and a client that calls each. */
function largeHub() {
  const lines = [
    "import { connect } from '@minihub/client';",
    "import { defineHub, method } from '@minihub/server';",
    "import { z } from 'zod';",
    'export const hub = defineHub<{ told(text: string): void }>()({ methods: {',
  ];
  for (let i = 0; i < methods; i++) {
    lines.push(`  m${i}: method([z.object({ a: z.number(), b: z.string().optional() }), z.number()],`);
    lines.push(`    (_context, first, second) => ({ sum: first.a + second, at: ${i} })),`);
  }
  lines.push('} });', 'export async function all(): Promise<number> {');
  lines.push("  const chat = connect<typeof hub>('ws://127.0.0.1/hub');", '  let sum = 0;');
  for (let i = 0; i < methods; i++) lines.push(`  sum += (await chat.invoke('m${i}', { a: 1 }, ${i})).sum;`);
  lines.push('  return sum;', '}');
  return lines.join('\n');
}

/** Seconds of `tsc` for the large hub, and for the same imports without it. */
async function typeCheck() {
  const folder = join(repository, 'packages/server/.temp/bench-types');
  mkdirSync(folder, { recursive: true });
  const base = "import '@minihub/client';\nimport '@minihub/server';\nimport 'zod';\n";
  const seconds = [];
  for (const text of [base, largeHub()]) {
    writeFileSync(join(folder, 'hub.ts'), text);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../../tsconfig.base.json',
        compilerOptions: { types: ['node'], lib: ['ES2023', 'ESNext.Disposable', 'DOM'], isolatedDeclarations: false },
        include: ['hub.ts'],
      }),
    );
    const started = performance.now();
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const { code, stdout } = await finished([process.execPath, tsc, '-p', folder, '--pretty', 'false']);
    if (code !== 0) throw new Error(`the large hub does not type-check:\n${stdout.slice(0, 2_000)}`);
    seconds.push((performance.now() - started) / 1_000);
  }
  rmSync(folder, { recursive: true, force: true });
  return { importsOnly: seconds[0] ?? Number.NaN, withHub: seconds[1] ?? Number.NaN };
}

/** Nanoseconds from the frame to the callback, in our client. */
async function dispatchCost() {
  const outfile = join(buildFolder, 'client.mjs');
  await build({ entryPoints: [entry], bundle: true, outfile, format: 'esm', platform: 'neutral', conditions });
  /** @type {any} */
  const { connect } = await import(outfile);
  /** @type {any} */
  let socket;
  class Socket {
    readyState = 0;
    bufferedAmount = 0;
    binaryType = 'arraybuffer';
    protocol = '';
    extensions = '';
    constructor() {
      socket = this;
      setTimeout(() => {
        this.readyState = 1;
        /** @type {any} */ (this).onopen?.({});
      });
    }
    send() {
      if (this.readyState === 1) setTimeout(() => /** @type {any} */ (this).onmessage?.({ data: '{}\x1e' }));
    }
    close() {
      this.readyState = 3;
    }
  }
  const connection = connect('ws://127.0.0.1/hub', { platform: Socket, negotiate: false });
  let calls = 0;
  connection.on('m', () => calls++);
  await connection.start();
  const record =
    '{"type":1,"target":"m","arguments":[{"t":1000000000000000,"s":1,"p":"abcdefghijklmnopqrstuvwxyz012345"}]}\x1e';
  const costs = [];
  for (let round = 0; round < 12; round++) {
    const before = calls;
    const started = performance.now();
    for (let i = 0; i < 20_000; i++) socket.onmessage({ data: record });
    if (calls - before !== 20_000) throw new Error(`only ${calls - before} of 20,000 messages were dispatched`);
    costs.push(((performance.now() - started) * 1e6) / 20_000);
  }
  return median(costs.slice(2));
}

const result = {
  dispatchNs: await dispatchCost().catch((/** @type {Error} */ error) => error.message),
  es2020: await bundleSize('es2020'),
  typeCheckSeconds: await typeCheck(),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
