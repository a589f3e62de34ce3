/**
 * What a client costs: parsing and dispatching a message, the size of each entry, and how long a hub of 200 methods takes
 * to type-check. `node bench/src/client-cost.mjs [--no-types]` prints one JSON object.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildFolder, repository } from './places.mjs';
import { finished } from './processes.mjs';
import { median } from './statistics.mjs';

const conditions = ['@minihub/source'];
const client = join(repository, 'packages/client');
const entry = join(client, 'src/index.ts');

/** @param {Uint8Array} bytes */
const sizeOf = (bytes) => ({ minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length });

/** Bytes in a page, minified and compressed. @param {string} entryPoint */
async function bundleSize(entryPoint) {
  const result = await build({
    entryPoints: [entryPoint],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    conditions,
    logLevel: 'silent',
  });
  return sizeOf(result.outputFiles[0]?.contents ?? new Uint8Array());
}

/** @typedef {{ name: string, minified: number, gzip: number }} Size */

/** Everything that each entry of the package exports, and the other client for comparison. @returns {Promise<Size[]>} */
async function entrySizes() {
  /** @type {{ exports: Record<string, { '@minihub/source'?: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'));
  const sizes = [];
  for (const [name, { '@minihub/source': source }] of Object.entries(exports)) {
    if (source === undefined) continue;
    sizes.push({ name: `@minihub/client${name.slice(1)}`, ...(await bundleSize(join(client, source))) });
  }
  const other = join(repository, 'node_modules/@microsoft/signalr/dist/esm/index.js');
  if (existsSync(other)) sizes.push({ name: '@microsoft/signalr', ...(await bundleSize(other)) });
  return sizes;
}

/** The files for mini programs, when they are built. @returns {Size[]} */
function miniProgramSizes() {
  const built = join(client, 'miniprogram_dist');
  if (!existsSync(built)) return [];
  const files = readdirSync(built).filter((name) => name.endsWith('.js'));
  return files.map((name) => ({ name: `miniprogram_dist/${name}`, ...sizeOf(readFileSync(join(built, name))) }));
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

const record =
  '{"type":1,"target":"m","arguments":[{"t":1000000000000000,"s":1,"p":"abcdefghijklmnopqrstuvwxyz012345"}]}\x1e';

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

/** What it would be at the least: the text parsed, the arguments handed over. */
function dispatchFloor() {
  let calls = 0;
  /** @type {Map<string, ((...args: unknown[]) => void)[]>} */
  const callbacks = new Map([['m', [() => calls++]]]);
  const costs = [];
  for (let round = 0; round < 12; round++) {
    const started = performance.now();
    for (let i = 0; i < 20_000; i++) {
      const { target, arguments: args } = JSON.parse(record.slice(0, -1));
      for (const callback of callbacks.get(target) ?? []) callback(...args);
    }
    costs.push(((performance.now() - started) * 1e6) / 20_000);
  }
  if (calls !== 12 * 20_000) throw new Error(`only ${calls} callbacks ran`);
  return median(costs.slice(2));
}

const result = {
  dispatchNs: await dispatchCost(),
  floorNs: dispatchFloor(),
  messageBytes: record.length,
  entries: await entrySizes(),
  miniProgram: miniProgramSizes(),
  ...(process.argv.includes('--no-types') ? {} : { typeCheckSeconds: await typeCheck() }),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
