import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsMiniProgram, parseMiniProgram } from '../../src/http/mini-program.ts';

const appId = 'wx0123456789abcdef';
const weChat = (version: string | number): string => `https://servicewechat.com/${appId}/${version}/page-frame.html`;

describe('parseMiniProgram', () => {
  it.each([
    ['0', 'preview'],
    ['1', 'release'],
    ['587', 'release'],
    ['devtools', 'devtools'],
  ])('reads version %s of a WeChat mini program as %s', (version, channel) => {
    expect(parseMiniProgram(weChat(version))).toEqual({ platform: 'wechat', appId, version, channel });
  });

  it.each([
    ['https://appservice.qq.com/1108221428/2.18.1/page-frame.html', 'qq', '1108221428', '2.18.1'],
    [
      'https://tmaservice.developer.toutiao.com/?appid=tt0abe7c0395b0a48101&version=0.0.10',
      'douyin',
      'tt0abe7c0395b0a48101',
      '0.0.10',
    ],
    [
      'https://tmaservice.developer.toutiao.com?appid=tt7cca0a77e3e0cd15&version=0.0.161',
      'douyin',
      'tt7cca0a77e3e0cd15',
      '0.0.161',
    ],
    [
      'https://smartapp.baidu.com/OTr2L8mhwSPqmGrVyPzhY1pjLqoZUoxB/1.2.3/page-frame.html',
      'baidu',
      'OTr2L8mhwSPqmGrVyPzhY1pjLqoZUoxB',
      '1.2.3',
    ],
    [
      'https://smartapps.cn/OTr2L8mhwSPqmGrVyPzhY1pjLqoZUoxB/1.2.3/page-frame.html',
      'baidu',
      'OTr2L8mhwSPqmGrVyPzhY1pjLqoZUoxB',
      '1.2.3',
    ],
    [
      'https://2018051660134749.hybrid.alipay-eco.com/2018051660134749/0.2.2009282028.54/index.html#pages/a/a?b=1',
      'alipay',
      '2018051660134749',
      '0.2.2009282028.54',
    ],
    [
      'https://2018051660134749.hybrid.alipay-eco.com/2018051660134749/0.2.1/index.html',
      'alipay',
      '2018051660134749',
      '0.2.1',
    ],
  ])('reads %s', (referer, platform, id, version) => {
    expect(parseMiniProgram(referer)).toEqual({ platform, appId: id, version, channel: 'release' });
  });

  const odd: string[] = [
    '',
    'https://servicewechat.com',
    'https://servicewechat.com/',
    `http://servicewechat.com/${appId}/1/page-frame.html`,
    `https://servicewechat.com:443/${appId}/1/page-frame.html`,
    `https://SERVICEWECHAT.com/${appId}/1/page-frame.html`,
    `https://servicewechat.com/${appId}/1/page-frame.html?x`,
    `https://servicewechat.com/${appId}/1/page-frame.html#x`,
    `https://servicewechat.com/${appId}/1/page-frame.htmlx`,
    `https://servicewechat.com/${appId}/1/page-frame.html\n`,
    `https://servicewechat.com/${appId}//page-frame.html`,
    `https://servicewechat.com/${appId}/-1/page-frame.html`,
    `https://servicewechat.com/${appId}/trial/page-frame.html`,
    `https://servicewechat.com/${appId}/12345678901/page-frame.html`,
    `https://servicewechat.com/${appId}/1/../page-frame.html`,
    `https://servicewechat.com/${appId.toUpperCase()}/1/page-frame.html`,
    `https://servicewechat.com/${appId}0/1/page-frame.html`,
    'https://servicewechat.com/wx/1/page-frame.html',
    'https://servicewechat.com/../1/page-frame.html',
    `https://servicewechat.com@evil.com/${appId}/1/page-frame.html`,
    `https://evil.com/https://servicewechat.com/${appId}/1/page-frame.html`,
    `https://servicewechat.com.evil.com/${appId}/1/page-frame.html`,
    ` https://servicewechat.com/${appId}/1/page-frame.html`,
    'https://2018051660134749.hybrid.alipay-eco.com/2018051660134748/0.2.1/index.html',
    'https://tmaservice.developer.toutiao.com/?appid=tt0abe7c0395b0a48101',
  ];
  it.each(odd)('does not believe %j', (referer) => {
    expect(parseMiniProgram(referer)).toBeUndefined();
  });

  it('reads nothing else, and every well-formed one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseMiniProgram(text)).toBeUndefined();
        expect(parseMiniProgram(weChat(text))?.version).toBe(/^(\d{1,10}|devtools)$/.test(text) ? text : undefined);
      }),
    );
    fc.assert(
      fc.property(fc.nat(), (version) => {
        expect(parseMiniProgram(weChat(version))).toMatchObject({ appId, version: `${version}` });
      }),
    );
  });
});

describe('claimsMiniProgram', () => {
  it('sees also the odd ones that say they come from a mini program, and nobody else', () => {
    for (const claim of [
      weChat(1),
      'https://servicewechat.com',
      'http://ServiceWeChat.com/x',
      'https://servicewechat.com:1/',
    ]) {
      expect(claimsMiniProgram(claim)).toBe(true);
    }
    for (const other of [
      undefined,
      '',
      'https://example.com/',
      'https://servicewechat.com.evil.com/',
      'servicewechat.com',
    ]) {
      expect(claimsMiniProgram(other)).toBe(false);
    }
  });
});
