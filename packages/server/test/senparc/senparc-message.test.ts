import { toSenparcMessage } from '@minihub/server/senparc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('toSenparcMessage', () => {
  it('reads what the Senparc pages send', () => {
    const members = { Message: '你好', SessionId: 's1', FormId: 'the formId is a mock one' };
    expect(toSenparcMessage(JSON.stringify(members))).toEqual({
      message: '你好',
      sessionId: 's1',
      formId: 'the formId is a mock one',
      members,
    });
  });

  it('does not mind the case of names, and prefers the right one', () => {
    expect(toSenparcMessage('{"message":"a","SESSIONID":"b","formid":"c"}')).toMatchObject({
      message: 'a',
      sessionId: 'b',
      formId: 'c',
    });
    expect(toSenparcMessage('{"Message":"right","message":"wrong","MESSAGE":"wrong"}').message).toBe('right');
    expect(toSenparcMessage('{"message":"first","MESSAGE":"last"}').message).toBe('last');
  });

  it('keeps further members', () => {
    const { members } = toSenparcMessage('{"Message":"a","Room":7,"__proto__":{"isAdmin":true}}');
    expect(members).toMatchObject({ Room: 7 });
    expect('isAdmin' in members).toBe(false);
  });

  it('takes session and form as absent when they are', () => {
    expect(toSenparcMessage('{"Message":"","SessionId":null,"FormId":5}')).toEqual({
      message: '',
      sessionId: undefined,
      formId: undefined,
      members: { Message: '', SessionId: null, FormId: 5 },
    });
  });

  it.each([
    'hello',
    '',
    '{',
    '{"Message":"cut off',
    '{"Message":5}',
    '{"SessionId":"s1"}',
    '["Message"]',
    '"Message"',
    'null',
    '5',
    'a\0b',
  ])('takes %j as a message as it stands', (text) => {
    expect(toSenparcMessage(text)).toEqual({ message: text, sessionId: undefined, formId: undefined, members: {} });
  });

  it('reads every message that JSON can carry, NUL included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (message, sessionId) => {
        const read = toSenparcMessage(JSON.stringify({ Message: message, SessionId: sessionId }));
        expect([read.message, read.sessionId]).toEqual([message, sessionId]);
      }),
    );
  });

  it('never throws, and never loses what it cannot read', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => json.slice(1)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { message, members } = toSenparcMessage(text);
        if (Object.keys(members).length === 0) expect(message).toBe(text);
      }),
    );
  });
});
