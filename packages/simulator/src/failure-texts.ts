import type { PhonePlatform } from './phone-quirks.ts';

/** Ways in which a connection can fail. */
export type FailureKind =
  | 'domain'
  | 'check-url'
  | 'limit'
  | 'invalid-url'
  | 'interrupted'
  | 'status'
  | 'tls'
  | 'refused'
  | 'offline'
  | 'timeout'
  | 'subprotocol'
  | 'runtime-invalidated';

type Texts = { readonly [Kind in FailureKind]: string };

const android: Texts = {
  domain: 'connectSocket:fail url not in domain list',
  'check-url': 'connectSocket:fail check url failed',
  limit: 'createSocketTask:fail wcwss taskID=%s exceed max concurrent count',
  'invalid-url': 'connectSocket:fail invalid url "%s"',
  interrupted: 'connectSocket:fail interrupted',
  status: '{"errCode":1004,"errMsg":"open fail: _code:20,_msg:Invalid HTTP status"}',
  tls: '{"errCode":1004,"errMsg":"open fail: _code:8,_msg:TLS handshake failed"}',
  refused: 'exception onOpen fail code:-1004, msg:Connection refused',
  offline: 'Software caused connection abort',
  timeout: 'connectSocket:fail timeout',
  subprotocol: "Error during WebSocket handshake: no response was received for 'Sec-WebSocket-Protocol'",
  'runtime-invalidated': 'connectSocket:fail runtime invalidated',
};

const ios: Texts = {
  ...android,
  status: 'exception onOpen fail code:20, msg:Invalid HTTP status',
  tls: 'exception onOpen fail code:8, msg:TLS handshake failed',
  refused: 'Connection refused',
  offline: '未能连接到服务器',
};

const devtools: Texts = {
  ...android,
  domain: 'createSocketTask:fail url not in domain list',
  status: "WebSocket connection to '%s' failed: Error during WebSocket handshake: Unexpected response code: 404",
  tls: "WebSocket connection to '%s' failed: certificate",
  refused: "WebSocket connection to '%s' failed: Connection refused",
  offline: '未完成的操作',
};

const texts = { android, ios, devtools };

/** What a platform says about a failure; `detail` is the URL or the task's id. */
export function failureText(platform: PhonePlatform, kind: FailureKind, detail: string): string {
  return texts[platform][kind].replace('%s', () => detail);
}
