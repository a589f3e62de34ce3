import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import own from '../package.json' with { type: 'json' };
import { planProject } from '../src/project.ts';
import { runCaptured, temporaryFolder } from './support/run-captured.ts';

const fillings = (['zh', 'en'] as const).flatMap((language) =>
  [true, false].flatMap((hasMiniProgram) =>
    [true, false].map((isTypeScript) => ({ name: '@me/tea', language, hasMiniProgram, isTypeScript })),
  ),
);

describe('a new project', () => {
  it.each(fillings)(
    'in $language, with a mini program: $hasMiniProgram, in TypeScript: $isTypeScript, has nothing left to fill in',
    (filling) => {
      for (const [path, text] of planProject(filling)) {
        expect(text, path).not.toMatch(/\[\[[^\]]*\||my-minihub|<!--/);
        expect(text.endsWith('\n'), path).toBe(true);
        expect(text, path).not.toContain('\r');
        if (path.endsWith('.json')) expect(() => JSON.parse(text), path).not.toThrow();
      }
    },
  );

  it('speaks one language', () => {
    const chinese = /\p{Script=Han}/u;
    const other = new Set(['README.zh-CN.md', 'tests/chat.test.js', 'tests/pages.test.js']);
    for (const [path, text] of planProject({
      name: 'tea',
      language: 'en',
      hasMiniProgram: true,
      isTypeScript: false,
    })) {
      if (path === 'README.md') expect(text.replace('[中文]', ''), path).not.toMatch(chinese);
      else if (!other.has(path)) expect(text, path).not.toMatch(chinese);
    }
    const zh = planProject({ name: 'tea', language: 'zh', hasMiniProgram: true, isTypeScript: false });
    expect(zh.get('README.md')).toContain('在哪里改');
    expect(zh.get('miniprogram/pages/chat/chat.wxml')).toContain('发送');
    expect(zh.get('README.en.md')).toContain('What to change where');
  });

  it('depends on what this package was tested with, and on nothing unknown', () => {
    for (const filling of fillings) {
      const manifest = JSON.parse(planProject(filling).get('package.json') ?? '');
      expect(manifest.name).toBe('@me/tea');
      const tested: Record<string, string> = own.devDependencies;
      const ranges: [string, string][] = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
      for (const [name, range] of ranges) expect(range.replace('^', ''), name).toBe(tested[name]);
      const both = Object.keys(manifest.dependencies).filter((name) => name in manifest.devDependencies);
      expect(both).toEqual([]);
    }
  });

  it('has no trace of the mini program when none is wanted', () => {
    const files = planProject({ name: 'tea', language: 'en', hasMiniProgram: false, isTypeScript: true });
    expect([...files.keys()].filter((path) => /^miniprogram|pages|project\.config/.test(path))).toEqual([]);
    expect(files.get('README.md')).not.toMatch(/mini program/i);
    expect(files.get('package.json')).not.toMatch(/jsdom|glass-easel|esbuild|"phone"/);
  });

  it('is in TypeScript whole, but for what npm runs before anything is compiled', () => {
    const files = planProject({ name: 'tea', language: 'en', hasMiniProgram: true, isTypeScript: true });
    const scripts = [...files.keys()].filter((path) => /\.(js|ts)$/.test(path) || path.endsWith('config.json'));
    expect(scripts.filter((path) => path.endsWith('.js'))).toEqual(['scripts/prepare-miniprogram.js']);
    expect(scripts).not.toContain('jsconfig.json');
    expect(scripts).toEqual(
      expect.arrayContaining(['server/app.ts', 'miniprogram/pages/chat/chat.ts', 'tsconfig.json']),
    );
    expect(files.get('README.md')).toContain('`server/chat-hub.ts`');
    expect(files.get('README.md')).not.toMatch(/(server|tests|pages)\/[\w-]+\.js/);
    expect(files.get('project.config.json')).toContain('"useCompilerPlugins": ["typescript"]');
  });

  it('has the same files in both languages of code', () => {
    const paths = (isTypeScript: boolean) =>
      [...planProject({ name: 'tea', language: 'en', hasMiniProgram: true, isTypeScript }).keys()]
        .filter((path) => !/config(\.miniprogram)?\.json$/.test(path))
        .map((path) => path.replace(/\.ts$/, '.js'))
        .sort();
    expect(paths(true)).toEqual(paths(false));
  });

  it('keeps what must not be committed or shipped out of git and of the image', () => {
    const files = planProject({ name: 'tea', language: 'zh', hasMiniProgram: true, isTypeScript: false });
    for (const name of ['.gitignore', '.dockerignore']) {
      expect(files.get(name)?.split('\n')).toEqual(expect.arrayContaining(['.env']));
    }
    expect(files.get('.gitignore')).toContain('project.private.config.json');
  });
});

describe('writing it', () => {
  it('fills an empty folder, and says what to do next', async () => {
    await using folder = await temporaryFolder();
    const { exit, stdout, stderr } = runCaptured(['my app', '--lang', 'en'], { cwd: folder.path });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    for (const line of ['cd "my app"', 'npm install', 'npm test', 'npm start', 'npm run phone']) {
      expect(stdout).toContain(`  ${line}`);
    }
    expect(stdout).toContain(`import ${join(folder.path, 'my app')} in WeChat's devtools`);
    const manifest = JSON.parse(await readFile(join(folder.path, 'my app', 'package.json'), 'utf8'));
    expect(manifest.name).toBe('my-app');
  });

  it('takes the current folder, in which a fresh repository may be', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, '.git'));
    const { exit, stdout } = runCaptured(['.', '--no-miniprogram'], { cwd: folder.path });
    expect(exit).toBe(0);
    expect(stdout).not.toMatch(/^ {2}cd |npm run phone|devtools/m);
    expect(await readdir(folder.path)).toEqual(expect.arrayContaining(['.git', '.gitignore', 'server']));
  });

  it('leaves a folder alone that holds something, unless it is forced', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'mine.txt'), 'mine');
    await writeFile(join(folder.path, 'README.md'), 'mine too');
    const refused = runCaptured(['.'], { cwd: folder.path });
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toMatch(/MH_CREATE_FOLDER_NOT_EMPTY: .* is not empty \(README\.md, mine\.txt\)\..*--force/);
    expect(await readdir(folder.path)).toHaveLength(2);

    expect(runCaptured(['.', '--force'], { cwd: folder.path }).exit).toBe(0);
    expect(await readFile(join(folder.path, 'mine.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(folder.path, 'README.md'), 'utf8')).not.toBe('mine too');
  });

  it('says why where nothing can be written', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), '');
    await mkdir(join(folder.path, 'taken'));
    await mkdir(join(folder.path, 'taken', 'package.json'));
    for (const [name, why] of [
      ['file', 'it is a file'],
      ['file/below', 'it is a file'],
      ['taken', 'EISDIR'],
    ]) {
      const { exit, stderr } = runCaptured([name ?? '', '--force'], { cwd: folder.path });
      expect(exit).toBe(1);
      expect(stderr).toContain('MH_CREATE_CANNOT_WRITE');
      expect(stderr).toContain(why);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it.runIf(process.platform === 'linux')('ends where the system has no place for folders', () => {
    const { exit, stderr } = runCaptured(['/proc/minihub', '--lang', 'en']);
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^create-minihub: MH_CREATE_CANNOT_WRITE: Cannot write .*: ENOENT\.$/m);
  });

  it('tells its version', () => {
    expect(runCaptured(['--version'])).toEqual({ exit: 0, stdout: `${own.version}\n`, stderr: '' });
  });
});
