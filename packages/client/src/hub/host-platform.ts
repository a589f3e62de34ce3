import { clientError } from '../errors.ts';
import type { Platform } from '../web-socket/platform.ts';
import type { FetchLike } from './http.ts';

// Parameters of WeChat's module wrapper hide some of these, and other hosts lack others: each is asked for by `typeof`.
declare const wx: unknown;
declare const my: unknown;
declare const tt: unknown;
declare const swan: unknown;
declare const qq: unknown;
declare const ks: unknown;
declare const jd: unknown;
declare const WebSocket: unknown;
declare const fetch: unknown;
declare const location: { readonly protocol: string; readonly host: string } | undefined;

function canConnect(value: unknown): boolean {
  // Web pages may have a `wx` too, of the JS-SDK, which opens no sockets.
  return typeof (value as { connectSocket?: unknown } | undefined)?.connectSocket === 'function';
}

/** The mini program's own object, or the global WebSocket. @throws MinihubError MH_CLIENT_UNSUPPORTED_PLATFORM */
export function findPlatform(): Platform {
  const candidates = [
    typeof wx === 'object' && wx,
    typeof my === 'object' && my,
    typeof tt === 'object' && tt,
    typeof swan === 'object' && swan,
    typeof qq === 'object' && qq,
    typeof ks === 'object' && ks,
    typeof jd === 'object' && jd,
  ].filter(canConnect);
  const found = candidates[0] ?? (typeof WebSocket === 'function' ? WebSocket : undefined);
  if (found === undefined) {
    throw clientError(
      'MH_CLIENT_UNSUPPORTED_PLATFORM',
      'This host has no sockets: pass a WebSocket class as `platform`.',
    );
  }
  return found as Platform;
}

/** The global `fetch`, where there is one. */
export function findFetch(): FetchLike | undefined {
  return typeof fetch === 'function' ? (url, options) => (fetch as FetchLike)(url, options) : undefined;
}

/** Makes a path into a URL, as a web page would. */
export function toAbsoluteUrl(url: string): string {
  if (typeof location !== 'object' || url.charAt(0) !== '/') return url;
  return url.charAt(1) === '/' ? location.protocol + url : `${location.protocol}//${location.host}${url}`;
}
