import { languageOf, languageOfArguments } from '@minihub/command-line';
import { describe, expect, it } from 'vitest';

describe('the language', () => {
  it.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
    [{ LC_ALL: '', LANG: 'zh_TW' }, 'zh'],
    [{}, 'en'],
  ])('of %j is %s', (env, language) => {
    expect(languageOf(env, 'en-US')).toBe(language);
  });

  it('is that of the machine where the environment says nothing, as on Windows', () => {
    expect(languageOf({}, 'zh-Hans-CN')).toBe('zh');
    expect(languageOf({ LANG: '' }, 'de-DE')).toBe('en');
    expect(languageOf({ LANG: 'en_GB.UTF-8' }, 'zh-CN')).toBe('en');
  });

  it.each([
    [['--lang', 'zh'], 'zh'],
    [['doctor', '--lang=zh', '--idel', '5'], 'zh'],
    [['--lang', 'en', '--lang', 'zh'], 'zh'],
    [['--lang', 'fr'], 'en'],
    [['--lang'], 'en'],
    [[], 'en'],
  ] as const)('of a complaint about %j is %s', (args, language) => {
    expect(languageOfArguments(args, 'en')).toBe(language);
  });
});
