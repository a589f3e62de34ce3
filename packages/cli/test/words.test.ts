import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jwtTimes } from '../src/doctor/checks/token.ts';
import { reasons, told } from '../src/doctor/reason.ts';
import { columnsOf, wrap } from '../src/terminal.ts';

describe('wrapped text', () => {
  it('keeps its words and its width, as far as words are not wider', () => {
    const words = fc.array(fc.oneof(fc.stringMatching(/^[a-z]{1,12}$/), fc.constantFrom('证书已过期', '握手，失败')), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(words, (all) => {
        const lines = wrap(all.join(' '), 20);
        expect(lines.join('').replaceAll(' ', '')).toBe(all.join(''));
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('does not begin a line with Chinese punctuation', () => {
    for (const line of wrap('一二三四五六七八九，十。'.repeat(3), 18)) expect(line).not.toMatch(/^[，。]/);
  });
});

describe('a reason', () => {
  it.each([
    ['timeout', 'timeout', '超时'],
    ['ECONNREFUSED', 'ECONNREFUSED (nothing listens there)', 'ECONNREFUSED（没有程序监听）'],
    [
      'no answer to the handshake of the hub (closed)',
      'no answer to the handshake of the hub (closed)',
      'Hub 握手没有应答（连接被关闭）',
    ],
    ['1008 closed by policy (42)', '1008 closed by policy (42)', '1008 closed by policy (42)'],
    ['EWHATEVER', 'EWHATEVER', 'EWHATEVER'],
  ])('%s is told as %s, and as %s', (reason, en, zh) => {
    expect(told(reason)).toEqual({ en, zh });
  });

  it('has Chinese words for all that the probes say', () => {
    for (const reason of Object.values(reasons)) expect(told(reason).zh).toMatch(/\p{Script=Han}/u);
  });

  it('is told whatever a server says', () => {
    fc.assert(fc.property(fc.string(), (text) => told(text).en.startsWith(text)));
  });
});

describe('the times of a token', () => {
  it('are read from a JWT, and from nothing else', () => {
    const payload = Buffer.from('{"exp":5,"nbf":"soon","sub":"x"}').toString('base64url');
    expect(jwtTimes(`e30.${payload}.sig`)).toEqual({ exp: 5 });
    fc.assert(fc.property(fc.string(), (text) => jwtTimes(text) === undefined || typeof jwtTimes(text) === 'object'));
    expect(jwtTimes('e30.bm90IGpzb24.sig')).toBeUndefined();
  });
});
