import { type ApiCallbacks, type ApiResult, settle } from './api-result.ts';
import { failureText } from './failure-texts.ts';
import { ListenerSet } from './listener-set.ts';
import type { NativeSocket } from './native-socket.ts';
import type { Phone } from './phone.ts';

/** Options of `wx.connectSocket`. */
export interface ConnectSocketOptions extends ApiCallbacks<{ socketTaskId: number }> {
  url: string;
  header?: { [name: string]: string };
  protocols?: string[];
  tcpNoDelay?: boolean;
  perMessageDeflate?: boolean;
  timeout?: number;
  forceCellularNetwork?: boolean;
}

/** WeChat's SocketTask. */
export interface SocketTask {
  readonly readyState: number;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  send(options: ApiCallbacks & { data: string | ArrayBuffer }): void;
  close(options?: ApiCallbacks & { code?: number; reason?: string }): void;
  onOpen(listener: (result: { header: object; profile: object }) => void): void;
  onMessage(listener: (result: { data: string | ArrayBuffer }) => void): void;
  onError(listener: (result: { errMsg: string }) => void): void;
  onClose(listener: (result: { code: number; reason: string }) => void): void;
}

const defaultTimeoutMs = 60_000;

function checkedHeaders(phone: Phone, given: object | undefined): { [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    // Docs: Referer cannot be set.
    if (name.toLowerCase() !== 'referer') headers[name] = String(value);
  }
  headers.Referer = phone.referer;
  headers['User-Agent'] = `Mozilla/5.0 (${phone.platform}) MicroMessenger MiniProgramEnv/simulator`;
  return headers;
}

function sendProblem(phone: Phone, socket: NativeSocket, data: unknown): string | undefined {
  const planned = phone.takeSendFailure();
  if (planned !== undefined) return planned;
  // By tag: the buffer may come from another realm.
  const tag = Object.prototype.toString.call(data);
  if (typeof data !== 'string' && tag !== '[object ArrayBuffer]') {
    return `sendSocketMessage:fail parameter error: parameter.data should be String or ArrayBuffer instead of ${tag}`;
  }
  return socket.send(data as string | ArrayBuffer);
}

/** Opens a socket as `wx.connectSocket` does; undefined when the call itself is refused. */
export function connectSocket(phone: Phone, options: ConnectSocketOptions): SocketTask | undefined {
  const { thread, quirks, platform, globalSocket } = phone;
  const refusal = phone.refusal(options.url, { secure: 'wss', plain: 'ws' });
  if (refusal !== undefined) {
    thread.later(() => settle(options, { errMsg: failureText(platform, refusal, options.url) }));
    return undefined;
  }
  const open = new ListenerSet<{ header: object; profile: object }>();
  const message = new ListenerSet<{ data: string | ArrayBuffer }>();
  const error = new ListenerSet<{ errMsg: string }>();
  const close = new ListenerSet<{ code: number; reason: string }>();
  // Before the socket, so that success always comes first: it means that there is a task, not a connection.
  thread.later(() => settle(options, { errMsg: 'connectSocket:ok', socketTaskId: socket.id }));
  const socket = phone.connect(
    {
      url: options.url,
      headers: checkedHeaders(phone, options.header),
      protocols: options.protocols ?? [],
      timeoutMs: options.timeout ?? defaultTimeoutMs,
      perMessageDeflate: options.perMessageDeflate === true,
    },
    {
      open: (header) => {
        open.emit({ header, profile: {} });
        globalSocket.open.emit({ header });
      },
      message: (data) => {
        message.emit({ data });
        globalSocket.message.emit({ data });
      },
      error: (errMsg) => {
        error.emit({ errMsg });
        globalSocket.error.emit({ errMsg });
      },
      close: (code, reason) => {
        close.emit({ code, reason });
        globalSocket.close.emit({ code, reason });
      },
    },
  );
  const answer = (callbacks: ApiCallbacks, result: ApiResult): void => {
    if (quirks.sendCallbackMs > 0)
      phone.clock.setTimeout(() => thread.run(() => settle(callbacks, result)), quirks.sendCallbackMs);
    else thread.later(() => settle(callbacks, result));
  };
  return {
    get readyState() {
      return socket.readyState;
    },
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
    onOpen: open.on,
    onMessage: message.on,
    onError: error.on,
    onClose: close.on,
    send: (sending) => answer(sending, { errMsg: sendProblem(phone, socket, sending.data) ?? 'sendSocketMessage:ok' }),
    close: (closing = {}) => {
      const { code = 1000, reason = '' } = closing;
      answer(closing, { errMsg: socket.close(code, reason) ?? 'closeSocket:ok' });
    },
  };
}
