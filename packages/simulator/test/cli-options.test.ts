import { describe, expect, it } from 'vitest';
import { helpText, readCliOptions } from '../src/cli-options.ts';

describe('readCliOptions', () => {
  it('reads a folder and its options, with and without =', () => {
    expect(
      readCliOptions([
        'app',
        '--port',
        '0',
        '--open',
        '--lang=zh',
        '--host=::1',
        '--route=wss://a=ws://b',
        '--route',
        'ws://c=ws://d',
      ]),
    ).toEqual({
      dir: 'app',
      port: 0,
      open: true,
      language: 'zh',
      host: '::1',
      help: false,
      routes: { 'wss://a': 'ws://b', 'ws://c': 'ws://d' },
    });
  });

  it.each([
    [['--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['x', '--whatever-this-is'], 'There is no option --whatever-this-is. See --help.'],
    [[], 'Which folder?'],
    [['a', 'b'], 'One folder only: a or b?'],
    [['a', '--port', 'x'], '--port is a whole number from 0 to 65535, not "x".'],
    [['a', '--port'], '--port needs a value: --port N'],
    [['a', '--lang', 'fr'], '--lang is en or zh, not "fr".'],
    [['a', '--host'], '--host needs a value: --host ADDRESS'],
    [['a', '--route', 'b'], '--route wants FROM=TO, not b.'],
  ])('refuses %j', (args, text) => {
    expect(() => readCliOptions(args)).toThrow(text);
  });

  it('needs no folder for --help, which names every option', () => {
    expect(readCliOptions(['--help']).help).toBe(true);
    for (const flag of ['--port', '--host', '--open', '--lang', '--route', '--help']) {
      expect(helpText('en')).toContain(flag);
      expect(helpText('zh')).toContain(flag);
    }
  });
});
