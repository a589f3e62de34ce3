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

function bodyOf(options: RequestOptions): string | Uint8Array | undefined {
  const { data } = options;
  if (data === undefined || (options.method ?? 'GET').toUpperCase() === 'GET') return undefined;
  if (typeof data === 'string') return data;
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return new Uint8Array(data as ArrayBuffer);
  return JSON.stringify(data);
}

async function perform(phone: Phone, options: RequestOptions, signal: AbortSignal): Promise<RequestResult> {
  const body = bodyOf(options);
  const response = await phone.fetch(phone.route(options.url), {
    method: options.method ?? 'GET',
    headers: { 'content-type': 'application/json', ...options.header, referer: phone.referer },
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
