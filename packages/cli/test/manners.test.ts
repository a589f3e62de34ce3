import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands.ts';
import { runCaptured } from './support/doctor.ts';

describe('help', () => {
  it('lists every command', async () => {
    const { exit, stdout } = await runCaptured(['--help']);
    expect(exit).toBe(0);
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`${name} +${summary.en}`));
  });

  it.each(commands)('of $name explains each option, and shows lines to type', async (command) => {
    for (const args of [
      [command.name, '--help'],
      ['help', command.name],
    ]) {
      const { exit, stdout } = await runCaptured(args);
      expect(exit).toBe(0);
      for (const name of Object.keys(command.options)) expect(stdout).toContain(`--${name}`);
      for (const { line } of command.examples) expect(stdout).toContain(line);
    }
  });

  it('is Chinese where the locale is, or --lang says so', async () => {
    expect((await runCaptured(['doctor', '--help'], { env: { LANG: 'zh_CN.UTF-8' } })).stdout).toContain('用法');
    expect((await runCaptured(['doctor', '--help', '--lang', 'zh'])).stdout).toContain('示例');
    expect(
      (await runCaptured(['doctor', '--help', '--lang', 'en'], { env: { LANG: 'zh_CN.UTF-8' } })).stdout,
    ).toContain('Usage');
  });

  it('goes to stderr, with code 2, when nothing was asked', async () => {
    const { exit, stdout, stderr } = await runCaptured([]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('doctor');
  });

  it('stays within the width of the terminal', async () => {
    const columns = 60;
    let text = '';
    await runCaptured(['help', '--lang', 'zh'], { stdout: { write: (part) => (text += part), columns } });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });
});

const mistakes: readonly (readonly [string[], string])[] = [
  [['docter', 'wss://a.test'], 'There is no command "docter". Did you mean doctor?'],
  [['frobnicate'], 'There is no command "frobnicate". There are: doctor, proxy-config'],
  [['doctor', 'wss://a.test', '--idel', '60'], 'There is no option --idel. Did you mean --idle?'],
  [['doctor', 'wss://a.test', '-x'], 'There is no option -x.'],
  [['doctor', 'wss://a.test', '--idle'], '--idle needs a value: --idle SECONDS'],
  [['doctor', 'wss://a.test', '--idle', 'soon'], '--idle is a whole number from 0 to 7200, not "soon".'],
  [['doctor', 'wss://a.test', '--idle', '1', '--idle', '2'], '--idle was given twice.'],
  [['doctor', 'wss://a.test', '--json=yes'], '--json is a switch: it takes no value.'],
  [['doctor', 'ftp://a.test'], '"ftp://a.test" is no WebSocket URL.'],
  [['doctor', 'wss://'], '"wss://" is no URL.'],
  [['doctor', 'wss://u:p@a.test'], 'The URL holds a password'],
  [['doctor', 'wss://a.test', 'wss://b.test'], 'One address at a time'],
  [['doctor', 'wss://a.test', '--header', 'no colon'], '"no colon" is no header.'],
  [['doctor', 'wss://a.test', '--header', 'X: a\r\nY: b'], 'is no header.'],
  [['doctor', 'wss://a.test', '--ca', '/nowhere.pem'], 'Cannot read /nowhere.pem: ENOENT'],
  [['doctor', 'wss://a.test', '--proxy', 'ngnix'], 'Did you mean nginx?'],
  [['doctor', 'wss://a.test', '--hub', '--raw'], 'a hub or raw, not both'],
  [['doctor', '--lang', 'fr'], '--lang is en or zh, not "fr".'],
  [['proxy-config'], 'For which proxy?'],
  [['proxy-config', 'ngnix'], 'Did you mean nginx?'],
  [['proxy-config', 'nginx', '--upstream', 'file:///etc'], '--upstream is an address'],
  [['proxy-config', 'nginx', '--path', '/a b; }'], '--path begins with a slash'],
  [['proxy-config', 'nginx', '--server-name', 'a.test; }'], '--server-name is a domain name'],
  [['proxy-config', 'nginx', '--tls', 'only.pem'], '--tls is the certificate'],
  [['proxy-config', 'nginx', '--mode', 'arr'], '--mode is for iis only.'],
];

describe('a mistake', () => {
  it.each(mistakes)('in %j is one line with its code, exit code 2, and no stack', async (args, message) => {
    const { exit, stdout, stderr } = await runCaptured(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^minihub: .+ \(MH_CLI_[A-Z_]+\)\n$/);
  });

  it.each(mistakes)('in %j is told in Chinese where the locale is', async (args) => {
    const { exit, stderr } = await runCaptured(args, { env: { LANG: 'zh_CN.UTF-8' } });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/\p{Script=Han}/u);
    expect(stderr).not.toMatch(/[a-z] [a-z]+ [a-z]+ [a-z]+ /);
    expect((await runCaptured([...args, '--lang', 'zh'])).stderr).toMatch(/\p{Script=Han}/u);
  });

  it('of ours is told as one, without a stack unless it is asked for', async () => {
    const lookup = () => {
      throw new TypeError('boom');
    };
    const broken = {
      get columns(): number {
        throw new RangeError('boom');
      },
      write: lookup,
    };
    const { exit, stderr } = await runCaptured(['help'], { stdout: broken });
    expect(exit).toBe(3);
    expect(stderr).toContain('this is a bug of minihub');
    expect(stderr).not.toContain('    at ');
    expect((await runCaptured(['help'], { stdout: broken, env: { MINIHUB_DEBUG: '1' } })).stderr).toContain('    at ');
  });
});

describe('--version', () => {
  it('is that of the package', async () => {
    expect(await runCaptured(['--version'])).toMatchObject({ exit: 0, stdout: '0.0.0\n' });
  });
});

describe('colour', () => {
  const ofHelp = async (isTTY: boolean, env: Record<string, string>) => {
    let text = '';
    await runCaptured(['help'], { env, stdout: { write: (part) => (text += part), isTTY } });
    return text.includes('\u001b[');
  };
  it('is for terminals, unless NO_COLOR says not', async () => {
    expect(await ofHelp(true, {})).toBe(true);
    expect(await ofHelp(false, {})).toBe(false);
    expect(await ofHelp(true, { NO_COLOR: '1' })).toBe(false);
    expect(await ofHelp(true, { TERM: 'dumb' })).toBe(false);
  });
});
