import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packerError, readScript } from '../src/doctor/app/script.ts';
import { runCaptured } from './support/doctor.ts';

type Files = Readonly<Record<string, string>>;

const healthy: Files = {
  'project.config.json': JSON.stringify({
    miniprogramRoot: 'mini/',
    libVersion: '3.4.0',
    setting: { urlCheck: true, es6: true, enhance: false },
  }),
  'mini/app.json': JSON.stringify({
    pages: ['pages/chat/chat'],
    networkTimeout: { connectSocket: 60_000 },
    subPackages: [{ root: 'more', pages: [] }],
  }),
  'mini/app.js': '// ws://192.168.1.2/ in a comment is nothing\nApp({ url: "wss://chat.example.com/hub" });',
  'mini/pages/chat/chat.js':
    'const s = wx.connectSocket({ url: "wss://chat.example.com/hub" });\nPage({ onUnload() { s.close({}); } });',
  'mini/config.dev.js': 'module.exports = "ws://127.0.0.1:3000";',
  'mini/more/big.js': 'const xmlns = "http://www.w3.org/2000/svg";',
  // Nobody asks for the last one, which only the server beside the mini program needs.
  'mini/use.js': 'require("ready/sub");\nexports.plain = require("plain");',
  'package.json': JSON.stringify({ dependencies: { ready: '1.0.0', plain: '1.0.0', server: '1.0.0' } }),
  'node_modules/ready/package.json': JSON.stringify({ miniprogram: 'dist' }),
  'node_modules/ready/dist/index.js': 'class A { #x }',
  'node_modules/plain/package.json': JSON.stringify({ main: 'lib/index' }),
  'node_modules/plain/lib/index.js': 'module.exports = require("./other");',
  'node_modules/plain/lib/other.js': 'export default async () => ({ ...{} });',
};

async function look(changes: Files, args: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'minihub-app-'));
  try {
    for (const [file, text] of Object.entries({ ...healthy, ...changes })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const { exit, stdout, stderr } = await runCaptured(['doctor', '--app', '.', '--json', ...args], { cwd: folder });
    if (stdout === '') throw new Error(stderr);
    const { findings } = JSON.parse(stdout);
    return { exit, found: findings.map(({ code, seen }: { code: string; seen: { en: string } }) => [code, seen.en]) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('doctor --app', () => {
  it('finds nothing in a healthy mini program', async () => {
    expect(await look({}, ['--domain', 'chat.example.com'])).toEqual({ exit: 0, found: [] });
  });

  it.each<[string, string, Files]>([
    [
      'app-url-check-off',
      'project.private.config.json',
      { 'project.private.config.json': '{"setting":{"urlCheck":false}}' },
    ],
    [
      'app-insecure-url',
      'api.js:2 ws://chat.example.com/',
      { 'mini/api.js': '\nexports.a = (b) => `ws://chat.example.com/` + b;' },
    ],
    ['app-no-domain', 'api.js:1 wss://10.0.0.8/hub', { 'mini/api.js': 'exports.a = "wss://10.0.0.8/hub";' }],
    ['app-connect-timeout', '1000 ms', { 'mini/app.json': '{"networkTimeout":{"connectSocket":1000}}' }],
    ['app-many-sockets', 'app.js: 6', { 'mini/app.js': 'wx.connectSocket({});'.repeat(6) }],
    [
      'app-socket-not-closed',
      'pages/chat/chat.js',
      { 'mini/pages/chat/chat.js': 'Page({ onShow() { wx.connectSocket({}); } })' },
    ],
    ['app-old-library', '2.9.4', { 'project.config.json': '{"miniprogramRoot":"mini/","libVersion":"2.9.4"}' }],
    ['app-package-too-large', 'more/ 2.1 MB', { 'mini/more/big.js': ' '.repeat(2.1 * 1024 * 1024) }],
    ['app-package-too-large', 'main 2.1 MB', { 'mini/picture.png': ' '.repeat(2.1 * 1024 * 1024) }],
    ['app-unreadable-syntax', 'api.js:2 ?.', { 'mini/api.js': '\nexports.a = (b) => b?.c;' }],
    ['app-unreadable-syntax', 'api.js: Unexpected token', { 'mini/api.js': 'exports.a = (;' }],
    ['app-npm-unreadable', 'plain: It is not installed', { 'node_modules/plain/package.json': '' }],
    [
      'app-npm-unreadable',
      'plain: Its entry index.js is not found',
      { 'node_modules/plain/package.json': '{"exports":"./lib/index.js"}' },
    ],
    [
      'app-npm-unreadable',
      'plain: lib/other.js: Unexpected token',
      { 'node_modules/plain/lib/other.js': 'try {} catch {}' },
    ],
    [
      'app-npm-unreadable',
      'plain: lib/index.js asks for ./x.cjs',
      { 'node_modules/plain/lib/index.js': 'require("./x.cjs")', 'node_modules/plain/lib/x.cjs': '' },
    ],
  ])('names %s (%s), and nothing else', async (code, seen, changes) => {
    const { exit, found } = await look(changes);
    expect(exit).toBe(1);
    expect(found).toEqual([[code, expect.stringContaining(seen)]]);
  });

  it('names domains that are not listed, when it is told the list', async () => {
    const { found } = await look({ 'mini/api.js': 'exports.a = "https://api.example.com/x";' }, [
      '--domain',
      'wss://chat.example.com',
      '--domain',
      'example.com',
    ]);
    expect(found).toEqual([['app-domain-not-listed', 'api.js:1 https://api.example.com/x']]);
  });

  it('takes new syntax where the tools compile it', async () => {
    const config = '{"miniprogramRoot":"mini/","setting":{"enhance":true}}';
    expect(
      (await look({ 'project.config.json': config, 'mini/api.js': 'exports.a = (b) => b?.c ?? 1_000n;' })).found,
    ).toEqual([]);
  });

  it('refuses a folder that is no mini program', async () => {
    const { exit, stderr } = await runCaptured(['doctor', '--app', tmpdir()]);
    expect(exit).toBe(2);
    expect(stderr).toContain('There is no app.json');
  });
});

describe('a script', () => {
  it.each([
    ['a ??= 1', '??='],
    ['a ?? 1', '??'],
    ['a?.b', '?.'],
    ['class A { #x = 1 }', '#private'],
    ['class A { static { f() } }', 'static { }'],
    ['try {} catch {}', 'catch { }'],
    ['1n', '1n'],
    ['1_000', '1_000'],
  ])('%s is told to be newer than the compiler: %s', (text, what) => {
    expect(readScript('a.js', text).tooNew).toEqual([{ what, line: 1 }]);
  });

  it.each(['class A { x = 1 }', 'async () => { for await (const a of b) {} }', '({ ...a })', 'a ** b'])(
    '%s is not',
    (text) => {
      expect(readScript('a.js', text).tooNew).toEqual([]);
    },
  );

  it.each(['a?.b', 'class A { x = 1 }', 'import("x")', 'try {} catch {}'])(
    '%s is more than the packer of npm packages reads',
    (text) => {
      expect(packerError(text)).toBeDefined();
    },
  );

  it('is read, or told to be unreadable, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { error, urls } = readScript('a.js', text);
        expect(error === undefined || urls.length === 0).toBe(true);
      }),
    );
  });
});
