import { describe, expect, it } from 'vitest';
import { findAnchors, findReferences } from '../markdown-links.mjs';
import { countLines } from '../source-size.mjs';

describe('findReferences', () => {
  it('finds relative links and code paths with their lines', () => {
    const text =
      'See [the design](docs/design.md#limits).\nOpen `packages/protocol/src/index.ts`, ![shot](./a.png "A").';
    expect(findReferences(text)).toEqual([
      { line: 1, target: 'docs/design.md#limits', kind: 'link' },
      { line: 2, target: './a.png', kind: 'link' },
      { line: 2, target: 'packages/protocol/src/index.ts', kind: 'path' },
    ]);
  });

  it('leaves out the web, code blocks, code spans and patterns', () => {
    const text = [
      '[web](https://example.com) [mail](mailto:a@example.com) `[x](y)`',
      '`packages/*/src` `packages/<name>/src`',
      '```md',
      '[gone](gone.md)',
      '```',
    ].join('\n');
    expect(findReferences(text)).toEqual([]);
  });
});

describe('findAnchors', () => {
  it('makes the anchors that GitHub makes', () => {
    const text = '# How it works\n## `hub.map()` & co\n## 你好,世界\n## How it works\n<a id="own"></a>';
    expect([...findAnchors(text)]).toEqual(['how-it-works', 'hubmap--co', '你好世界', 'how-it-works-1', 'own']);
  });
});

describe('countLines', () => {
  it('counts a last line with and without its end', () => {
    expect([countLines(''), countLines('a'), countLines('a\n'), countLines('a\nb')]).toEqual([0, 1, 1, 2]);
  });
});
