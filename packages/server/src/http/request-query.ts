import { findQueryValue } from '@minihub/protocol';
import type { RequestHead } from './request-head.ts';

/** The query of a request. */
export function queryOf(request: RequestHead): URLSearchParams {
  const target = request.url ?? '';
  const mark = target.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
}

/** A value of a request's query, by a name in whatever case. Most requests have no query: nothing is parsed then. */
export function queryValueOf(request: RequestHead, name: string): string | undefined {
  return request.url?.includes('?') ? findQueryValue(queryOf(request), name) : undefined;
}

/** The connection token that a request shows. */
export function tokenOf(request: RequestHead): string | undefined {
  return queryValueOf(request, 'id') || undefined;
}
