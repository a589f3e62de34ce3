// Compiles the example mini program with the compiler that WeChat uploads with: its checks of every JSON file, its wxss
// compiler, and its "ES6 to ES5". Templates it takes as they are, WeChat's servers compile them; the example's own tests run
// them. It needs no network and no app id.
import './no-network.mjs';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ci from 'miniprogram-ci';

const example = fileURLToPath(new URL('../../examples/miniprogram/', import.meta.url));
const projectFile = 'project.config.json';
const folders = [];

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the example, changed before it is compiled. @param {(folder: string) => void} change */
async function compile(change = () => {}) {
  const projectPath = mkdtempSync(join(tmpdir(), 'minihub-example-'));
  folders.push(projectPath);
  cpSync(join(example, 'miniprogram'), join(projectPath, 'miniprogram'), { recursive: true });
  cpSync(join(example, projectFile), join(projectPath, projectFile));
  change(projectPath);
  const { setting } = JSON.parse(readFileSync(join(projectPath, projectFile), 'utf8'));
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath,
    privateKeyPath: '',
    privateKey: 'none',
    ignores: [],
  });
  // Otherwise it asks WeChat's servers about the app id.
  project.attr = async () => ({ ...ci.DefaultProjectAttr });
  const told = [];
  const files = await ci.compile(project, {
    setting: { ...setting, minify: false },
    onProgressUpdate: (task) => told.push(typeof task === 'string' ? task : task.message),
  });
  return { files, told };
}

/** A change of one file of the mini program. */
function edit(file, from, to) {
  return (folder) => {
    const path = join(folder, 'miniprogram', file);
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(from), `${file} has ${from}`);
    writeFileSync(path, text.replace(from, to));
  };
}

test('the compiler accepts the example, every page and component of it, without a warning', async (context) => {
  const printed = ['log', 'info', 'warn', 'error'].map((level) => context.mock.method(console, level, () => {}));
  const { files, told } = await compile();
  const output = printed.flatMap(({ mock }) => mock.calls.map((call) => call.arguments.join(' ')));
  context.mock.restoreAll();
  // It asks WeChat for a list of file types, in vain.
  const own = [...output, ...told].filter((text) => !/white ?ext ?list/.test(text));
  assert.deepEqual(
    own.filter((text) => /warn|error|fail/i.test(text)),
    [],
  );
  const { pages, usingComponents } = JSON.parse(readFileSync(join(example, 'miniprogram/app.json'), 'utf8'));
  for (const path of [...pages, ...Object.values(usingComponents).map((path) => path.slice(1))]) {
    assert.ok(files[`${path}.js`], path);
    assert.ok(files[`${path}.json`], path);
    assert.ok(told.includes(`${path}.wxml`), path);
  }
});

for (const [what, change] of [
  ['a style', edit('pages/room/room.wxss', '.page {', '.page {{')],
  ['a setting', edit('pages/room/room.json', '"disableScroll": true', '"disableScroll": "yes"')],
  ['a script', edit('pages/room/room.js', 'Page({', 'Page(({')],
]) {
  test(`the compiler refuses the example with a fault in ${what}`, async () => {
    await assert.rejects(compile(change));
  });
}
