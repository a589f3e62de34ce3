import { type ClientError, type ClientErrorCode, clientError } from '../errors.ts';

// The first row that matches counts: the domain list's words come before the general ones.
const patterns: readonly (readonly [RegExp, ClientErrorCode])[] = [
  [/domain list/i, 'MH_CLIENT_DOMAIN_NOT_LISTED'],
  [/check url/i, 'MH_CLIENT_DOMAIN_CHECK_FAILED'],
  [/max concurrent/i, 'MH_CLIENT_SOCKET_LIMIT'],
  [/interrupted/i, 'MH_CLIENT_BACKGROUND'],
  [/invalid url|is not valid/i, 'MH_CLIENT_INVALID_URL'],
  [/response( code)?:\s*40[13]\b/i, 'MH_CLIENT_UNAUTHORIZED'],
  [/invalid http status|code:\s*20\b|response code|server response/i, 'MH_CLIENT_HANDSHAKE_REFUSED'],
  [/sec-websocket-(protocol|accept)/i, 'MH_CLIENT_SUBPROTOCOL'],
  [/tls|ssl|code:\s*8\b|errCode\W+1004(?!.*code:)|certificate|UNABLE_TO_VERIFY/i, 'MH_CLIENT_TLS'],
  [/runtime invalidated/i, 'MH_CLIENT_TOOLS'],
  [/not exist|not OPEN|未完成的操作/i, 'MH_CLIENT_SOCKET_DEAD'],
  [
    /refused|-1004\b|未能连接|未能完成|not connected|abort|time(d )?\s?-?out|超时|stream end|abnormal/i,
    'MH_CLIENT_NETWORK',
  ],
];

/** Finds the code for the platform's own words (`errMsg`, or the reason of a close). Never fails. */
export function classifyFailure(errMsg: string): ClientError {
  for (let i = 0; i < patterns.length; i++) {
    const row = patterns[i] as (typeof patterns)[number];
    if (row[0].test(errMsg)) return clientError(row[1], errMsg);
  }
  return clientError('MH_CLIENT_SOCKET_FAILED', errMsg);
}
