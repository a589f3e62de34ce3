import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOriginAllowed, type OriginPolicy } from './origin-policy.ts';

const preflightSeconds = 600;

/**
 * Lets pages of allowed origins read the answers. Origins that are named (a list, a function) may send cookies and
 * authorization; with `any`, pages of all origins may read, but without credentials.
 * A preflight is answered here: true means that nothing is left to do.
 */
export function answerCors(policy: OriginPolicy, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (origin !== undefined && isOriginAllowed(policy, request)) {
    response.setHeader('Vary', 'Origin');
    response.setHeader('Access-Control-Allow-Origin', policy === 'any' ? '*' : origin);
    if (policy !== 'any') response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (isPreflight) allowPreflight(request, response);
  }
  if (!isPreflight) return false;
  response.writeHead(204).end();
  return true;
}

function allowPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
  const headers = request.headers['access-control-request-headers'];
  if (headers !== undefined) response.setHeader('Access-Control-Allow-Headers', headers);
  response.setHeader('Access-Control-Max-Age', String(preflightSeconds));
}
