import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFromFolder, optionKinds, readCommandLine } from '../src/command-line.ts';
import { CreateError } from '../src/index.ts';
import { runCaptured } from './support/run-captured.ts';

describe('help', () => {
  it('names every option, and lines to type', () => {
    const { exit, stdout, stderr } = runCaptured(['--help']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    for (const name of Object.keys(optionKinds)) expect(stdout).toContain(`--${name}`);
    expect(stdout).toContain('npm create minihub my-app -- --lang en');
    expect(runCaptured(['-h']).stdout).toBe(stdout);
  });

  it('goes to stderr, with code 2, when no folder is named', () => {
    const { exit, stdout, stderr } = runCaptured([]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('npm create minihub FOLDER');
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^create-minihub: MH_CREATE_MISSING_VALUE: In which folder\?/);
    expect(runCaptured(['--lang', 'zh']).stderr).toContain('MH_CREATE_MISSING_VALUE: 在哪个文件夹里？');
  });

  it('is Chinese where the locale is, or where --lang says so', () => {
    expect(runCaptured(['--help'], { env: { LANG: 'zh_CN.UTF-8' } }).stdout).toContain('用法');
    expect(runCaptured(['--help'], { env: {}, systemLocale: 'zh-CN' }).stdout).toContain('用法');
    expect(runCaptured(['--help'], { env: {}, systemLocale: 'en-GB' }).stdout).toContain('Usage');
    expect(runCaptured(['--help', '--lang', 'zh']).stdout).toContain('用法');
    expect(runCaptured(['--help', '--lang=en'], { env: { LC_ALL: 'zh_CN' } }).stdout).toContain('Usage');
  });
});

describe('a mistake', () => {
  it.each([
    [['app', '--langg', 'en'], 'MH_CREATE_UNKNOWN_OPTION', 'There is no option --langg. Did you mean --lang?'],
    [['app', '--hepl'], 'MH_CREATE_UNKNOWN_OPTION', 'Did you mean --help?'],
    [['app', '--miniprogram'], 'MH_CREATE_UNKNOWN_OPTION', 'Did you mean --no-miniprogram?'],
    [['app', '--frobnicate'], 'MH_CREATE_UNKNOWN_OPTION', 'There is no option --frobnicate. See --help.'],
    [['app', '-x'], 'MH_CREATE_UNKNOWN_OPTION', 'There is no option -x. See --help.'],
    [['app', '--__proto__'], 'MH_CREATE_UNKNOWN_OPTION', 'There is no option --__proto__.'],
    [['app', '--lang'], 'MH_CREATE_MISSING_VALUE', '--lang needs a value: --lang zh|en'],
    [['app', '--name='], 'MH_CREATE_MISSING_VALUE', '--name needs a value: --name NAME'],
    [['app', '--lang', 'fr'], 'MH_CREATE_INVALID_VALUE', '--lang is en or zh, not "fr".'],
    [['app', '--force=yes'], 'MH_CREATE_INVALID_VALUE', '--force is a switch: it takes no value.'],
    [['app', '--lang', 'zh', '--lang', 'en'], 'MH_CREATE_INVALID_VALUE', '--lang was given twice.'],
    [['app', '--name', 'My App'], 'MH_CREATE_INVALID_VALUE', '"My App" is no name for a package'],
    [['app', '--name', '聊天\u001b[2J'], 'MH_CREATE_INVALID_VALUE', '"聊天 [2J" is no name'],
    [['one', 'two'], 'MH_CREATE_INVALID_VALUE', 'One folder only: one or two?'],
  ])('in %j is one line with its code, and no stack', (args, code, message) => {
    const { exit, stdout, stderr } = runCaptured(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(`create-minihub: ${code}: `);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('of ours is told as one, with a stack only when it is asked for', () => {
    const stdout = {
      write: () => {
        throw new RangeError('boom');
      },
    };
    const { exit, stderr } = runCaptured(['--help'], { stdout });
    expect(exit).toBe(3);
    expect(stderr).toContain('this is a bug of create-minihub, please report it: boom');
    expect(stderr).not.toContain('    at ');
    expect(runCaptured(['--help'], { stdout, env: { MINIHUB_DEBUG: '1' } }).stderr).toContain('    at ');
  });
});

describe('the command line', () => {
  it('has everything that was asked for', () => {
    expect(readCommandLine(['--no-miniprogram', 'app', '--name=@me/app', '--lang', 'zh', '--force'])).toEqual({
      folder: 'app',
      language: 'zh',
      name: '@me/app',
      isTypeScript: false,
      hasMiniProgram: false,
      force: true,
      help: false,
      version: false,
    });
  });

  it('takes a folder that begins with a dash after --', () => {
    expect(readCommandLine(['--', '--app']).folder).toBe('--app');
  });

  it('of any shape is read, or refused with a code', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('--', '-', ...Object.keys(optionKinds).map((name) => `--${name}`)),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        try {
          readCommandLine(args);
        } catch (error) {
          expect(CreateError.is(error)).toBe(true);
        }
      }),
    );
  });
});

describe('the name', () => {
  it.each([
    ['my-app', 'my-app'],
    ['My App', 'my-app'],
    ['聊天', 'my-minihub'],
    ['聊天 2', '2'],
    ['.hidden', 'hidden'],
    ['_x', 'x'],
  ])('for the folder %j is %j', (folder, name) => {
    expect(nameFromFolder(folder)).toBe(name);
  });

  it('for any folder is one that npm takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (folder) => {
        const name = nameFromFolder(folder);
        expect(readCommandLine(['app', '--name', name.startsWith('-') ? 'refused' : name]).name).toBe(name);
      }),
    );
  });
});
