import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createFakeClock, createWx, loadMiniProgramModule } from '@minihub/simulator';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMiniprogramEntry } from '../../../scripts/build-miniprogram.mjs';
import type { HubConnection } from '../src/index.ts';

interface ClientExports {
  readonly createWebSocketClass: (
    wx: object,
    options?: object,
  ) => new (
    url: string,
  ) => {
    readyState: number;
    readonly url: string;
    onerror: unknown;
    close(): void;
  };
}

const folder = mkdtempSync(join(tmpdir(), 'minihub-miniprogram-'));
// Ceilings in bytes, gzipped, a little above what they are; they may only be raised with a reason.
const entries = [
  { name: 'web-socket', ceiling: 5_180 },
  // With advice on every error in two languages; the other entries have none of it.
  { name: 'index', ceiling: 20_400 },
  // Below the official client's 13 750 for browsers.
  { name: 'hub-core', ceiling: 12_080 },
  { name: 'signalr-core', ceiling: 15_680 },
  { name: 'messagepack', ceiling: 6_520 },
];
const texts = new Map<string, string>();

beforeAll(async () => {
  for (const { name } of entries) {
    const text = await buildMiniprogramEntry(fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)));
    texts.set(name, text);
    writeFileSync(join(folder, `${name}.js`), text);
  }
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(entries)('the mini-program build of $name', ({ name, ceiling }) => {
  it('is ES5 as a script', () => {
    expect(() => parse(texts.get(name) ?? '?', { ecmaVersion: 5, sourceType: 'script' })).not.toThrow();
  });

  it('mentions nothing that mini programs lack', () => {
    const guarded = /typeof (\w+)=="function"\?\1:void 0/g; // asked for first, so it may be missing
    const text = (texts.get(name) ?? '').replace(guarded, '').replace(/"[^"]*"/g, '""');
    expect(text).not.toMatch(/\b(process|Buffer|globalThis|DOMException|TextEncoder|TextDecoder|queueMicrotask)\b/);
    expect(text).not.toMatch(/\brequire\(|\beval\(|new Function\b|\bnew URL\(/);
  });

  // Names of the platform that no public type mentions: shortened, a phone's network would never be heard of.
  const hearsOfNetwork = name === 'hub-core' || name === 'index';
  if (hearsOfNetwork)
    it('reads what the platform says by its own names', () => {
      const text = texts.get(name) ?? '';
      for (const word of ['isConnected', 'networkType', 'errMsg', 'header', 'success', 'fail'])
        expect(text).toContain(word);
    });

  it(`is at most ${ceiling} bytes gzipped`, () => {
    expect(gzipSync(texts.get(name) ?? '', { level: 9 }).length).toBeLessThanOrEqual(ceiling);
  });

  it.each(['README.md', 'README.zh-CN.md'])('has the size that %s gives', (file) => {
    const readme = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    const row = new RegExp(`\\| \`${name.replace('-core', '')}\\.js\` \\|.*\\| ([\\d.]+) KB \\|`).exec(readme);
    const kilobytes = gzipSync(texts.get(name) ?? '', { level: 9 }).length / 1_000;
    expect(Math.abs(Number(row?.[1]) - kilobytes)).toBeLessThan(0.1);
  });

  it('loads inside the module wrapper, in a realm without any host global', () => {
    expect(Object.keys(loadMiniProgramModule(join(folder, `${name}.js`)) as object)).not.toEqual([]);
  });
});

describe.each(['web-socket', 'index'])('the WebSocket class of the mini-program build %s', (name) => {
  it('runs inside the module wrapper', async () => {
    const clock = createFakeClock();
    await using phone = createWx({ clock });
    phone.network.failNext('refused');
    const loaded = loadMiniProgramModule(join(folder, `${name}.js`), { timers: phone.timers }) as ClientExports;
    const Socket = loaded.createWebSocketClass(phone.wx);
    const socket = new Socket('wss://Example.com');
    expect(socket.url).toBe('wss://example.com/');
    for (const [act, error] of [
      [() => new Socket('wss://a b/'), { name: 'SyntaxError', code: 12 }],
      [() => (socket as unknown as { close(code: number): void }).close(1), { name: 'InvalidAccessError', code: 15 }],
      [() => (socket as unknown as { send(text: string): void }).send('x'), { name: 'InvalidStateError', code: 11 }],
    ] as const) {
      expect(act).toThrow(expect.objectContaining(error));
    }
    const error = await new Promise<{ error: { code: string } }>((resolve) => {
      socket.onerror = resolve;
    });
    expect(error.error.code).toBe('MH_CLIENT_NETWORK');
    expect(socket.readyState).toBe(3);
  });
});

describe('a connection of the mini-program build', () => {
  it.each(['index', 'hub-core'])('of %s tells how it is now, not how it was when it was made', async (name) => {
    const clock = createFakeClock();
    await using phone = createWx({ clock });
    phone.network.failNext('refused');
    const loaded = loadMiniProgramModule(join(folder, `${name}.js`), { timers: phone.timers }) as {
      connect(url: string, options: object): HubConnection;
    };
    const connection = loaded.connect('wss://example.com', { wx: phone.wx, reconnect: false });
    expect(connection.state).toBe('connecting');
    await connection.start().catch(() => {});
    expect(connection.state).toBe('disconnected');
    expect(connection.lastError?.code).toBe('MH_CLIENT_NETWORK');
  });
});

describe('the mini-program build of hub-core', () => {
  it.each([
    ['Alipay', { connectSocket: () => {}, tradePay: () => {} }],
    ['a WebSocket class', class {}],
    ['nothing', {}],
  ])('refuses %s, which is not of the kind of WeChat', (_, platform) => {
    const { connect } = loadMiniProgramModule(join(folder, 'hub-core.js')) as {
      connect(url: string, options: object): HubConnection;
    };
    const unsupported = expect.objectContaining({ code: 'MH_CLIENT_UNSUPPORTED_PLATFORM' });
    expect(() => connect('wss://example.com', { platform })).toThrow(unsupported);
  });
});

describe('the build', () => {
  it('refuses an accessor beside a spread, which ES5 would read once and copy', async () => {
    const file = join(folder, 'lost.ts');
    const literal = '{ ...rest, get state() { return now(); } }';
    writeFileSync(file, `export const make = (rest: object, now: () => string) => (${literal});`);
    await expect(buildMiniprogramEntry(file)).rejects.toThrow('`state` stands beside a spread');
  });
});
