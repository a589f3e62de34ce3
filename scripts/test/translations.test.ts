import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trackedFiles } from '../tracked-files.mjs';
import { root } from '../workspace.mjs';
import { codeBlocksOf } from './support/code-blocks.ts';

const files = trackedFiles();
// The Chinese page of the benchmark is a short one, on purpose.
const chinese = files.filter((file) => file.endsWith('.zh-CN.md') && !/\/template\/|^bench\//.test(file));
const pairs = chinese.map((zh) => ({ zh, en: zh.replace('.zh-CN.md', '.md') }));

/** What both languages of a page have in common: its headings, its code, the rows of its tables, its addresses. */
function outlineOf(page: string) {
  const text = readFileSync(join(root, page), 'utf8');
  const prose = text.replaceAll(/^(\s*)(```+|~~~+)[\s\S]*?^\s*\2\s*$/gm, '');
  return {
    headings: [...prose.matchAll(/^#+(?= )/gm)].map(([level]) => level),
    rows: [...prose.matchAll(/^\|.*\|$/gm)].map(([row]) => row.split(/(?<!\\)\|/).length),
    bullets: [...prose.matchAll(/^\s*(?:\*|\d+\.) /gm)].length,
    addresses: [...prose.matchAll(/\]\((https?:[^)\s]+)\)/g)].map(([, address = '']) => withoutLocale(address)).sort(),
    code: codeBlocksOf(page, text).map(({ language, text: code }) => [language, withoutWords(code)]),
  };
}

/** The address of a page that its owner has in many languages. */
function withoutLocale(address: string): string {
  return address.toLowerCase().replace(/\/(zh-cn|en-us|zh|en)\//, '/');
}

/** Code without what may be in another language: comments, sentences in quotes, and the switch for Chinese. */
function withoutWords(code: string): string {
  return code
    .replaceAll(/(?<=^|[\s;{])(?:\/\/|#).*$|<!--.*?-->/gm, '')
    .replaceAll(/\/\*.*?\*\/| --lang zh\b/g, '')
    .replaceAll(/'[^'\n]*'|`[^`\n]*`/g, (literal) => (/[ \p{Script=Han}]|[.?!]['`]$/u.test(literal) ? '…' : literal))
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();
}

describe('the two languages of the documentation', () => {
  it.each(pairs)('$en and $zh have the same headings, tables, lists, addresses and code', ({ en, zh }) => {
    expect(outlineOf(zh)).toEqual(outlineOf(en));
  });

  it.each(
    files.filter((file) =>
      /^(README|docs\/README|docs\/(guide|reference)\/[^/.]+|packages\/[^/]+\/README)\.md$/.test(file),
    ),
  )('%s is there in Chinese', (file) => {
    expect(files).toContain(file.replace('.md', '.zh-CN.md'));
  });
});
