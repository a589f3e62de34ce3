import { type ClientError, type ClientErrorCode, clientError } from '../errors.ts';

// The first that matches counts: the domain list's words come before the general ones.
const patterns = {
  MH_CLIENT_DOMAIN_NOT_LISTED: /domain list/i,
  MH_CLIENT_DOMAIN_CHECK_FAILED: /check url/i,
  MH_CLIENT_SOCKET_LIMIT: /max concurrent/i,
  MH_CLIENT_BACKGROUND: /interrupted/i,
  MH_CLIENT_INVALID_URL: /invalid url|not valid/i,
  MH_CLIENT_UNAUTHORIZED: /response( code)?:\s*40[13]\b/i,
  MH_CLIENT_HANDSHAKE_REFUSED: /http status|code:\s*20\b|response code|server response/i,
  MH_CLIENT_SUBPROTOCOL: /sec-websocket-/i,
  MH_CLIENT_TLS: /tls|ssl|code:\s*8\b|errCode\W+1004(?!.*code:)|certificate|UNABLE_TO_VERIFY/i,
  MH_CLIENT_TOOLS: /invalidated/i,
  MH_CLIENT_SOCKET_DEAD: /not exist|not OPEN|未完成/i,
  MH_CLIENT_NETWORK: /refused|-1004\b|未能|not connected|abort|timed?.{0,2}out|超时|stream end|abnormal/i,
} satisfies { readonly [code in ClientErrorCode]?: RegExp };

/** Finds the code for the platform's own words (`errMsg`, or the reason of a close). Never fails. */
export function classifyFailure(errMsg: string): ClientError {
  for (const code in patterns) {
    if (patterns[code as keyof typeof patterns].test(errMsg)) return clientError(code as ClientErrorCode, errMsg);
  }
  return clientError('MH_CLIENT_SOCKET_FAILED', errMsg);
}
