import type { NegotiateSeen, TrySeen } from '../observations.ts';
import { exchange, type HttpRequest, shakeHands } from './exchange.ts';
import type { Route } from './route.ts';

/** Puts a segment behind the path and a parameter into the query. */
function withSegment(path: string, segment: string, query: string): string {
  const [name = '', given] = path.split('?');
  return `${name.replace(/\/$/, '')}${segment}?${given === undefined ? '' : `${given}&`}${query}`;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // No JSON, so no SignalR server.
    return undefined;
  }
}

/** Negotiates as a SignalR client does. @see signalr.md 1.1 */
export async function negotiate(route: Route, path: string, headers: HttpRequest['headers']): Promise<NegotiateSeen> {
  const at = withSegment(path, '/negotiate', 'negotiateVersion=1');
  const seen = await exchange(route, { method: 'POST', path: at, headers: [...headers, ['Content-Length', '0']] });
  const said = seen.answer?.status === 200 ? parse(seen.answer.body) : undefined;
  if (said === undefined) return seen;
  if (typeof said.error === 'string') return { ...seen, refusal: said.error };
  if (typeof said.url === 'string') return { ...seen, redirectUrl: said.url };
  const token = said.connectionToken ?? said.connectionId;
  if (!Array.isArray(said.availableTransports) || typeof token !== 'string') return seen;
  const transports = said.availableTransports.flatMap((entry: { transport?: unknown } | null) =>
    typeof entry?.transport === 'string' ? [entry.transport] : [],
  );
  return { ...seen, transports, connectionToken: token };
}

/** Negotiates and connects with what was given, each over a connection of its own, as clients do. */
export async function tryToConnect(route: Route, path: string, headers: HttpRequest['headers']): Promise<TrySeen> {
  const { connectionToken, error } = await negotiate(route, path, headers);
  if (connectionToken === undefined) return { negotiated: false, ...(error === undefined ? {} : { error }) };
  const { answer, error: lost } = await shakeHands(
    route,
    withSegment(path, '', `id=${encodeURIComponent(connectionToken)}`),
    headers,
  );
  if (answer === undefined) return { negotiated: true, ...(lost === undefined ? {} : { error: lost }) };
  return { negotiated: true, status: answer.status };
}
