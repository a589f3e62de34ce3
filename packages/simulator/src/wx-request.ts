import { type ApiCallbacks, settle } from './api-result.ts';
import { failureText } from './failure-texts.ts';
import type { Phone } from './phone.ts';

/** What `wx.request` reports on success, whatever the status. */
export interface RequestResult {
  readonly data: unknown;
  readonly statusCode: number;
  readonly header: { readonly [name: string]: string };
}

/** Options of `wx.request`. */
export interface RequestOptions extends ApiCallbacks<RequestResult> {
  url: string;
  method?: string;
  header?: { [name: string]: string };
  data?: unknown;
  dataType?: string;
  responseType?: 'text' | 'arraybuffer';
  timeout?: number;
}

/** What `wx.request` returns. */
export interface RequestTask {
  abort(): void;
}

/** An object as the query of an address, or as a form that is sent. */
function encoded(data: object): string {
  return Object.entries(data)
    .map(([name, value]) => {
      const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
      return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
    })
    .join('&');
}

/** The headers that an app sets, by their names in small letters; nobody sets the Referer. */
function headersOf({ header = {} }: RequestOptions): { [name: string]: string } {
  const own = Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  const { referer: _, ...headers } = Object.fromEntries([['content-type', 'application/json'] as const, ...own]);
  return headers;
}

type Sent = { readonly url: string; readonly body?: string | Uint8Array };

// As WeChat: what GET is given becomes the query, and an object is sent as the form or the JSON that its header says it is.
function sentOf(options: RequestOptions, method: string, contentType: string | undefined): Sent {
  const { data, url } = options;
  if (data === undefined || data === null) return { url };
  const isObject = typeof data === 'object' && Object.prototype.toString.call(data) !== '[object ArrayBuffer]';
  if (method === 'GET') {
    const query = isObject ? encoded(data) : '';
    return { url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}` };
  }
  if (isObject) {
    const isForm = contentType?.startsWith('application/x-www-form-urlencoded') === true;
    return { url, body: isForm ? encoded(data) : JSON.stringify(data) };
  }
  return { url, body: typeof data === 'object' ? new Uint8Array(data as ArrayBuffer) : String(data) };
}

async function perform(phone: Phone, options: RequestOptions, signal: AbortSignal): Promise<RequestResult> {
  const method = (options.method ?? 'GET').toUpperCase();
  const headers = headersOf(options);
  const { url, body } = sentOf(options, method, headers['content-type']);
  const response = await phone.fetch(phone.route(url), {
    method,
    headers: { ...headers, referer: phone.referer },
    signal,
    ...(body === undefined ? {} : { body: body as string }),
  });
  const bytes = await response.arrayBuffer();
  const header = Object.fromEntries(response.headers.entries());
  if (options.responseType === 'arraybuffer') return { data: bytes, statusCode: response.status, header };
  const text = new TextDecoder().decode(bytes);
  return { data: (options.dataType ?? 'json') === 'json' ? parsed(text) : text, statusCode: response.status, header };
}

// As WeChat: what is not JSON stays text.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `wx.request` over real HTTP, under the phone's rules. */
export function request(phone: Phone, options: RequestOptions): RequestTask {
  const aborter = new AbortController();
  const refusal = phone.refusal(options.url, { secure: 'https', plain: 'http' }) ?? phone.network.takeFailure();
  if (refusal !== undefined) {
    const text = failureText(phone.platform, refusal, options.url).replace(
      /^(connectSocket|createSocketTask)/,
      'request',
    );
    phone.thread.later(() => settle(options, { errMsg: /^request:fail/.test(text) ? text : `request:fail ${text}` }));
    return aborter;
  }
  const timer = phone.clock.setTimeout(() => aborter.abort(new Error('timeout')), options.timeout ?? 60_000);
  perform(phone, options, aborter.signal)
    .then(
      (result) => phone.thread.run(() => settle(options, { ...result, errMsg: 'request:ok' })),
      (error: Error) => phone.thread.run(() => settle(options, { errMsg: `request:fail ${error.message}` })),
    )
    .finally(() => phone.clock.clearTimeout(timer));
  return { abort: () => aborter.abort(new Error('abort')) };
}
