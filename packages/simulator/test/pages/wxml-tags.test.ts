import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MetTag, rewriteTemplate } from '../../src/pages/compile/wxml-tags.ts';

const wx = (source: string): string =>
  rewriteTemplate(source, { tag: ({ name }) => (name === 'view' ? 'wx-view' : name) });

describe('rewriteTemplate', () => {
  it.each([
    ['<view a="<view>">x</view>', '<wx-view a="<view>">x</wx-view>'],
    ['<view/><views></views>', '<wx-view/><views></views>'],
    ['{{ a <view ? 1 : 2 }}<view></view>', '{{ a <view ? 1 : 2 }}<wx-view></wx-view>'],
    ['<!-- <view> --><view></view>', '<!-- <view> --><wx-view></wx-view>'],
    [
      `<wxs module="m">var a = "<view>";</wxs><view></view>`,
      `<wxs module="m">var a = "<view>";</wxs><wx-view></wx-view>`,
    ],
    ['<wxs src="a.wxs" module="m" /><view></view>', '<wxs src="a.wxs" module="m" /><wx-view></wx-view>'],
    [`<view wx:if="{{a > 1}}">1</view>`, `<wx-view wx:if="{{a > 1}}">1</wx-view>`],
    ['1 < 2 <view>', '1 < 2 <wx-view>'],
  ])('%s', (source, expected) => {
    expect(wx(source)).toBe(expected);
  });

  it('tells the line of each tag', () => {
    const met: string[] = [];
    rewriteTemplate('<a>\n\n<b>\n</b></a>', {
      tag: ({ name, line }) => {
        met.push(`${name}${line}`);
        return name;
      },
    });
    expect(met).toEqual(['a1', 'b3', 'b4', 'a4']);
  });

  it('leaves any text as it is when no name changes', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('<view ', '</view>', '{{', '}}', '<!--', '-->', '"', "'", '<wxs>', '</wxs>', '>', '/>'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const source = pieces.join('');
        const same = {
          tag: ({ name }: MetTag) => name,
          attribute: (name: string) => name,
          script: (code: string) => code,
        };
        expect(rewriteTemplate(source, same)).toBe(source);
      }),
    );
  });
});
