import { describe, expect, it } from 'vitest';
import { adviseOnFailure, classifyFailure, clientErrorCodes } from '../src/index.ts';

// What phones have been seen to say; the classes are those of the documentation.
const seen: readonly (readonly [string, string])[] = [
  ['createSocketTask:fail url not in domain list', 'MH_CLIENT_DOMAIN_NOT_LISTED'],
  ['connectSocket:fail url not in domain list', 'MH_CLIENT_DOMAIN_NOT_LISTED'],
  ['connectSocket:fail check url failed', 'MH_CLIENT_DOMAIN_CHECK_FAILED'],
  ['createSocketTask:fail wcwss taskID=9 exceed max concurrent count', 'MH_CLIENT_SOCKET_LIMIT'],
  ['connectSocket:fail invalid url', 'MH_CLIENT_INVALID_URL'],
  ['URL ws//x is not valid', 'MH_CLIENT_INVALID_URL'],
  ['exception onOpen fail code:20, msg:Invalid HTTP status', 'MH_CLIENT_HANDSHAKE_REFUSED'],
  ['Error during WebSocket handshake: Unexpected response code: 400', 'MH_CLIENT_HANDSHAKE_REFUSED'],
  ['Error during WebSocket handshake: Unexpected response code: 401', 'MH_CLIENT_UNAUTHORIZED'],
  ['Unexpected server response: 403', 'MH_CLIENT_UNAUTHORIZED'],
  ['Unexpected server response: 404', 'MH_CLIENT_HANDSHAKE_REFUSED'],
  ['{"errCode":1004,"errMsg":"open fail: _code:20,_msg:Invalid HTTP status"}', 'MH_CLIENT_HANDSHAKE_REFUSED'],
  ['{"errCode":1004,"errMsg":"open fail: _code:8,_msg:TLS handshake failed"}', 'MH_CLIENT_TLS'],
  ['{"errCode":1004}', 'MH_CLIENT_TLS'],
  ['exception onOpen fail code:8,TLS handshake failed', 'MH_CLIENT_TLS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'MH_CLIENT_TLS'],
  ['Connection refused', 'MH_CLIENT_NETWORK'],
  ['connectSocket:fail code:-1004', 'MH_CLIENT_NETWORK'],
  ['未能连接到服务器', 'MH_CLIENT_NETWORK'],
  ['未能完成该操作', 'MH_CLIENT_NETWORK'],
  ['Socket is not connected', 'MH_CLIENT_NETWORK'],
  ['Software caused connection abort', 'MH_CLIENT_NETWORK'],
  ['connectSocket:fail timeout', 'MH_CLIENT_NETWORK'],
  ['request:fail time out', 'MH_CLIENT_NETWORK'],
  ['fail interrupted', 'MH_CLIENT_BACKGROUND'],
  ['sendSocketMessage:fail taskID not exist', 'MH_CLIENT_SOCKET_DEAD'],
  ['closeSocket:fail wcwss taskID not exist', 'MH_CLIENT_SOCKET_DEAD'],
  ['SocketTask.send:fail SocketTask.readyState is not OPEN', 'MH_CLIENT_SOCKET_DEAD'],
  ['未完成的操作', 'MH_CLIENT_SOCKET_DEAD'],
  ['connectSocket:fail runtime invalidated', 'MH_CLIENT_TOOLS'],
  [
    "Error during WebSocket handshake: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
    'MH_CLIENT_SUBPROTOCOL',
  ],
  ['something new', 'MH_CLIENT_SOCKET_FAILED'],
];

describe('classifyFailure', () => {
  it.each(seen)('puts %j under %s and keeps the words', (errMsg, code) => {
    expect(classifyFailure(errMsg)).toMatchObject({ code, message: errMsg });
  });

  it('uses only documented codes', () => {
    for (const [, code] of seen) expect(clientErrorCodes).toHaveProperty(code);
  });
});

describe('adviseOnFailure', () => {
  it.each(Object.keys(clientErrorCodes))('has advice about %s in both languages', (code) => {
    const advice = adviseOnFailure(code);
    expect(advice.en).toMatch(/^[A-Z].{20,}\.$/);
    expect(advice.zh).toMatch(/[\u4e00-\u9fff].*。$/);
    if (code !== 'MH_CLIENT_SOCKET_FAILED') expect(advice).not.toBe(adviseOnFailure('MH_CLIENT_SOCKET_FAILED'));
  });

  it('sends who asks about an unknown code to the words of the platform', () => {
    expect(adviseOnFailure('MH_CLIENT_NOT_YET')).toBe(adviseOnFailure('MH_CLIENT_SOCKET_FAILED'));
  });

  it('says not to retry what a person has to change', () => {
    expect(adviseOnFailure('MH_CLIENT_DOMAIN_NOT_LISTED').retry).toBe('no');
    expect(adviseOnFailure('MH_CLIENT_BACKGROUND').retry).toBe('on-show');
  });
});
