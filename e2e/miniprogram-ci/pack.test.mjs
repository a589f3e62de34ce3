// Packs the built client with the packer that WeChat's developer tools use, compiles an app with it in "ES6 to ES5" mode, and
// runs what comes out inside the module wrapper of mini programs. It needs no network and no app id.
// `npm test` at the root runs it; by itself: `npm run build` at the root, then `npm install && npm test` here.
import './no-network.mjs';
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ci from 'miniprogram-ci';
import { loadMiniProgramModule } from '../../packages/simulator/dist/index.js';

const client = fileURLToPath(new URL('../../packages/client/', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'minihub-pack-'));
const compiled = join(project, 'compiled');
const entries = Object.keys(JSON.parse(readFileSync(join(client, 'package.json'), 'utf8')).minihub.miniprogram);

const page = `
const client = require('@minihub/client');
const { connect } = require('@minihub/client/hub');
const { messagePack } = require('@minihub/client/messagepack');
const { createWebSocketClass } = require('@minihub/client/web-socket');
const signalR = require('@minihub/client/signalr');
Page({ client, connect, messagePack, createWebSocketClass, signalR });
`;

function write(file, content) {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), typeof content === 'string' ? content : JSON.stringify(content));
}

let packed;

before(async () => {
  const installed = join(project, 'node_modules/@minihub/client');
  // What npm installs: no development dependencies, no sources of tests.
  const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'));
  write('node_modules/@minihub/client/package.json', manifest);
  cpSync(join(client, 'miniprogram_dist'), join(installed, 'miniprogram_dist'), { recursive: true });
  write('package.json', { name: 'app', version: '1.0.0', dependencies: { '@minihub/client': manifest.version } });
  write('project.config.json', { appid: 'wx0000000000000000', compileType: 'miniprogram', miniprogramRoot: './' });
  write('app.json', { pages: ['index/index'] });
  write('app.js', 'App({});');
  write('index/index.js', page);
  write('index/index.json', {});
  write('index/index.wxml', '<view>minihub</view>');
  packed = await ci.packNpmManually({ packageJsonPath: join(project, 'package.json'), miniprogramNpmDistDir: project });
});

after(() => {
  rmSync(project, { recursive: true, force: true });
});

/** Runs a page as a mini program does, and gives what it handed to `Page`. */
function openPage(folder) {
  let definition;
  const globals = {
    Page: (given) => {
      definition = given;
    },
  };
  loadMiniProgramModule(join(folder, 'index/index.js'), { globals, npmFolder: join(folder, 'miniprogram_npm') });
  return definition;
}

function tryOut({ client, connect, messagePack, createWebSocketClass, signalR }) {
  const wx = { connectSocket: () => undefined };
  const Socket = createWebSocketClass(wx);
  assert.equal(Socket.OPEN, 1);
  assert.throws(() => new Socket('wss://a b/'), { name: 'SyntaxError', code: 12 });
  assert.equal(client.createWebSocketClass(wx).CLOSED, 3);
  assert.throws(
    () => connect('wss://example.com/hub'),
    (error) => client.MinihubError.is(error),
  );
  assert.deepEqual([...messagePack().encode({ type: 6 })], [2, 0x91, 6]);
  const connection = new signalR.HubConnectionBuilder().withUrl('https://example.com/hub', { wx }).build();
  assert.equal(connection.state, 'Disconnected');
  const error = new signalR.HttpError('Refused', 404);
  assert.deepEqual([error instanceof signalR.HttpError, error.name, error.statusCode], [true, 'HttpError', 404]);
}

test('the packer takes the client as a mini-program package, without a warning', () => {
  assert.equal(packed.miniProgramPackNum, 1);
  assert.deepEqual(packed.warnList, []);
});

test('what was packed is what was built, file by file', () => {
  for (const entry of entries) {
    const at = join(project, 'miniprogram_npm/@minihub/client', entry);
    assert.equal(readFileSync(at, 'utf8'), readFileSync(join(client, 'miniprogram_dist', entry), 'utf8'));
  }
});

test('what was packed runs inside the module wrapper', () => {
  tryOut(openPage(project));
});

test('the app compiler accepts it in "ES6 to ES5" mode, and what comes out runs', async () => {
  const app = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath: project,
    privateKeyPath: '',
    privateKey: 'none',
    ignores: ['node_modules/**/*', 'compiled/**/*'],
  });
  // Otherwise it asks WeChat's servers about the app id.
  app.attr = async () => ({ ...ci.DefaultProjectAttr });
  const files = await ci.compile(app, { setting: { es6: true, minify: false }, onProgressUpdate() {} });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(compiled, file)), { recursive: true });
    writeFileSync(join(compiled, file), content);
  }
  for (const entry of entries) assert.ok(files[`miniprogram_npm/@minihub/client/${entry}`], entry);
  tryOut(openPage(compiled));
});
