import { type ClientError, clientError } from '../errors.ts';
import { failureText, type PlatformResult } from '../web-socket/platform-result.ts';

/** An HTTP request of a hub connection. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** In milliseconds; 0 is no limit. */
  readonly timeoutMs: number;
  /** What the body of the response is to be. @defaultValue 'text' */
  readonly responseType?: 'text' | 'arraybuffer';
}

/** Its response. */
export interface HttpResponse {
  readonly status: number;
  readonly body: string | ArrayBuffer;
}

/** The error where requests cannot be sent. */
export function noHttp(): ClientError {
  return clientError('MH_CLIENT_UNSUPPORTED_PLATFORM', 'No HTTP requests here: pass `http`');
}

/** Sends HTTP requests. Rejects when there is no response; every status is a response. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

interface PlatformResponse {
  readonly statusCode?: number;
  readonly status?: number;
  readonly data?: unknown;
}

/** The part of a mini program's platform that sends requests: `wx.request`, `my.request`. */
export interface RequestPlatform {
  request?(options: {
    readonly [name: string]: unknown;
    readonly success: (response: PlatformResponse) => void;
    readonly fail: (failure: PlatformResult) => void;
  }): unknown;
}

/** HTTP through `wx.request` and what resembles it. */
export function platformHttp(platform: RequestPlatform): HttpClient {
  return ({ method, url, headers, body, timeoutMs, responseType }) =>
    new Promise((resolve, reject) => {
      if (platform.request === undefined) throw noHttp();
      platform.request({
        url,
        method,
        // WeChat says `header`, Alipay `headers`.
        header: headers,
        headers,
        data: typeof body === 'object' ? body.slice().buffer : body || '',
        // Anything but 'json' leaves the text alone; Alipay says here what WeChat says in `responseType`.
        dataType: responseType || 'text',
        responseType: responseType || 'text',
        timeout: timeoutMs || undefined,
        success: ({ statusCode, status, data }) =>
          resolve({ status: (statusCode || status) as number, body: data as string }),
        fail: (failure) => reject(clientError('MH_CLIENT_HTTP', failureText(failure, 'request:fail'))),
      });
    });
}

/** The part of `fetch` that is used. */
export type FetchLike = (
  url: string,
  options: { method: string; headers: HttpRequest['headers']; body?: string | Uint8Array; credentials?: string },
) => PromiseLike<{ readonly status: number; text(): PromiseLike<string>; arrayBuffer(): PromiseLike<ArrayBuffer> }>;

/** HTTP through the `fetch` of browsers and Node. The timeout is the connection's own: attempts that take too long are dropped. */
export function fetchHttp(fetch: FetchLike): HttpClient {
  return ({ method, url, headers, body, responseType }) =>
    Promise.resolve(fetch(url, body === undefined ? { method, headers } : { method, headers, body })).then(
      (response) =>
        Promise.resolve<string | ArrayBuffer>(
          responseType === 'arraybuffer' ? response.arrayBuffer() : response.text(),
        ).then((content) => ({ status: response.status, body: content })),
      (error) => Promise.reject(clientError('MH_CLIENT_HTTP', failureText(error, 'fetch failed'))),
    );
}
