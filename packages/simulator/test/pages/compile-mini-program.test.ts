import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { compileMiniProgram, SimulatorError } from '../../src/pages/index.ts';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

const folders: string[] = [];

function folderOf(files: { [path: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'minihub-compile-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (SimulatorError.is(error) ? error.code : String(error)),
  );

describe('compileMiniProgram', () => {
  it.each([
    ['MH_SIM_FOLDER_NOT_FOUND', { dir: '/no/such/folder' }],
    ['MH_SIM_NOT_A_MINI_PROGRAM', { files: { 'readme.md': '' } }],
    ['MH_SIM_BAD_JSON', { files: { 'app.json': '{' } }],
    ['MH_SIM_NO_PAGES', { files: { 'app.json': '{}' } }],
  ])('refuses with %s', async (code, source) => {
    expect(await codeOf(compileMiniProgram(source))).toBe(code);
  });

  it('finds the root in project.config.json, and the pages of subpackages', async () => {
    const dir = folderOf({
      'project.config.json': '{ "miniprogramRoot": "src/", "appid": "wx1" }',
      'src/app.json': '{ "pages": ["index"], "subPackages": [{ "root": "more", "pages": ["a/a"] }] }',
      'src/index.wxml': '',
      'src/more/a/a.wxml': '',
    });
    const { pages, appId, problems } = await compileMiniProgram({ dir });
    expect({ pages, appId, problems }).toEqual({ pages: ['index', 'more/a/a'], appId: 'wx1', problems: [] });
  });

  it('tells what is wrong with a file, where, and goes on with the rest', async () => {
    const { problems } = await compileMiniProgram(
      onePage('<view>\n<nonsense/>\n<camera/></view>', 'Page({\n  data: {\n)', {
        'a.ts': 'const a: = 1',
        'b.json': '{',
        'index.json': '{ "usingComponents": { "no": "./no" } }',
      }),
    );
    expect(problems.map(({ level, file, line }) => `${level} ${file}${line ? `:${line}` : ''}`).sort()).toEqual([
      'error a.ts:1',
      'error b.json',
      'error index.js:3',
      'error index.json',
      'warning index.wxml:2',
      'warning index.wxml:3',
    ]);
  });

  it('packs packages as WeChat does: a miniprogram folder as it is, anything else from its entry', async () => {
    const dir = folderOf({
      'app.json': '{ "pages": ["index"] }',
      'index.wxml': '<view class="out">{{out}}</view>',
      'index.js': `Page({ data: { out: require('@x/packed').name + require('@x/packed/sub') + require('plain') } })`,
      'node_modules/@x/packed/package.json': '{ "miniprogram": "mp" }',
      'node_modules/@x/packed/mp/index.js': `exports.name = 'packed '`,
      'node_modules/@x/packed/mp/sub.js': `module.exports = 'sub '`,
      'node_modules/plain/package.json': '{ "main": "lib/main.js" }',
      'node_modules/plain/lib/main.js': `module.exports = require('./part')`,
      'node_modules/plain/lib/part.js': `module.exports = 'plain'`,
    });
    await using run = await runInJsdom({ dir });
    expect(run.texts('.out')).toEqual(['packed sub plain']);
    expect(run.app.errors).toEqual([]);
  });

  it('keeps the lines of translated files', async () => {
    const script =
      'interface A {\n  a: string;\n}\n\nPage({\n  onLoad() {\n    // here\n    throw new Error("lost" as string);\n  },\n});';
    const { 'index.js': _, ...files } = onePage('<view/>').files;
    await using run = await runInJsdom({ files: { ...files, 'index.ts': script } });
    expect(run.app.errors).toMatchObject([
      { message: 'Error: lost', file: 'index.ts', line: 8, during: 'onLoad of index' },
    ]);
  });
});
