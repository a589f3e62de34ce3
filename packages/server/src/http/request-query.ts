import type { IncomingMessage } from 'node:http';
import { findQueryValue } from '@minihub/protocol';

/** The query of a request. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const target = request.url ?? '';
  const mark = target.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
}

/** The connection token that a request shows. */
export function tokenOf(request: IncomingMessage): string | undefined {
  return findQueryValue(queryOf(request), 'id') || undefined;
}
