// Packs the built client with the packer that WeChat's developer tools use, and runs what comes out as a mini program would.
// First: `npm run build -w packages/client` at the root, then `npm install && npm test` here. It needs no network and no app id.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import ci from 'miniprogram-ci';

const client = fileURLToPath(new URL('../../packages/client/', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'minihub-pack-'));
const target = join(project, 'out');
let packed;

before(async () => {
  assert.ok(existsSync(join(client, 'miniprogram_dist/index.js')), 'build packages/client first');
  const installed = join(project, 'node_modules/@minihub/client');
  mkdirSync(installed, { recursive: true });
  for (const part of ['package.json', 'miniprogram_dist'])
    cpSync(join(client, part), join(installed, part), { recursive: true });
  // The developer tools see what npm would install: no development dependencies.
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  delete manifest.devDependencies;
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { '@minihub/client': manifest.version } }),
  );
  writeFileSync(
    join(project, 'project.config.json'),
    JSON.stringify({ appid: 'wx0000000000000000', compileType: 'miniprogram' }),
  );
  packed = await ci.packNpmManually({ packageJsonPath: join(project, 'package.json'), miniprogramNpmDistDir: target });
});

after(() => {
  rmSync(project, { recursive: true, force: true });
});

test('the packer takes the client as a mini-program package, without a warning', () => {
  assert.equal(packed.miniProgramPackNum, 1);
  assert.deepEqual(packed.warnList, []);
});

for (const entry of ['index.js', 'web-socket.js']) {
  test(`what was packed as ${entry} runs without host globals`, () => {
    const source = readFileSync(join(target, 'miniprogram_npm/@minihub/client', entry), 'utf8');
    const module = { exports: {} };
    const run = new Script(`(function (require, module, exports, WebSocket, URL, window, self) {${source}\n})`);
    run.runInContext(createContext({}))(undefined, module, module.exports);
    const Socket = module.exports.createWebSocketClass({ connectSocket: () => undefined });
    assert.equal(Socket.OPEN, 1);
  });
}
