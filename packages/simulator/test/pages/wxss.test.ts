import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inlineImports, rewriteSelector, toCss } from '../../src/pages/compile/wxss.ts';
import { cssFor } from '../../src/pages/runtime/theme.ts';

describe('rewriteSelector', () => {
  it.each([
    ['view.a > text:not(.b)', {}, 'wx-view.a > wx-text:not(.b)'],
    ['page', {}, 'wx-page'],
    ['.view .page-a', {}, '.view .page-a'],
    ['#view[image="view"]::after', {}, '#view[image="view"]::after'],
    ['.a.b, .c:nth-child(2n+1)', { prefix: 'p' }, '.p--a.p--b, .p--c:nth-child(2n+1)'],
    [':host .a', { prefix: 'p', host: 'c/c' }, '[is="c/c"] .p--a'],
    ['button::after', {}, 'wx-button::after'],
    ['my-bubble text', {}, 'my-bubble wx-text'],
  ])('%s', (selector, scope, expected) => {
    expect(rewriteSelector(selector, scope)).toBe(expected);
  });
});

describe('toCss', () => {
  it('turns rpx into a share of the width', () => {
    expect(toCss('.a { width: -1.5rpx; margin: 10rpx auto }')).toContain(
      'width: calc(100vw * -1.5 / 750); margin: calc(100vw * 10 / 750) auto',
    );
  });

  it('goes into conditions, and leaves key frames and strings alone', () => {
    const css = toCss(
      '@media (min-width: 700rpx) { view { color: red } } @keyframes view { from { top: 2rpx } to { top: 0 } } .a::before { content: "view { 2x }" }',
    );
    expect(css).toContain('@media (min-width: 350px) {wx-view { color: red }');
    expect(css).toContain('@keyframes view { from { top: calc(100vw * 2 / 750) } to { top: 0 } }');
    expect(css).toContain('content: "view { 2x }"');
  });

  it('takes comments out', () => {
    expect(toCss('/* view { */ .a { /* } */ color: red }')).toBe('.a {   color: red }');
  });

  it('never throws, whatever it is given', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{', '}', '"', "'", '/*', '*/', '@media ', '.a', 'view', ':host', ';', 'url(', '5rpx'),
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => typeof toCss(pieces.join(''), { prefix: 'p' }) === 'string'));
  });

  it('keeps braces in pairs', () => {
    const rule = fc.record({ selector: fc.constantFrom('.a', 'view', '#b > text'), value: fc.nat() });
    fc.assert(
      fc.property(fc.array(rule), (rules) => {
        const css = toCss(rules.map(({ selector, value }) => `${selector} { width: ${value}rpx }`).join('\n'));
        expect(css.split('{').length).toBe(rules.length + 1);
        expect(css.split('}').length).toBe(rules.length + 1);
      }),
    );
  });
});

describe('inlineImports', () => {
  const files: { readonly [file: string]: string } = {
    'a.wxss': '@import "b.wxss"; .a {}',
    'b.wxss': "@import 'a.wxss'; .b {}",
  };
  const load = (path: string): { file: string; text: string } | undefined => {
    const text = files[path];
    return text === undefined ? undefined : { file: path, text };
  };

  it('puts a file in the place of its import, once where files import each other', () => {
    expect(
      inlineImports(files['a.wxss'] ?? '', 'a.wxss', load)
        .replace(/\s+/g, ' ')
        .trim(),
    ).toBe('.b {} .a {}');
  });

  it('drops what is not there, and what is elsewhere', () => {
    expect(inlineImports('@import "none.wxss"; @import url(https://x.test/a.css); .c {}', 'c.wxss', load).trim()).toBe(
      '.c {}',
    );
  });
});

describe('cssFor', () => {
  it('answers for the phone what the browser would answer for itself', () => {
    const css = '@media (prefers-color-scheme: dark) {} @media (prefers-color-scheme:light) {}';
    expect(cssFor(css, 'dark')).toBe('@media (min-width: 0px) {} @media (max-width: 0px) {}');
  });
});
