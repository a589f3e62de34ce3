import type { Log } from '../log.ts';
import { parseMiniProgram } from './mini-program.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Which web pages may connect. Browsers send `Origin` with WebSocket requests and other sites' pages could otherwise
 * use the visitor's cookies; apps and mini programs send none, or WeChat's Referer.
 * `same-origin`: pages of the same host, and everything that is no web page. `any`: no check. A list: these origins
 * besides (`https://example.com`). A function decides by itself.
 * @see security-lessons.md, CSWSH (CWE-1385)
 */
export type OriginPolicy = 'same-origin' | 'any' | readonly string[] | ((origin: string) => boolean);

/** Whether the request's origin may connect. */
export function isOriginAllowed(policy: OriginPolicy, request: RequestHead): boolean {
  const { origin, host, referer } = request.headers;
  if (policy === 'any' || origin === undefined) return true;
  // Pages cannot forge a Referer of another site; WeChat's tools add an Origin of their own.
  if (parseMiniProgram(referer) !== undefined) return true;
  if (host !== undefined && isOfHost(origin, host)) return true;
  if (policy === 'same-origin') return false;
  if (typeof policy !== 'function') return policy.includes(origin);
  try {
    return policy(origin);
  } catch {
    // `new URL(origin)` throws for the origin `null`, which any sandboxed page can send. The refusal is logged.
    return false;
  }
}

/** The same policy, whose function may throw: it is logged, and the origin is not allowed. */
export function guardOriginPolicy(policy: OriginPolicy, log: Log): OriginPolicy {
  if (typeof policy !== 'function') return policy;
  return (origin) => {
    try {
      return policy(origin);
    } catch (error) {
      log('hookThrew', { hook: 'allowedOrigins', error });
      return false;
    }
  };
}

/** Whether the origin's host is the one that the request names: proxies write its port also where it goes without saying. */
function isOfHost(origin: string, host: string): boolean {
  const mark = origin.indexOf('://');
  if (mark < 0) return false;
  const own = origin.slice(mark + 3).toLowerCase();
  const asked = host.toLowerCase();
  if (own === asked) return true;
  const port = usualPorts.get(origin.slice(0, mark).toLowerCase());
  return port !== undefined && (asked === own + port || own === asked + port);
}

const usualPorts: ReadonlyMap<string, string> = new Map([
  ['http', ':80'],
  ['https', ':443'],
]);
